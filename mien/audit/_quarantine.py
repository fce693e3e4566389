"""`--fix` and `--undo`: files are renamed into a folder beside the data and back; nothing is ever deleted."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from mien import media
from mien.audit._check import clean
from mien.audit._log import LOG, read
from mien.audit._moves import move_out, put_back, sweep
from mien.core.errors import StorageError
from mien.core.types import Findings, Manifest

ENDING = ".quarantine"
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def quarantine(
    manifest: Manifest, findings: Findings, source: Path | str, *, out: Path | str | None = None
) -> Path | None:
    """Take what `clean` sets aside out of the data.

    Loose files in a folder are renamed into ``<source>.quarantine`` beside it, under the same relative path; a log
    that is on the disk before the first move says where each came from, and `undo` puts them back. A zip, a table,
    or a folder that may not be changed stays as it is: a clean manifest is written instead.

    Parameters
    ----------
    manifest : Manifest
        The data.
    findings : Findings
        What `check` found.
    source : path
        The folder, archive or table that `manifest` came from.
    out : path, optional
        Folder for a clean manifest. Otherwise it lies beside the source, or in the current folder where nothing may
        be written there.

    Returns
    -------
    pathlib.Path or None
        The undo log (``log.jsonl``) or the clean manifest (``<name>.clean.parquet``); None when nothing has to go.

    Raises
    ------
    StorageError
        If a file could not be moved (those before it are back in their places), or the manifest not written.
    """
    cleaned = clean(manifest, findings)
    going = cleaned.frame.filter(pl.col("aside").is_not_null() & pl.col("id").is_in(findings.frame["id"].to_list()))
    if going.is_empty():
        return None
    root = Path(source).resolve()
    paths = None if going["container"].null_count() < going.height else _inside(going["path"], source, root)
    if paths is None or not _may_move(root):
        return _write_manifest(cleaned, root, out)
    reasons = dict(zip(paths, going["aside"], strict=True))
    needed = _led_to(cleaned.used)
    there = {place: why for place, why in reasons.items() if why != "missing" and not _needed(root / place, needed)}
    try:
        return move_out(there, root, _beside(root)) if there else None
    except OSError as error:
        if error.errno in _READ_ONLY:
            return _write_manifest(cleaned, root, out)
        raise StorageError(
            f"'{error.filename}' could not be moved to the quarantine: {error.strerror}",
            todo="Every file is in its old place. Free some space or check the disk, and try again",
        ) from error


def undo(source: Path | str) -> int:
    """Put every file of a quarantine back where it came from.

    Parameters
    ----------
    source : path
        The data's folder, or its quarantine.

    Returns
    -------
    int
        How many files were put back. The emptied quarantine is removed.

    Raises
    ------
    StorageError
        If there is no quarantine, its log is damaged, or a file could not be put back because something stands in
        its place now; the others are back then.
    """
    given = Path(source).resolve()
    folder = given if given.name.endswith(ENDING) and (given / LOG).exists() else _beside(given)
    if not (folder / LOG).exists():
        raise StorageError(
            f"There is no quarantine of '{source}'",
            expected=f"the folder '{folder}' with its {LOG}",
            todo="Give the folder that 'mien audit --fix' was run on",
        )
    root = folder.with_name(folder.name.removesuffix(ENDING))
    back, troubles = put_back(read(folder / LOG), root, folder)
    sweep(folder)
    if troubles:
        more = f" and {len(troubles) - 5} more" if len(troubles) > 5 else ""
        raise StorageError(
            f"{back} files are back, {len(troubles)} are still in '{folder}': {'; '.join(troubles[:5])}{more}",
            todo="Move away what stands in the way, and run it again",
        )
    return back


def _beside(root: Path) -> Path:
    return root.with_name(root.name + ENDING)


def _inside(paths: Iterable[str], source: Path | str, root: Path) -> list[str] | None:
    """Each path relative to the source, its own link not followed; None when one lies elsewhere."""
    given = Path(source).absolute()
    places = []
    for path in paths:
        full = Path(media.real_path(path)).absolute()
        ways = ((full, given), (full.parent.resolve() / full.name, root))
        inside = [way.relative_to(base) for way, base in ways if way.is_relative_to(base) and ".." not in way.parts]
        if not inside:
            return None
        places.append(str(inside[0]))
    return places


def _led_to(used: Manifest) -> set[Path]:
    """Give the files that links among the pictures in use lead to: moving one would break the link."""
    loose = used.frame.filter(pl.col("container").is_null())["path"]
    paths = (Path(media.real_path(path)) for path in loose)
    return {path.resolve() for path in paths if path.is_symlink()}


def _needed(path: Path, needed: set[Path]) -> bool:
    return bool(needed) and not path.is_symlink() and path.resolve() in needed


def _may_move(root: Path) -> bool:
    if not root.is_dir() or not all(os.access(place, os.W_OK | os.X_OK) for place in (root, root.parent)):
        return False
    # A source that is its own disk has no place beside it to which a file could be renamed.
    return root.stat().st_dev == root.parent.stat().st_dev


def _write_manifest(cleaned: Manifest, root: Path, out: Path | str | None) -> Path:
    name = f"{root.name}.clean.parquet"
    if out is not None:
        return cleaned.save(Path(out) / name)
    try:
        return cleaned.save(root.parent / name)
    except StorageError:
        return cleaned.save(Path.cwd() / name)
