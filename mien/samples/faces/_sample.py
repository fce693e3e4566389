"""The data set `sample:faces`: a folder of drawn faces with the truth beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from mien.core.errors import SettingError
from mien.core.files import storage_error, write_text
from mien.core.types import Progress, silent
from mien.samples.faces._camera import encode
from mien.samples.faces._dirty import DEFECTS, Garden, Planted, kinds
from mien.samples.faces._draw import check_size, draw
from mien.samples.faces._expression import LABELS, check_labels
from mien.samples.faces._plan import Picture, Row, picture

VERSION = 1  # goes up when the same arguments draw other pixels
SCHEMA = pl.Schema(
    dict.fromkeys(("path", "label", "person"), pl.String)
    | {"skin_tone": pl.Int64, "glasses": pl.Boolean, "light": pl.String, "intensity": pl.Float64}
)
_NOTES = ("faces.csv", "faces.json", "defects.csv")
_AT_ONCE = 64  # pictures handed to the threads at a time, so that memory stays flat


@dataclass(frozen=True)
class _Order:
    """What was asked for; `faces.json` holds it when all of it is there."""

    samples: int
    seed: int
    labels: tuple[str, ...]
    size: int
    dirty: bool
    version: int = VERSION

    def note(self) -> str:
        """Give the text of `faces.json`."""
        return json.dumps(asdict(self), indent=1) + "\n"


def write_faces(
    folder: Path,
    samples: int = 1200,
    seed: int = 0,
    *,
    labels: tuple[str, ...] = LABELS,
    size: int = 128,
    dirty: bool = False,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Draw a data set of faces into one folder per class, or read back the one that is there.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if needed.
    samples : int
        Clean pictures, at least 1. Twelve show one person: three in each of four classes.
    seed : int
        Same seed, same faces; from 0.
    labels : tuple of str
        The classes, names of `EMOTIONS`.
    size : int
        Side of the pictures, 16..1024 pixels.
    dirty : bool
        Whether to plant defects (about 9 % more files) and write them down in ``defects.csv``.
    progress : Progress
        Shows how far it is.

    Returns
    -------
    polars.DataFrame
        One row per file that shows a face, columns as `SCHEMA`; also in ``faces.csv``.

    Raises
    ------
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If a file cannot be written.
    """
    if samples < 1:
        raise SettingError(f"{samples} samples", expected="at least 1", todo="Ask for 1200 to train on")
    if seed < 0:
        raise SettingError(f"The seed is {seed}", expected="a whole number from 0")
    check_size(size)
    order = _Order(samples, seed, check_labels(labels), size, dirty)
    done = _finished(folder, order)
    return _write(folder, order, progress) if done is None else done


def _finished(folder: Path, order: _Order) -> pl.DataFrame | None:
    """Give the table of a folder that already holds exactly this."""
    try:
        if (folder / "faces.json").read_text("utf-8") != order.note():
            return None
        table = pl.read_csv(folder / "faces.csv", schema=SCHEMA)
        paths = table["path"].to_list()
        if order.dirty:
            paths += pl.read_csv(folder / "defects.csv", infer_schema=False)["path"].to_list()
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    here = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    return table if here.issuperset(paths) else None


def _write(folder: Path, order: _Order, progress: Progress) -> pl.DataFrame:
    pictures = [picture(order.seed, index, order.labels) for index in range(order.samples)]
    garden = Garden(order.seed, order.labels, pictures, order.size)
    asked = kinds(order.samples, len(order.labels)) if order.dirty else []
    planted = [DEFECTS[kind](garden, number) for number, kind in enumerate(asked)]
    _refuse_strangers(folder, {shown.path for shown in pictures} | {part.path for part in planted})
    _make_folders(folder, order.labels)
    for path, data in progress(_encoded(pictures, order.size), total=order.samples, what="drawing faces"):
        _put(folder / path, data)
    for part in planted:
        _put(folder / part.path, part.data)
    table = _describe(folder, pictures, planted)
    write_text(folder / "faces.json", order.note())
    return table


def _refuse_strangers(folder: Path, planned: set[str]) -> None:
    """Refuse to mix with other pictures: they would be trained on as if they were ours."""
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    strangers = sorted(path for path in here - planned - set(_NOTES) if not Path(path).name.startswith("."))
    if strangers:
        came = f"'{folder}' already holds {len(strangers)} other files, such as '{strangers[0]}'"
        expected = "an empty folder, or one with these very faces"
        raise SettingError(came, expected=expected, todo="Choose another folder")


def _make_folders(folder: Path, labels: Iterable[str]) -> None:
    try:
        for label in labels:
            (folder / label).mkdir(parents=True, exist_ok=True)
        # A run that stops half way must not leave the note that says it is complete.
        (folder / "faces.json").unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error


def _put(path: Path, data: bytes) -> None:
    """Write one of many small files: whole or not at all, but without waiting for the disk.

    `mien.core.files.write_bytes` waits twice for each file, which would triple the time for a thousand
    faces; these can always be drawn again, and `faces.json`, written last, does wait.
    """
    beside = path.with_name(f".writing-{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise storage_error(path, error) from error


def _encoded(pictures: list[Picture], size: int) -> Iterator[tuple[str, bytes]]:
    def work(shown: Picture) -> tuple[str, bytes]:
        return shown.path, encode(draw(shown.face, size), shown.face.camera)

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(pictures), _AT_ONCE):
            yield from pool.map(work, pictures[start : start + _AT_ONCE])


def _describe(folder: Path, pictures: list[Picture], planted: list[Planted]) -> pl.DataFrame:
    rows: list[Row] = [shown.row() for shown in pictures]
    rows += [part.shows.row() for part in planted if part.shows is not None]
    table = pl.DataFrame(rows, schema=SCHEMA)
    if planted:
        defects = pl.DataFrame([{"path": part.path, "defect": part.defect, "detail": part.detail} for part in planted])
        write_text(folder / "defects.csv", defects.write_csv())
    write_text(folder / "faces.csv", table.write_csv())
    return table
