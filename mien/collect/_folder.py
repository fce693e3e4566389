"""A folder of class folders: every file in it, in the order of names, links kept on a short leash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from mien.collect._companion import add_columns
from mien.collect._layout import arrange, is_junk
from mien.core.errors import SourceError
from mien.core.types import Manifest

_CHUNK = 65_536
_SCHEMA = {"id": pl.String, "aside": pl.String}
_OUTSIDE = "a link that leads out of the data's folder"

Entry = tuple[str, str | None]  # id, aside


def list_folder(root: Path) -> Manifest:
    """List the files of a folder of class folders.

    Parameters
    ----------
    root : pathlib.Path
        An absolute path.

    Returns
    -------
    Manifest
        With ``content`` null.

    Raises
    ------
    SourceError
        If a folder in it may not be read, or it is not arranged in classes.
    """
    entries = _walk(str(root), os.path.realpath(root))
    chunks = []
    while chunk := list(islice(entries, _CHUNK)):
        chunks.append(pl.DataFrame(chunk, schema=_SCHEMA, orient="row"))
    frame = pl.concat(chunks) if chunks else pl.DataFrame(schema=_SCHEMA)
    frame = arrange(_unique(frame), str(root))
    prefix = as_text(str(root)).rstrip("/") + "/"
    manifest = Manifest.build(
        {
            **frame.to_dict(),
            "path": prefix + frame["id"],
            "content": pl.repeat(None, frame.height, dtype=pl.String, eager=True),
        }
    )
    return add_columns(manifest, str(root / "faces.csv"), None)


def as_text(name: str) -> str:
    r"""Write a file name that is no text (Linux allows any bytes) as text: such a byte becomes ``\xe9``.

    `mien.media` turns it back.

    Parameters
    ----------
    name : str
        As the system gives it.

    Returns
    -------
    str
        Text that a table can hold.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    return name


def _walk(folder: str, root: str) -> Iterator[Entry]:
    """Go through the folders in the order of names; a stack, because a path can be deeper than Python's own."""
    stack = [("", folder, iter(_entries(folder)))]
    while stack:
        prefix, folder, entries = stack[-1]
        name, is_folder, is_link = next(entries, ("", False, False))
        full, found = f"{folder}/{name}", prefix + as_text(name)
        if not name:
            stack.pop()
        elif is_link and not _inside(full, root):
            yield found + ("/(folder)" if is_folder else ""), _OUTSIDE
        elif is_folder and not is_link:
            stack.append((found + "/", full, iter(_entries(full))))
        elif not is_folder:
            yield found, None
        # What is left are links to folders within the data: these are walked through where they really stand, and
        # following the link as well would file every picture twice, or go in circles.


def _entries(folder: str) -> list[tuple[str, bool, bool]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((e.name, _is_folder(e), e.is_symlink()) for e in entries if not is_junk(e.name))
    except OSError as error:
        came = f"The folder '{as_text(folder)}' cannot be read ({error.strerror})"
        raise SourceError(came, todo="Change its permissions") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _inside(link: str, root: str) -> bool:
    found = os.path.realpath(link)
    return found == root or found.startswith(root.rstrip("/") + "/")


def _unique(frame: pl.DataFrame) -> pl.DataFrame:
    r"""Set aside the second of two files that look the same as text: the bytes of one, and a real backslash."""
    again = ~frame["id"].is_first_distinct()
    if not again.any():
        return frame
    count = pl.int_range(pl.len()).over("id").cast(pl.String)
    return frame.with_columns(
        id=pl.when(again).then(pl.col("id") + "~" + count).otherwise("id"),
        aside=pl.when(again).then(pl.lit("its name cannot be written as text")).otherwise("aside"),
    )
