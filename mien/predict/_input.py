"""Whatever Python calls a picture becomes a path, a file's bytes, or RGB pixels; all else is unsupported in a sentence.

No library is imported to find out what came: its own signs tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from mien import media
from mien.core.errors import MediaError, SettingError
from mien.predict._numbers import ACCEPTED, article, from_numbers, unsupported

if TYPE_CHECKING:
    from mien.core.types import Pixels

_LONGEST_PATH = 4096  # letters, as Linux has it


def load(picture: Any) -> Path | bytes | Pixels:  # noqa: ANN401 - that is the question
    """Make of a picture what can be decoded or judged.

    Parameters
    ----------
    picture : object
        A path, ``file:`` or ``data:`` address; bytes of any kind, or base64 text, of a file; an open file; a dict with
        ``bytes`` or ``path``, as Hugging Face's data sets have them; a PIL image; or numbers: an array, a tensor, or
        nested lists, grey [H, W] or with 1, 3 or 4 channels last or first, 0..255 or 0..1.

    Returns
    -------
    Path, bytes, or uint8 [H, W, 3]
        Where it lies, a file's content, or RGB, 0..255.

    Raises
    ------
    SettingError
        If it is nothing of the kind. What came is named, never quoted at length.
    MediaError
        If it is a file or image that cannot be read.
    """
    for is_one, make in _LOADERS:
        if is_one(picture):
            return make(picture)
    raise unsupported(picture)


def name_of(picture: Any) -> str:  # noqa: ANN401
    """Say what to call a picture in its answer.

    Parameters
    ----------
    picture : object
        As for `load`.

    Returns
    -------
    str
        Its path; ``-`` for one that has none.
    """
    if isinstance(picture, os.PathLike):
        return os.fsdecode(picture)
    return picture if isinstance(picture, str) and not _is_picture_text(picture) else "-"


def with_names(pictures: Any) -> Iterator[tuple[str | None, Any]]:  # noqa: ANN401
    """Walk through pictures, and pairs of a name and a picture.

    Parameters
    ----------
    pictures : iterable
        Of either; one path, or bytes, is one picture.

    Yields
    ------
    (str or None, object)
        A name where it has one, and the picture.

    Raises
    ------
    SettingError
        If it cannot be walked through.
    """
    if isinstance(pictures, str | bytes | os.PathLike):
        pictures = [pictures]
    if not isinstance(pictures, Iterable) or hasattr(pictures, "read") or isinstance(pictures, Mapping):
        raise SettingError(f"{article(pictures)} came", expected="a list of pictures, or of pairs (name, picture)")
    for item in pictures:
        pair = isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
        name, picture = item if pair else (None, item)
        yield name if pair else _name_or_none(picture), picture


def _name_or_none(picture: Any) -> str | None:  # noqa: ANN401
    try:
        return name_of(picture)
    except MediaError:
        return None


def _from_text(text: str) -> Path | bytes:
    if _is_picture_text(text):
        return media.unwrapped(text.encode("ascii"))
    if text.startswith(("http://", "https://")):
        came = "An address of the web came, and Mien fetches nothing"
        raise SettingError(came, expected=ACCEPTED, todo="Fetch it, then give its bytes")
    if len(text) > _LONGEST_PATH:
        raise SettingError(f"A text of {len(text):,} letters came, no path and no picture in base64", expected=ACCEPTED)
    return Path(unquote(urlsplit(text).path) if text.startswith("file://") else text)


def _is_picture_text(text: str) -> bool:
    """Tell base64 from a path: a file of that name comes first."""
    if text.startswith("data:"):
        return text.isascii()
    if not text.isascii() or (len(text) <= _LONGEST_PATH and os.path.lexists(text)):
        return False
    head = text.encode("ascii")
    return media.unwrapped(head) is not head


def _from_string_tensor(picture: Any) -> Path | bytes | Pixels:  # noqa: ANN401 - what tf.io.read_file gives
    content = picture.numpy() if hasattr(picture, "numpy") else None
    if isinstance(content, bytes):
        return media.unwrapped(content)
    raise unsupported(picture)


def _from_dict(picture: Mapping[str, Any]) -> Path | bytes | Pixels:
    content = picture.get("bytes") or picture.get("path")
    if isinstance(content, bytes | str):
        return load(content)
    raise unsupported(picture)


def _is_buffer(picture: Any) -> bool:  # noqa: ANN401
    """Say whether it is plain bytes in some wrapping: a view, a map of a file, an array of the standard library."""
    if isinstance(picture, bytes):
        return True
    try:
        view = memoryview(picture)
    except (TypeError, ValueError, BufferError):  # the last two: numbers that Python has no letter for
        return False
    return view.ndim == 1 and view.format in ("B", "b", "c") and not hasattr(picture, "dtype")


def _read(file: Any) -> bytes:  # noqa: ANN401
    data = file.read(media.MAX_BYTES + 1)
    if not data and hasattr(file, "seek"):  # written just now, and not wound back
        file.seek(0)
        data = file.read(media.MAX_BYTES + 1)
    if not isinstance(data, bytes | bytearray | memoryview):
        came = f"A file that gives {type(data).__name__} came"
        raise SettingError(came, expected="one that gives bytes", todo="Open it with 'rb'")
    return bytes(data)


_LOADERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Path | bytes | Pixels]], ...] = (
    (lambda value: isinstance(value, str), _from_text),
    (lambda value: isinstance(value, os.PathLike), lambda value: Path(os.fsdecode(value))),
    (_is_buffer, lambda value: media.unwrapped(bytes(value))),
    (lambda value: isinstance(value, Mapping), _from_dict),
    (lambda value: hasattr(value, "read"), lambda value: media.unwrapped(_read(value))),
    (lambda value: hasattr(value, "getbands"), media.image_pixels),
    (lambda value: "string" in str(getattr(value, "dtype", "")), _from_string_tensor),
    (lambda value: not isinstance(value, int | float | complex | set | frozenset | None), from_numbers),
)
