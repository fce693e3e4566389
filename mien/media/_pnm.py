"""PNM and PAM: the pictures that many research face sets are made of (netpbm.sourceforge.net/doc).

Read here and not by Pillow, which knows no PAM and scales samples in a Python loop: seconds for a photo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import MediaError
from mien.media._explain import truncated

if TYPE_CHECKING:
    from mien.core.types import Pixels

HEAD = re.compile(
    rb"P[1-6](?:\s|#[^\r\n]*[\r\n])+\d|P7\n(?:#[^\n]*\n|\s)*(?:WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE|ENDHDR)\s"
)

_GAP = rb"(?:\s|#[^\r\n]*(?=[\r\n]))"  # a comment goes on to the end of its line
_TOKEN = re.compile(_GAP + rb"+(\d+)")
_PAM_LINE = re.compile(rb"[^\n]*\n")
_PAM_HEAD = 16_384  # bytes
_MOST_TEXT = 16 * 1024 * 1024
_DIGITS = 9  # of a number


@dataclass(frozen=True)
class Header:
    """What stands before the samples."""

    # width, height: pixels
    width: int
    height: int
    depth: int  # samples of a pixel: grey, grey and alpha, RGB, or RGB and alpha
    top: int  # what full white is, 1..65535
    at: int  # where the samples begin
    plain: bool = False  # whether they are written as text
    bits: bool = False  # whether there are eight to a byte, or a letter each as text; 1 is black


def header(data: bytes) -> Header:
    """Read the header."""
    found = _pam(data) if data[1:2] == b"7" else _pnm(data)
    if not (found.width and found.height and 1 <= found.top <= 65_535):
        came = f"The PNM declares {found.width} x {found.height} pixels with samples up to {found.top}"
        raise MediaError(came, issue="unreadable", expected="1 pixel or more, and samples up to 1..65535")
    if found.depth not in (1, 2, 3, 4):
        came = f"The PAM has {found.depth} samples for each pixel"
        raise MediaError(came, issue="unsupported", expected="1 to 4", todo="Save it as PNG")
    return found


def samples(data: bytes, head: Header) -> tuple[Pixels, Pixels | None]:
    """Read the samples of the first picture: uint8 [H, W, 1 or 3], grey or RGB; and opacity, uint8 [H, W] or None."""
    count = head.width * head.height * head.depth
    if head.bits:
        values = _bits(data, head)
    elif head.plain:
        values = _numbers(_text(data, head.at), count)
    else:
        values = _binary(data, head, count)
    if values.size < count:
        raise truncated("PNM")
    pixels = _scaled(values[:count], head.top).reshape(head.height, head.width, head.depth)
    alpha = pixels[..., -1] if head.depth in (2, 4) else None
    return pixels[..., : 1 if head.depth < 3 else 3], alpha


def _pnm(data: bytes) -> Header:
    at, numbers = 2, []
    bits = data[1:2] in b"14"
    for _ in range(2 if bits else 3):
        token = _TOKEN.match(data, at)
        if token is None:
            rest = data[at : at + 200]
            raise truncated("PNM") if len(data) <= at + len(rest) and re.fullmatch(_GAP + rb"*", rest) else _odd(rest)
        numbers.append(_whole(token[1]))
        at = token.end()
    width, height, top = (*numbers, 1)[:3]
    depth, plain = (3 if data[1:2] in b"36" else 1), data[1:2] in b"123"
    if not plain:
        wide = width * (1 if top < 256 else 2)
        length = height * (-(-width // 8) if bits else wide * depth)
        at = _raster(data, at, length)
    return Header(width, height, depth, top, at, plain, bits)


def _raster(data: bytes, at: int, length: int) -> int:
    """Find the first sample: one blank after the header, or a line end of Windows, or the rest of a comment."""
    if data[at : at + 1] == b"#":
        ends = [found for found in (data.find(b"\n", at), data.find(b"\r", at)) if found >= 0]
        at = min(ends, default=len(data))
    return at + 2 if data[at : at + 2] == b"\r\n" and len(data) - at - 2 == length else at + 1


def _pam(data: bytes) -> Header:
    found, at = {b"DEPTH": 1, b"MAXVAL": 255}, 3
    while line := _PAM_LINE.match(data, at, _PAM_HEAD):
        at = line.end()
        words = line[0].split()
        if words[:1] == [b"ENDHDR"]:
            return Header(found.get(b"WIDTH", 0), found.get(b"HEIGHT", 0), found[b"DEPTH"], found[b"MAXVAL"], at)
        if len(words) > 1 and words[1].isdigit():
            found[words[0]] = _whole(words[1])
    raise truncated("PNM") if len(data) < _PAM_HEAD else _odd(data[at : at + 200])


def _whole(digits: bytes) -> int:
    if len(digits) > _DIGITS:
        raise _odd(digits)
    return int(digits)


def _odd(found: bytes) -> MediaError:
    word = found.strip().split()[0][:20].decode("ascii", "replace") if found.strip() else ""
    came = f"The PNM is damaged: '{word}' stands where a number is expected"
    return MediaError(came, issue="unreadable", todo="Fetch it again, or remove it")


def _text(data: bytes, at: int) -> bytes:
    if len(data) - at > _MOST_TEXT:
        raise MediaError("The text of the PNM is longer than 16 MiB", issue="bomb", todo="Save it as PNG")
    return re.sub(rb"#[^\r\n]*", b" ", data[at:])


def _numbers(text: bytes, count: int) -> Any:  # noqa: ANN401 - uint32 [N]
    """Read whole numbers, uint32 [N], checked first: NumPy would warn and stop where one is none."""
    numbers = re.match(rb"[\d\s]*", text)
    whole = numbers[0] if numbers else b""
    found = np.array([], np.uint32)
    if whole.strip():
        too_long = re.search(rb"\d{%d}" % (_DIGITS + 1), whole)
        if too_long:
            raise _odd(too_long[0])
        found = np.fromstring(whole.decode("ascii"), np.uint32, sep=" ")
    if found.size < count and len(whole) < len(text):
        raise _odd(text[len(whole) :])
    return found


def _bits(data: bytes, head: Header) -> Pixels:
    """Read ones and zeros, eight to a byte and each row filled up, or as letters; 0 is white."""
    if head.plain:
        letters = np.frombuffer(re.sub(rb"\s+", b"", _text(data, head.at)), np.uint8)[: head.width * head.height]
        if letters.size and not np.isin(letters, (48, 49)).all():
            raise _odd(bytes(letters[~np.isin(letters, (48, 49))][:20]))
        return np.asarray(49 - letters, np.uint8)
    row = -(-head.width // 8)
    packed = np.frombuffer(data[head.at : head.at + row * head.height], np.uint8)
    if packed.size < row * head.height:
        raise truncated("PNM")
    return np.asarray(1 - np.unpackbits(packed.reshape(head.height, row), axis=1)[:, : head.width].ravel(), np.uint8)


def _binary(data: bytes, head: Header, count: int) -> Any:  # noqa: ANN401 - uint8 or big-endian uint16 [N]
    kind = np.dtype(np.uint8 if head.top < 256 else ">u2")
    part = data[head.at : head.at + count * kind.itemsize]
    return np.frombuffer(part[: len(part) // kind.itemsize * kind.itemsize], kind)


def _scaled(values: Any, top: int) -> Pixels:  # noqa: ANN401 - an array of whole numbers [N]
    """Scale to 0..255 by a table: what lies above the top is white."""
    if top == 255 and values.dtype == np.uint8:
        return np.asarray(values)
    table = np.rint(np.arange(top + 1) * 255.0 / top).astype(np.uint8)
    return np.asarray(table[np.minimum(values, top)])
