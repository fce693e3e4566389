"""Tables written as text, as people's programs write them: which coding, what parts the columns, is there a header."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mien.core.errors import MediaError
from mien.media._files import MAX_BYTES, too_large
from mien.media._inside import open_data

_HEAD = 256 * 1024
_CHUNK = 1 << 20
_LOOKED_AT = 8  # lines, to tell what parts the columns
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", ";", "\t", "|")
PICTURE_ENDINGS = (
    *("jpg", "jpeg", "jpe", "jfif", "png", "apng", "bmp", "dib", "gif", "tif", "tiff", "webp", "heic", "heif", "avif"),
    *("svg", "pgm", "ppm", "pbm", "pnm"),
)
"""Endings by which a cell of a table is known to name a picture. What a file is, its bytes say (`sniff`)."""
_PICTURE = re.compile(rf"\.(?:{'|'.join(PICTURE_ENDINGS)})\s*$", re.IGNORECASE)
_PIXELS = re.compile(r"[\s\[(]*\d{1,3}(?:[\s,;]+\d{1,3}){15}")
_DECLARED = re.compile(r"sep=([,;\t|])\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class TextTable:
    """A table written as text, and how to read it.

    A blank as `separator` stands for any run of blanks; `skip` counts lines before the first row (Excel's ``sep=;``,
    and remarks after a #); without a header, names are ``pixels`` and ``column 1`` and so on; any reader of .csv takes
    a `plain` one.
    """

    path: str
    encoding: str
    separator: str
    skip: int
    header: bool
    names: tuple[str, ...]
    plain: bool

    def rows(self) -> Iterator[list[str]]:
        """Walk over the rows, without the header; blank lines are skipped. Errors as `json_records`.

        Polars would be faster, but holds several hundred megabytes of pixels as text while it streams.
        """
        return self.rows_of(lines(self.path, self.encoding))

    def rows_of(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Walk over the rows of a text that was read already, from all its lines without their ends."""
        return _cells(lines, self.separator, self.skip + self.header, self.path)


def text_table(path: str) -> TextTable:
    """Find out how a table is written, from its beginning; without names where it is empty.

    `MediaError`: ``missing`` or ``unreadable``.
    """
    with open_data(path) as file:
        head = file.read(_HEAD)
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    first = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()][: _LOOKED_AT + 1]
    declared = _DECLARED.match(first[0]) if first else None
    rows_alone = [line for line in first if not line.startswith("#")] or first
    separator = declared[1] if declared else csv_separator(rows_alone)
    skip = 1 if declared else _remarks(first, separator)
    first = first[skip : skip + _LOOKED_AT]
    rows = list(_cells(first, separator, 0, path, strict=False))
    header = _is_header(rows)
    first_row = enumerate(rows[0] if rows else [], start=1)
    names = [cell if header else "pixels" if _PIXELS.match(cell) else f"column {number}" for number, cell in first_row]
    mac = "\r" in text and "\n" not in text
    plain = encoding.startswith("utf-8") and separator != " " and not skip and header and not mac
    return TextTable(path, encoding, separator, skip, header, tuple(names), plain)


def csv_separator(lines: Sequence[str]) -> str:
    """Say what parts the columns of a table.

    It parts a picture's name from the rest, or else stands most often in the first line; a blank, where there is none
    and each line begins with a picture's name and goes on, or has two words.

    >>> csv_separator(["path;label"]), csv_separator(["emotion,pixels,Usage"]), csv_separator(["a.jpg 5", "b.jpg 2"])
    (';', ',', ' ')
    """
    first = re.sub(r'"[^"]*"', "", lines[0]) if lines else ""

    def rank(mark: str) -> tuple[bool, int]:
        return any(_PICTURE.search(cell.strip("\"' ")) for cell in first.split(mark)), first.count(mark)

    present = [mark for mark in _SEPARATORS if mark in first]
    if present:
        return max(present, key=rank)
    words = [line.split() for line in lines]
    alike = len({len(row) for row in words}) == 1 < len(words[0]) if words else False
    pairs = alike and len(words[0]) == 2 < len(words)
    return " " if pairs or (alike and all(_looks_like_data(row[0]) for row in words)) else ","


def is_wide(head: bytes) -> bool:
    """Say whether a file begins as UTF-16 or UTF-32 text: by its mark, or where every other byte is zero."""
    return _encoding(head).startswith(("utf-16", "utf-32"))


def lines(path: str, encoding: str) -> Iterator[str]:
    """Walk over the lines of a text, whatever ends them; what cannot be read becomes a replacement character."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    rest = ""
    with open_data(path) as file:
        while data := file.read(_CHUNK):
            *whole, rest = (rest + decoder.decode(data)).split("\n")
            yield from whole
            if len(rest) > MAX_BYTES:
                raise too_large(f"a line of {path}")
    yield from (rest + decoder.decode(b"", final=True)).split("\n")


def _cells(lines: Iterable[str], separator: str, skip: int, path: str, *, strict: bool = True) -> Iterator[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    if separator == " ":
        lines = (line.replace("\t", " ").strip() for line in lines)
    ended = (f"{line}\n" for line in lines)
    reader = csv.reader(ended, delimiter=separator, skipinitialspace=separator == " ")
    try:
        yield from itertools.islice(filter(None, reader), skip, None)
    except csv.Error as error:
        if strict:
            raise MediaError(f"'{path}' cannot be read as a table ({error})", issue="unreadable") from error


def _remarks(lines: Sequence[str], separator: str) -> int:
    """Count the lines at the beginning that are remarks: after a #, and not of as many columns as the rows."""
    columns = next((line.count(separator) for line in lines if not line.startswith("#")), 0)
    remarks = itertools.takewhile(lambda line: line.startswith("#") and line.count(separator) != columns, lines)
    return sum(1 for _ in remarks)


def _encoding(head: bytes) -> str:
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked or b"\0" not in head:
        return marked or "utf-8"
    even, odd = head[0::2], head[1::2]
    for name, zeros, letters in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) > 0.7 * len(zeros) and not letters.count(0):
            return name
    return "utf-8"


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row names columns: no name is a picture's file or a list of pixels, or like the next."""
    if not rows or any(map(_looks_like_data, rows[0])):
        return False
    return len(rows) < 2 or not _shape(rows[0][0]) == _shape(rows[1][0]) != ""


def _looks_like_data(cell: str) -> bool:
    return bool(_PICTURE.search(cell) or _PIXELS.match(cell))


def _shape(cell: str) -> str:
    """Give the form of a cell that has letters and digits: ``train_00001`` and ``train_00002`` have the same."""
    form = re.sub(r"\d+", "9", cell.strip())
    return form if re.search(r"[^\W\d_]", form) and "9" in form else ""
