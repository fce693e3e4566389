"""Out of a zip or a folder come the model and its labels, nothing else; no name in it ever names a place on disk."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from mien.core.errors import ModelFileError
from mien.export.foreign._classes import FILES
from mien.export.foreign._form import MAX_BYTES, SAVED, damaged, listed, members, models_in

_STEP = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_OF_SAVED = re.compile(rf"^(?:{re.escape(SAVED)}|variables/variables\.(?:index|data-\d{{5}}-of-\d{{5}}))$")


def unpack(path: Path, folder: Path) -> Path:
    """Take the one model out of a zip, or find it in a folder, with the labels beside it; at most 1 GiB in all.

    None, or more than one, is a `ModelFileError`.
    """
    if path.is_dir():
        return path / _only(path, listed(path))
    names = members(path)
    chosen = _only(path, names)
    place = folder / "zip"
    place.mkdir()
    base = chosen.rpartition("/")[0]
    for name in names:
        if name.rpartition("/")[2] in FILES and name.count("/") <= chosen.count("/"):
            extract(path, {name: place / name.rpartition("/")[2]})
    if not chosen.endswith(SAVED):
        inside = place / f"model{Path(chosen).suffix.lower()}"
        extract(path, {chosen: inside})
        return inside
    before = f"{base}/" if base else ""
    parts = {name: name.removeprefix(before) for name in names if name.startswith(before)}
    extract(path, {name: place / "model" / part for name, part in parts.items() if _OF_SAVED.match(part)})
    return place / "model"


def extract(path: Path, places: dict[str, Path]) -> None:
    """Write members of a zip to places of ours, at most 1 GiB in all, whatever the zip says of their sizes."""
    room = MAX_BYTES
    try:
        with zipfile.ZipFile(path) as held:
            for name, place in places.items():
                place.parent.mkdir(parents=True, exist_ok=True)
                with held.open(name) as member, place.open("wb") as file:
                    room -= _copy(member, file.write, room)
    except (*_BROKEN, OSError, EOFError, ValueError, RuntimeError, KeyError) as error:
        raise damaged(path) from error


def _copy(member: IO[bytes], write: Callable[[bytes], object], room: int) -> int:
    done = 0
    while block := member.read(_STEP):
        done += len(block)
        if done > room:
            raise ModelFileError(f"The zip unpacks to more than {MAX_BYTES >> 30} GiB", expected="a smaller model")
        write(block)
    return done


def _only(path: Path, names: list[str]) -> str:
    found = models_in(names)
    if len(found) != 1:
        some = ", ".join(found[:5]) or "none"
        raise ModelFileError(f"'{path}' holds {len(found)} models: {some}", expected="one", todo="Name the one file")
    return found[0]
