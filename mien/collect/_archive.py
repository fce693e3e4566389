"""A .zip or .tar, its files listed where they lie: nothing is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from mien import media
from mien.collect._system import EMPTY, WHAT, is_system
from mien.collect._tree import Tree
from mien.core.errors import SourceError
from mien.core.types import skipped

MAX_MEMBERS = 2_000_000
MAX_RATIO = 200  # pictures hardly shrink when packed; a bomb of zeros shrinks a thousandfold
FREE_BYTES = 1 << 30  # below this the ratio does not matter: it can be read in a moment

_STANDARD = "cp437"  # what the .zip standard says of names without its flag, and what `zipfile` reads them as
_DRIVE = re.compile(r"[A-Za-z]:")

# What is a .zip by its bytes and something else to people: two members that tell, what it is, what to do.
_OFFICE = "Save the sheet as CSV UTF-8, and give that"
_PROGRAMS = (
    ("[Content_Types].xml", "xl/", "an Excel workbook", _OFFICE),
    ("[Content_Types].xml", "word/", "a Word document", "Give the pictures as files"),
    ("[Content_Types].xml", "ppt/", "a PowerPoint document", "Give the pictures as files"),
    ("mimetype", "content.xml", "an OpenDocument file", _OFFICE),
    ("Index/Document.iwa", "Index/", "a Numbers, Pages or Keynote document", _OFFICE),
    ("archive/version", "archive/data.pkl", "a PyTorch file", "Give the data that it was made of"),
    ("config.json", "model.weights.h5", "a Keras model", "Give the data that it was trained on"),
)
_EXPECTED = "an archive of pictures"

Member = tuple[str, int, bool]  # name (a folder's ends with a slash), declared bytes, whether its coding is known


def archive_tree(path: Path, kind: str) -> Tree:
    """List the files of an archive."""
    members = _zip_members if kind == "zip" else _tar_members
    try:
        listed = _checked(path, members(path))
    except (zipfile.BadZipFile, UnicodeError, NotImplementedError) as error:
        raise SourceError(f"'{path}' is a damaged archive ({error})", todo="Fetch or pack it again") from error
    _refuse_programs(path, listed)
    names = [name for name in listed if not name.endswith("/")]
    ids, system = _trimmed(_decoded(names, {name for name in names if listed[name]}, path))
    files = pl.DataFrame({"id": ids, "path": names}, schema={"id": pl.String, "path": pl.String})
    files = files.filter(pl.col("id") != "").unique("id", keep="last", maintain_order=True)  # as unpacking leaves it
    files = files.with_columns(aside=pl.lit(None, pl.String))
    source = media.as_text(str(path))
    return Tree(source, source, files, skipped(WHAT, sorted(system)) + skipped(EMPTY, _empty(listed, names)))


def _refuse_programs(path: Path, names: Collection[str]) -> None:
    if names and all(name.endswith(".npy") for name in names):
        todo = "Write its pictures into a Parquet table, or into class folders"
        raise SourceError(f"'{path}' is a file of NumPy arrays (.npz)", expected=_EXPECTED, todo=todo)
    for mark, start, what, todo in _PROGRAMS:
        if mark in names and any(name.startswith(start) for name in names):
            raise SourceError(f"'{path}' is {what}", expected=_EXPECTED, todo=todo)


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                came = f"'{path}' is locked with a password ('{info.filename}')"
                raise SourceError(came, todo="Pack it again without a password")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise _unsafe(path, info.filename, "is a link")
            known = bool(info.flag_bits & 0x800) or info.filename != info.orig_filename  # UTF-8: the flag, or a field
            yield info.filename, info.file_size, known


def _tar_members(path: Path) -> Iterator[Member]:
    for header, _ in media.tar_headers(media.as_text(str(path))):
        if header.isreg() or header.isdir():
            yield media.as_text(header.name) + ("/" if header.isdir() else ""), header.size, True
        else:
            what = "is a link" if header.islnk() or header.issym() else "is a device or pipe"
            raise _unsafe(path, header.name, what)


def _checked(path: Path, members: Iterator[Member]) -> dict[str, bool]:
    """Refuse what no honest data set needs; checked while walking, so that a bomb is not walked through."""
    packed, total, count = path.stat().st_size, 0, 0
    names: dict[str, bool] = {}
    for name, size, known in members:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name):
            raise _unsafe(path, name, "would be written outside of its folder")
        total, count = total + size, count + 1
        names[name] = known and names.pop(name, True)  # of two with one name, the last stands in its own place
        if total > max(FREE_BYTES, MAX_RATIO * packed) or count > MAX_MEMBERS:
            came = f"'{path}' would unpack to more than {total >> 20} MiB in {count} files: a decompression bomb"
            expected = f"at most {MAX_RATIO} times its own size, and {MAX_MEMBERS} files"
            raise SourceError(came, expected=expected, todo="Unpack it yourself if you trust it, and give the folder")
    return names


def _unsafe(path: Path, name: str, what: str) -> SourceError:
    came = f"'{media.as_text(name)}' in '{path}' {what}"
    return SourceError(came, expected="files below the archive's own folder", todo="Unpack it yourself if you trust it")


def _decoded(names: Sequence[str], marked: Collection[str], path: Path) -> list[str]:
    """Read names as whoever packed them meant them; `marked` are those that the archive says are UTF-8.

    `zipfile` reads the others as code page 437.
    """
    raw = {name: name.encode(_STANDARD) for name in names if not name.isascii() and name not in marked}
    words = {part for data in raw.values() for part in data.split(b"/")}
    coding = media.guess_coding(words, media.OLD_ZIP)
    if coding is None:
        folders = sorted({part for data in raw.values() for part in data.split(b"/")[:-1] if not part.isascii()})
        if folders:
            shown = folders[0].decode(_STANDARD)
            names_of = f"The names in '{path}' are not UTF-8"
            came = f"{names_of}, and in which coding they are cannot be told, such as '{shown}'"
            todo = "Unpack it, and give the folder; or pack it again with a program that writes names in UTF-8"
            raise SourceError(came, expected="names in UTF-8", todo=todo)
        coding = _STANDARD
    return [raw[name].decode(coding) if name in raw else name for name in names]


def _trimmed(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Write names as in a folder listing, what is a system's as empty; and give each thing of a system once."""
    windows = not any("/" in name for name in names)  # some old programs pack with backslashes
    ids, system = [], {}
    for name in names:
        parts = [part for part in (name.replace("\\", "/") if windows else name).split("/") if part not in ("", ".")]
        junk = next((number for number, part in enumerate(parts, start=1) if is_system(part)), 0)
        system.update(dict.fromkeys(["/".join(parts[:junk])] if junk else []))
        ids.append("" if junk else media.as_text("/".join(parts)))
    return ids, list(system)


def _empty(listed: Iterable[str], files: Iterable[str]) -> list[str]:
    """Give the folders that an archive lists and puts no file in."""
    folders = [name.rstrip("/") for name in listed if name.endswith("/")]
    filled: set[str] = set()
    for name in files if folders else ():
        while name and (name := name.rpartition("/")[0]) not in filled:
            filled.add(name)
    return [name for name in folders if name not in filled and not any(map(is_system, name.split("/")))]
