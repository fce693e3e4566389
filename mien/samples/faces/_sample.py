"""The data set `sample:faces`: a folder of drawn faces with the truth beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl

from mien.core.types import Progress, silent
from mien.samples._folder import SampleFolder
from mien.samples._garden import make
from mien.samples._order import check_order
from mien.samples.faces._dirty import DEFECTS, OFTEN
from mien.samples.faces._draw import check_size
from mien.samples.faces._expression import LABELS, check_labels
from mien.samples.faces._plan import picture

VERSION = 1  # goes up when the same arguments draw other pixels
SCHEMA = pl.Schema(
    dict.fromkeys(("path", "label", "person"), pl.String)
    | {"skin_tone": pl.Int64, "glasses": pl.Boolean, "light": pl.String, "intensity": pl.Float64}
)


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
    check_order(samples, seed, 1200)
    check_size(size)
    chosen = check_labels(labels)
    asked = {"samples": samples, "seed": seed, "labels": chosen, "size": size, "dirty": dirty, "version": VERSION}
    into, plan = SampleFolder(folder, "faces", SCHEMA, asked), partial(picture, seed=seed, labels=chosen, size=size)
    return make(into, plan, DEFECTS, progress, what="drawing faces", often=OFTEN)
