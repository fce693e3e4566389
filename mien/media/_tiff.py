"""The directories of TIFF files (TIFF 6.0, section 2; BigTIFF), which EXIF blocks and cameras' raw files share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ORIENTATION = 0x0112
MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two: BigTIFF

_SIZES = {1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8}  # bytes of a value, of the types that hold whole numbers
_MOST_VALUES = 65_536
# What decides the pixels (TIFF 6.0, its supplements, libtiff's own); all other tags are written beside the picture.
_PICTURE = {
    *(254, 256, 257, 258, 259, 262, 263, 266, 273, ORIENTATION, 277, 278, 279, 284, 290, 291, 292, 293, 317),
    *(320, 322, 323, 324, 325, 326, 327, 328, 332, 334, 336, 338, 339, 340, 341, 347),
    *(512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 50674, 50675, 0xBC01),
}


@dataclass(frozen=True)
class Entry:
    """One entry of a directory."""

    kind: int  # the type of its values
    count: int  # how many
    at: int  # where they stand


@dataclass(frozen=True)
class Directory:
    """One page, or what belongs to it."""

    # at, end: where it begins, and where its entries end
    at: int
    end: int
    entries: dict[int, Entry]  # by tag; of a tag that comes twice the first


class Tiff:
    """A file of directories. Nothing that it says is believed beyond its own bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._order: Literal["little", "big"] = "little" if data[:1] == b"I" else "big"
        big = data[:4] in MARKS[2:]
        self.head, self.size, self._wide = (8, 20, 8) if big else (2, 12, 4)  # bytes of a count, an entry, a place
        self.first = (self.number(8, 8) if big else self.number(4, 4)) if data[:4] in MARKS else 0

    def number(self, at: int, size: int) -> int:
        """Read one whole number; beyond the end there are zeros."""
        return int.from_bytes(self.data[at : at + size], self._order)

    def packed(self, value: int, size: int) -> bytes:
        """Write one whole number in the file's order of bytes."""
        return value.to_bytes(size, self._order)

    def directory(self, at: int) -> Directory | None:
        """Read a directory; None where there is none, the file ends before it, or it has more than 65,536 entries."""
        start, count = at + self.head, self.number(at, self.head)
        end = start + count * self.size
        if at < 8 or count > _MOST_VALUES or end > len(self.data):
            return None
        entries: dict[int, Entry] = {}
        for place in range(start, end, self.size):
            tag, kind, values = self.number(place, 2), self.number(place + 2, 2), self.number(place + 4, self._wide)
            inner = place + 4 + self._wide
            outer = values * _SIZES.get(kind, 1) > self._wide
            entries.setdefault(tag, Entry(kind, values, self.number(inner, self._wide) if outer else inner))
        return Directory(at, end, entries)

    def following(self, at: int) -> int:
        """Say where the directory after one begins; 0 for none."""
        return self.number(at + self.head + self.number(at, self.head) * self.size, self._wide)

    def values(self, entry: Entry | None) -> list[int]:
        """Read an entry's whole numbers, at most 65,536; empty for none, and for values of another type."""
        size = _SIZES.get(entry.kind, 0) if entry else 0
        if entry is None or not size:
            return []
        return [self.number(entry.at + size * index, size) for index in range(min(entry.count, _MOST_VALUES))]

    def text(self, entry: Entry | None) -> str:
        """Read an entry's text, at most 64 letters; empty for none."""
        if entry is None:
            return ""
        return self.data[entry.at : entry.at + min(entry.count, 64)].split(b"\0")[0].decode("latin-1")


def orientation(exif: bytes) -> int:
    """Say how an EXIF block wants its picture turned; 1, upright, where it says nothing that can be understood.

    The page reads it in the same way (app/engine/upright.js).
    """
    tiff = Tiff(exif[6:] if exif.startswith(b"Exif\0") else exif)
    directory = tiff.directory(tiff.first) if tiff.data[:4] in MARKS[:2] else None
    entry = directory.entries.get(ORIENTATION) if directory else None
    found = tiff.values(entry)[:1] if entry and entry.kind in (3, 4) else []
    return found[0] if found and 1 <= found[0] <= 8 else 1


def picture_alone(data: bytes) -> bytes:
    """Take out of the first directory what does not decide the pixels, and the further pages. The length stays.

    A file whose structure is broken is left alone.
    """
    tiff = Tiff(data)
    page = tiff.directory(tiff.first)
    if page is None:
        return data
    places = range(page.at + tiff.head, page.end, tiff.size)
    kept = b"".join(data[at : at + tiff.size] for at in places if tiff.number(at, 2) in _PICTURE)
    count = tiff.packed(len(kept) // tiff.size, tiff.head)
    end = min(page.end + (8 if tiff.head == 8 else 4), len(data))
    return data[: page.at] + (count + kept).ljust(end - page.at, b"\0") + data[end:]
