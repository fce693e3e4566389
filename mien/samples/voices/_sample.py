"""The data set `sample:voices`: a folder of synthesised clips with the truth beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl

from mien.core.types import Progress, silent
from mien.samples._folder import SampleFolder
from mien.samples._garden import make
from mien.samples._order import check_order
from mien.samples.voices._dirty import DEFECTS, OFTEN
from mien.samples.voices._emotions import LABELS, check_labels
from mien.samples.voices._garden import Garden
from mien.samples.voices._plan import SCHEMA, clip

VERSION = 1  # goes up when the same arguments give other samples


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
    check_order(samples, seed, 480)
    chosen = check_labels(labels)
    asked = {"samples": samples, "seed": seed, "labels": chosen, "dirty": dirty, "version": VERSION}
    into, plan = SampleFolder(folder, "voices", SCHEMA, asked), partial(clip, seed=seed, labels=chosen)
    return make(into, plan, DEFECTS, progress, what="synthesising voices", often=OFTEN, garden=Garden)
