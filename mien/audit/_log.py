"""The undo log of a quarantine: JSON lines, written and flushed before anything moves."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.core.errors import StorageError
from mien.core.files import storage_error

LOG = "log.jsonl"
ENDING = ".quarantine"
FORMAT = 1


@dataclass(frozen=True)
class Move:
    """One file's way into the quarantine."""

    place: str  # its path inside the source
    kept: str  # its path inside the quarantine; the same unless that was taken
    why: str  # the word


def append(log: Path, moves: Sequence[Move]) -> None:
    """Add moves to the log and wait until they are on the disk."""
    try:
        started = _cut_torn_end(log)
        lines = [] if started else [{"mien": "quarantine", "format": FORMAT}]
        lines += [vars(move) for move in moves]
        # ASCII with \u escapes carries every file name, also those that are no valid UTF-8 (lone surrogates).
        text = "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)
        with log.open("ab") as file:
            file.write(text.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        for folder in (log.parent, log.parent.parent):
            _flush_folder(folder)
    except OSError as error:
        raise storage_error(log, error) from error


def read(log: Path) -> list[Move]:
    """Read the log back. Oldest first; a torn last line is passed over: what it names was never moved."""
    try:
        data = log.read_bytes()
    except OSError as error:
        came = f"'{log}' cannot be read ({error.strerror})"
        raise StorageError(came, todo="Check the path, or look for a folder *.quarantine") from error
    whole = data[: data.rfind(b"\n") + 1].splitlines()
    lines = [_parse(log, number, line) for number, line in enumerate(whole, 1)]
    if not lines:
        return []
    version = lines[0].get("format")
    if lines[0].get("mien") != "quarantine" or not isinstance(version, int):
        raise StorageError(f"'{log}' is not the log of a quarantine")
    if version > FORMAT:
        came = f"'{log}' has format {version}"
        raise StorageError(came, expected=f"format {FORMAT} or older", todo="Install a newer Mien")
    return [_move(log, number, line) for number, line in enumerate(lines[1:], 2)]


def _parse(log: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise _damaged(log, number)
    return fields


def _move(log: Path, number: int, fields: dict[str, Any]) -> Move:
    values = [fields.get(name) for name in ("place", "kept", "why")]
    move = Move(*map(str, values))
    # A log from elsewhere must not move files outside the source and the quarantine.
    outside = any(Path(path).is_absolute() or ".." in Path(path).parts for path in (move.place, move.kept))
    if outside or not all(isinstance(value, str) for value in values):
        raise _damaged(log, number)
    return move


def _damaged(log: Path, number: int) -> StorageError:
    return StorageError(
        f"Line {number} of '{log}' is damaged",
        todo="Nothing was moved. The folders in the quarantine are those of the data: move the files back by hand",
    )


def _cut_torn_end(log: Path) -> bool:
    """Cut off a last line that a crash left half; say whether a whole one stands before it."""
    if not log.exists():
        return False
    data = log.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(log, whole)
    return whole > 0


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
