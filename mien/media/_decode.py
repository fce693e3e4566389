"""Bytes to pixels, bounded: whatever comes, the answer is an array or a `MediaError`."""

from __future__ import annotations

import math
import re
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import MediaError, SettingError
from mien.media import _bmp, _jpeg, _pnm
from mien.media._alone import picture_alone
from mien.media._colour import stretch, to_rgb, turned
from mien.media._explain import explain, shown
from mien.media._files import MAX_BYTES
from mien.media._frames import count_frames
from mien.media._others import describe_file, describe_picture
from mien.media._png import whitened
from mien.media._silence import hush
from mien.media._sniff import sniff
from mien.media._tiff import orientation as orientation_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

    from mien.core.types import Pixels

MAX_PIXELS = 256_000_000
"""Pixels that a file may declare; the largest phone cameras make 200 million."""

MAX_DECODED = 64_000_000
"""Pixels that are ever held in memory (256 MB with alpha); large JPEGs are shrunk while they are decoded."""

_MAX_TEXT = 16 * 1024 * 1024
_MAX_PAGES = 10_000
_FLAT_PIXELS = 16_000_000  # larger ones must have a byte for every _FLAT_RATIO pixels: a photo has one for 1 to 20
_FLAT_RATIO = 1000
_MAX_SCANNED = 4_000_000_000  # pixels times scans of a JPEG: a camera's progressive file has about ten scans

# The reader of each kind, named one by one: `PIL.Image.open` would also try its other 35 plugins, of which
# one starts Ghostscript, and its own size check speaks through warnings, which are not safe in threads.
_PLUGINS = {"jpeg": "Jpeg", "png": "Png", "webp": "WebP", "avif": "Avif", "tiff": "Tiff", "bmp": "Bmp", "gif": "Gif"}
_READ = "JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP, GIF or PNM"


def decode(data: bytes, size: int | None = None, *, near: int | None = None) -> Pixels:
    """Turn a picture file into pixels.

    EXIF orientation is applied (in AVIF and HEIC that of their own boxes), transparency lies on white, grey and CMYK
    become RGB, 16 bits are scaled to 8 (never clipped), of an animation the first frame is taken. Colour profiles are
    not applied; whatever stands beside the picture is not looked at, so it may be damaged. The result depends on
    nothing but the bytes and the size, and the function may be called from many threads.

    With `size` the picture is *stretched* to a square. Padding would give the net a border that betrays the shape of
    the picture, and cropping cuts foreheads and chins, which carry the expression; faces are near square anyway.
    A JPEG is first shrunk by its own transform to no less than twice the size, so that 12 megapixels do not cost more
    than they give; then one antialiased (triangle) resize follows.

    Parameters
    ----------
    data : bytes
        JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP, GIF, PNM (PBM, PGM, PPM, PAM), or grey values 0..255 as text, row after
        row of a square.
    size : int, optional
        Side of the square wanted, pixels. Without it the picture keeps its own size (half of it, if it is a JPEG of
        more than `MAX_DECODED` pixels).
    near : int, optional
        For a thumbnail of this side: a JPEG may come smaller than it is, its shape kept, no side below twice `near`.

    Returns
    -------
    uint8 [H, W, 3]
        RGB, 0..255; ``[size, size, 3]`` with `size`.

    Raises
    ------
    MediaError
        With ``issue`` ``empty``, ``unsupported`` (a file of another kind, or of a variety that is not read),
        ``truncated``, ``unreadable``, or ``bomb`` (more than `MAX_BYTES`, `MAX_PIXELS` declared, or `MAX_DECODED` to be
        held in memory).
    SettingError
        If `size` is not between 1 and 8000.

    Examples
    --------
    >>> decode(b"0 255 255 0")[:, :, 0].tolist()
    [[0, 255], [255, 0]]
    >>> decode(b"0 255 255 0", size=8).shape
    (8, 8, 3)
    """
    if size is not None and not 1 <= size <= math.isqrt(MAX_DECODED):
        raise SettingError(f"A picture was asked for with a side of {size}", expected="1 to 8000 pixels")
    kind = _known_kind(data)
    try:
        return _decode_text(data, size) if kind == "pixels" else _decode_file(kind, data, size, near)
    except MediaError:
        raise
    except Exception as error:  # Pillow raises a dozen builtin kinds on damaged files
        raise explain(kind, data, error) from error


def frames(data: bytes) -> int:
    """Count the frames of an animation, or the pages of a TIFF, by structure alone; errors as `decode`."""
    return count_frames(_known_kind(data), data)


def image_pixels(image: Image) -> Pixels:
    """Turn a PIL image of any mode into pixels, uint8 [H, W, 3], as `decode` does with a file; turned as its EXIF says.

    `MediaError`: ``unreadable``, ``unsupported`` (a mode without a way to RGB) or ``bomb``.
    """
    hush("image")
    _check_held("image", b"", image.size, 0, image.size[0] * image.size[1])
    try:
        image.load()
    except Exception as error:  # it may be a file that was opened and not read yet
        raise explain("image", b"", error) from error
    exif = image.info.get("exif", b"")
    try:
        return _finish(image, None, orientation_of(exif) if isinstance(exif, bytes) else 1)
    except (ValueError, OSError) as error:
        came = f"An image of mode {image.mode} cannot be turned into RGB"
        raise MediaError(came, issue="unsupported", todo="Convert it first: image.convert('RGB')") from error


def _known_kind(data: bytes) -> str:
    if not data:
        raise MediaError("The file is empty", issue="empty", todo="Fetch it again, or remove it")
    if len(data) > MAX_BYTES:
        raise MediaError(f"The file is larger than {MAX_BYTES >> 20} MiB", issue="bomb", todo="Make it smaller")
    kind = sniff(data)
    if kind == "svg":
        raise MediaError("The file is a drawing (SVG), not pixels", issue="unsupported", todo="Save it as PNG")
    other = describe_picture(data) if kind in (None, "tiff") else None  # many cameras' raw files begin as a TIFF does
    todo = "Save it as JPEG or PNG, or remove it"
    if other:
        raise MediaError(f"The file is {other}, which is not read", issue="unsupported", expected=_READ, todo=todo)
    if kind is not None:
        return kind
    other = describe_file(data)
    if other:
        raise MediaError(f"The file is {other}, not a picture", issue="unsupported", todo=todo)
    raise MediaError("The file is no picture", issue="unreadable", expected=_READ, todo="Remove it")


def _decode_text(data: bytes, size: int | None) -> Pixels:
    from PIL import Image

    if len(data) > _MAX_TEXT:
        raise MediaError("The list of pixel values is longer than 16 MiB", issue="bomb", todo="Use a picture file")
    values = [int(word) for word in re.findall(rb"\d{1,9}", data)]
    side = math.isqrt(len(values))
    if side * side != len(values) or max(values) > 255 or sniff(data) != "pixels":
        came = f"The list of pixel values holds {len(values)} numbers up to {max(values)}"
        raise MediaError(came, issue="unreadable", expected="a square of values 0..255, such as 48 x 48 = 2304")
    image = Image.fromarray(np.array(values, np.uint8).reshape(side, side))
    return _finish(image, size, 1)


def _decode_file(kind: str, data: bytes, size: int | None, near: int | None) -> Pixels:
    if kind == "pnm":
        return _decode_pnm(data, size)
    hush(kind)
    if kind == "tiff" and count_frames(kind, data) > _MAX_PAGES:
        raise MediaError(f"The TIFF holds more than {_MAX_PAGES} pages", issue="bomb", todo="Keep one page")
    if kind == "bmp":
        return _finish(_open_bmp(data), size, 1)
    alone, orientation = picture_alone(kind, data)
    with _reader(kind)(BytesIO(alone)) as image:
        _check_size(kind, data, image, size or near)
        image.load()
        if kind == "avif":
            orientation = image.getexif().get(0x0112, 1)  # made of its boxes; its EXIF is gone
        return _finish(whitened(image, alone) if kind == "png" else image, size, orientation)


def _reader(kind: str) -> type[ImageFile]:
    name = _PLUGINS.get(kind, "Heif")
    module = import_module(f"PIL.{name}ImagePlugin" if kind in _PLUGINS else "pillow_heif")
    reader: type[ImageFile] = getattr(module, f"{name}ImageFile")
    return reader


def _decode_pnm(data: bytes, size: int | None) -> Pixels:
    from PIL import Image

    head = _pnm.header(data)
    _check_held("pnm", data, (head.width, head.height), head.width * head.height)
    pixels, alpha = _pnm.samples(data, head)
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else np.ascontiguousarray(pixels))
    if alpha is not None:
        image.putalpha(Image.fromarray(np.ascontiguousarray(alpha)))
    return _finish(image, size, 1)


def _open_bmp(data: bytes) -> Image:
    try:
        with _reader("bmp")(BytesIO(data)) as image:
            _check_size("bmp", data, image, None)
            image.load()
            return _bmp.opaque(image)  # type: ignore[no-any-return]
    except OSError:
        size = _bmp.masked_size(data)
        if size is None:
            raise
        _check_held("bmp", data, size, size[0] * size[1])
        return _bmp.decode_masked(data)


def _check_size(kind: str, data: bytes, image: ImageFile, size: int | None) -> None:
    """Refuse by the header what would not fit, and let the JPEG decoder shrink what would."""
    width, height = image.size
    declared = width * height
    held = declared
    if kind == "jpeg":
        scans = data.count(b"\xff\xda")
        whole = _jpeg.needs_all(data)
        if size is not None:
            image.draft(None, (2 * size, 2 * size))
        elif declared > MAX_DECODED:
            image.draft(None, (width // 2, height // 2))
        held = declared if whole else image.width * image.height
        declared = max(declared, declared * scans * MAX_PIXELS // _MAX_SCANNED)
    if kind == "tiff":
        tags: Any = getattr(image, "tag_v2", {})
        held = max(held, int(tags.get(322, 0)) * int(tags.get(323, 0)))  # a tile may be larger than the picture
    _check_held(kind, data, (width, height), held, declared)


def _check_held(kind: str, data: bytes, size: tuple[int, int], held: int, declared: int = 0) -> None:
    if min(size) < 1:
        raise MediaError(f"The {shown(kind)} declares {size[0]} x {size[1]} pixels", issue="unreadable")
    flat = held > _FLAT_PIXELS and held > _FLAT_RATIO * len(data)
    if max(declared, held) > MAX_PIXELS or held > MAX_DECODED or flat:
        came = f"The {shown(kind)} declares {size[0]} x {size[1]} pixels, more than can be decoded safely"
        most = f"up to {MAX_DECODED // 1_000_000} million"
        raise MediaError(came, issue="bomb", expected=most, todo="Make it smaller")


def _finish(image: Any, size: int | None, orientation: int) -> Pixels:  # noqa: ANN401 - PIL.Image.Image
    image = to_rgb(image)
    if size is not None:
        image = stretch(image, size)
    return np.array(turned(image, orientation), np.uint8)  # [H, W, 3]
