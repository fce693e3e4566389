"""The data set `sample:voices`: a folder of synthesised clips with the truth beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from mien.core.errors import SettingError
from mien.core.files import write_text
from mien.core.types import Progress, silent
from mien.samples._folder import make_folders, put, refuse_strangers
from mien.samples.voices._dirty import DEFECTS, kinds
from mien.samples.voices._emotions import LABELS, check_labels
from mien.samples.voices._garden import Garden, Planted
from mien.samples.voices._plan import SCHEMA, Clip, Row, clip

VERSION = 1  # goes up when the same arguments give other samples
_TABLE, _NOTE, _DEFECTS = "voices.csv", "voices.json", "defects.csv"
_AT_ONCE = 64  # clips handed to the threads at a time, so that memory stays flat


@dataclass(frozen=True)
class _Order:
    """What was asked for; `voices.json` holds it when all of it is there."""

    samples: int
    seed: int
    labels: tuple[str, ...]
    dirty: bool
    version: int = VERSION

    def note(self) -> str:
        """Give the text of `voices.json`."""
        return json.dumps(asdict(self), indent=1) + "\n"


def write_voices(
    folder: Path,
    samples: int = 480,
    seed: int = 0,
    *,
    labels: tuple[str, ...] = LABELS,
    dirty: bool = False,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Synthesise a data set of voices into one folder per class, or read back the one that is there.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if needed.
    samples : int
        Clean clips, at least 1. Twelve are of one person: three in each of four classes.
    seed : int
        Same seed, same voices; from 0.
    labels : tuple of str
        The classes, names of `EMOTIONS`.
    dirty : bool
        Whether to plant defects (about 9 % more files) and write them down in ``defects.csv``.
    progress : Progress
        Shows how far it is.

    Returns
    -------
    polars.DataFrame
        One row per file in which a voice is heard, columns as `SCHEMA`; also in ``voices.csv``.

    Raises
    ------
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If a file cannot be written.
    """
    order = _checked(_Order(samples, seed, tuple(labels), dirty))
    done = _finished(folder, order)
    return _write(folder, order, progress) if done is None else done


def _checked(order: _Order) -> _Order:
    if order.samples < 1:
        raise SettingError(f"{order.samples} samples", expected="at least 1", todo="Ask for 480 to train on")
    if order.seed < 0:
        raise SettingError(f"The seed is {order.seed}", expected="a whole number from 0")
    check_labels(order.labels)
    return order


def _finished(folder: Path, order: _Order) -> pl.DataFrame | None:
    """Give the table of a folder that already holds exactly this."""
    try:
        if (folder / _NOTE).read_text("utf-8") != order.note():
            return None
        table = pl.read_csv(folder / _TABLE, schema=SCHEMA)
        paths = table["path"].to_list()
        if order.dirty:
            paths += pl.read_csv(folder / _DEFECTS, infer_schema=False)["path"].to_list()
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    here = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    return table if here.issuperset(paths) else None


def _write(folder: Path, order: _Order, progress: Progress) -> pl.DataFrame:
    clips = [clip(order.seed, index, order.labels) for index in range(order.samples)]
    garden = Garden(order.seed, order.labels, clips)
    asked = kinds(order.samples, len(order.labels)) if order.dirty else []
    planted = [DEFECTS[kind](garden, number) for number, kind in enumerate(asked)]
    refuse_strangers(folder, {said.path for said in clips} | {part.path for part in planted}, (_TABLE, _NOTE, _DEFECTS))
    make_folders(folder, order.labels, _NOTE)
    for path, data in progress(_encoded(clips), total=order.samples, what="synthesising voices"):
        put(folder / path, data)
    for part in planted:
        put(folder / part.path, part.data)
    table = _describe(folder, clips, planted)
    write_text(folder / _NOTE, order.note())
    return table


def _encoded(clips: list[Clip]) -> Iterator[tuple[str, bytes]]:
    def work(said: Clip) -> tuple[str, bytes]:
        return said.path, said.data()

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(clips), _AT_ONCE):
            yield from pool.map(work, clips[start : start + _AT_ONCE])


def _describe(folder: Path, clips: list[Clip], planted: list[Planted]) -> pl.DataFrame:
    rows: list[Row] = [said.row() for said in clips]
    rows += [part.heard.row() for part in planted if part.heard is not None]
    table = pl.DataFrame(rows, schema=SCHEMA)
    if planted:
        defects = pl.DataFrame([{"path": part.path, "defect": part.defect, "detail": part.detail} for part in planted])
        write_text(folder / _DEFECTS, defects.write_csv())
    write_text(folder / _TABLE, table.write_csv())
    return table
