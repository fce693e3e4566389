"""Files into the quarantine and back, by renaming on one disk. Nothing is copied, nothing is replaced."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from mien.audit._log import LOG, Move, append
from mien.core.errors import StorageError


def move_out(places: Mapping[str, str], root: Path, folder: Path) -> Path:
    """Rename files into the quarantine, after the log of all of them is on the disk.

    Where one cannot be moved, all are back in their old places.
    """
    folder.mkdir(exist_ok=True)
    moves = _plan(places, folder)
    try:
        append(folder / LOG, moves)
        for move in moves:
            _rename(root / move.place, folder / move.kept)
    except (OSError, StorageError):
        _, troubles = put_back(moves, root, folder)
        sweep(folder)
        if not troubles:
            raise
        came = f"Moving stopped halfway, and {len(troubles)} files are still in '{folder}': {troubles[0]}"
        todo = "Nothing is lost: run 'mien audit --undo' when the disk is well again"
        raise StorageError(came, todo=todo) from None
    return folder / LOG


def put_back(moves: Sequence[Move], root: Path, folder: Path) -> tuple[int, list[str]]:
    """Rename back what is in the quarantine. Returns how many are back, and a sentence for each that could not be."""
    back = 0
    troubles: list[str] = []
    for kept, move in {move.kept: move for move in moves}.items():
        if not _there(folder / kept):
            continue  # it was never moved, or is back already
        try:
            _rename(folder / kept, root / move.place)
            back += 1
        except FileExistsError:
            troubles.append(f"where {move.place!r} was there is another file now")
        except OSError as error:
            troubles.append(f"{move.place!r} cannot be put back ({error.strerror})")
    return back, troubles


def sweep(folder: Path) -> None:
    """Remove folders that are empty, and the quarantine with its log when nothing else is left in it."""
    for path, _, _ in os.walk(folder, topdown=False):
        if Path(path) != folder:
            with suppress(OSError):
                Path(path).rmdir()
    if [path.name for path in folder.iterdir()] in ([], [LOG]):
        (folder / LOG).unlink(missing_ok=True)
        folder.rmdir()


def _plan(places: Mapping[str, str], folder: Path) -> list[Move]:
    taken = {LOG}
    moves = []
    for place, why in sorted(places.items()):
        tried = chain([place], (f"again-{number}/{place}" for number in count(2)))
        kept = next(path for path in tried if path not in taken and not _there(folder / path))
        taken.add(kept)
        moves.append(Move(place, kept, why))
    return moves


def _rename(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    # On POSIX a rename silently replaces what is there.
    if _there(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(new))
    old.rename(new)


def _there(path: Path) -> bool:
    return os.path.lexists(path)  # true of a broken link too
