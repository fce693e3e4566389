"""A .zip or .tar of a folder, listed and read where it lies: nothing is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from mien import media
from mien.collect._companion import COMPANION, add_columns
from mien.collect._folder import as_text
from mien.collect._layout import arrange, is_junk
from mien.collect._splits import side_of
from mien.core.errors import SourceError
from mien.core.types import Manifest

MAX_MEMBERS = 2_000_000
MAX_RATIO = 200  # pictures hardly shrink when packed; a bomb of zeros shrinks a thousandfold
FREE_BYTES = 1 << 30  # below this the ratio does not matter: it can be read in a moment

_DRIVE = re.compile(r"[A-Za-z]:")

Member = tuple[str, int]  # name, declared bytes


def list_archive(path: Path, kind: str) -> Manifest:
    """List the files of an archive.

    Parameters
    ----------
    path : pathlib.Path
        The archive, an absolute path.
    kind : str
        ``zip`` or ``tar``.

    Returns
    -------
    Manifest
        With ``content`` null, ``container`` the archive and ``path`` the member's own name.

    Raises
    ------
    SourceError
        If it is damaged, unsafe, too large or locked, or not arranged in classes.
    """
    members = _zip_members if kind == "zip" else _tar_members
    try:
        names = _checked(path, members(path))
    except (zipfile.BadZipFile, UnicodeError, NotImplementedError) as error:
        raise SourceError(f"'{path}' is a damaged archive ({error})", todo="Fetch or pack it again") from error
    frame = pl.DataFrame({"path": names, "id": _trimmed(names)}, schema={"path": pl.String, "id": pl.String})
    frame = _strip_wrapper(frame.filter(pl.col("id") != ""))
    frame = frame.unique("id", keep="last", maintain_order=True)  # as unpacking would leave it
    found = arrange(frame, str(path)).with_columns(
        content=pl.lit(None, pl.String), container=pl.lit(as_text(str(path)))
    )
    beside = frame.filter(pl.col("id") == COMPANION)["path"]
    manifest = Manifest.build(found.to_dict())
    return add_columns(manifest, beside[0], as_text(str(path))) if len(beside) else manifest


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                came = f"'{path}' is locked with a password ('{info.filename}')"
                raise SourceError(came, todo="Pack it again without a password")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise _unsafe(path, info.filename, "is a link")
            if not info.is_dir():
                yield info.filename, info.file_size


def _tar_members(path: Path) -> Iterator[Member]:
    for header, _ in media.tar_headers(as_text(str(path))):
        if header.isreg():
            yield header.name, header.size
        elif not header.isdir():
            what = "is a link" if header.islnk() or header.issym() else "is a device or pipe"
            raise _unsafe(path, header.name, what)


def _checked(path: Path, members: Iterator[Member]) -> list[str]:
    """Refuse what no honest data set needs; checked while walking, so that a bomb is not walked through."""
    packed, total, names = path.stat().st_size, 0, []
    for name, size in members:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name):
            raise _unsafe(path, name, "would be written outside of its folder")
        total += size
        names.append(name)
        if total > max(FREE_BYTES, MAX_RATIO * packed) or len(names) > MAX_MEMBERS:
            came = f"'{path}' would unpack to more than {total >> 20} MiB in {len(names)} files: a decompression bomb"
            expected = f"at most {MAX_RATIO} times its own size, and {MAX_MEMBERS} files"
            raise SourceError(came, expected=expected, todo="Unpack it yourself if you trust it, and give the folder")
    return names


def _unsafe(path: Path, name: str, what: str) -> SourceError:
    came = f"'{as_text(name)}' in '{path}' {what}"
    return SourceError(came, expected="files below the archive's own folder", todo="Unpack it yourself if you trust it")


def _trimmed(names: list[str]) -> list[str]:
    """Write names as in a folder listing; what is junk becomes empty."""
    windows = not any("/" in name for name in names)  # some old programs pack with backslashes
    return [_trim(name.replace("\\", "/") if windows else name) for name in names]


def _trim(name: str) -> str:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "" if any(is_junk(part) for part in parts) else as_text("/".join(parts))


def _strip_wrapper(frame: pl.DataFrame) -> pl.DataFrame:
    """Take off single folders around everything, so that a folder and its archive give the same ids."""
    while frame.height:
        tops = frame["id"].str.split("/").list.first().unique().to_list()
        inner = frame["id"].str.strip_prefix(f"{tops[0]}/")
        if len(tops) > 1 or side_of(tops[0]) or not inner.str.contains("/", literal=True).any():
            break
        frame = frame.with_columns(id=inner)
    return frame
