"""Which pictures a comparison may use: in the test side of every run, and new to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien._split_placing import join
from mien.compare._read import WEIGHT, Finished
from mien.core.errors import SettingError

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

# Why a test picture of a run is left out, in the order in which it is asked.
LEARNT = "one of the runs was trained or chosen on them"
ABSENT = "not every run was measured on them"
LABEL = "they are labelled differently in different runs"
CLASS = "their label is not a class of every run"


@dataclass(frozen=True)
class Shared:
    """The pictures that are compared, in the order of their contents.

    Parameters
    ----------
    labels : tuple of str
        The classes that every run knows, in alphabetical order.
    contents : list of str
        SHA-256 of each picture.
    truth : int64 [N]
        Class numbers, in `labels`.
    clusters : int64 [N] or None
        Pictures with the same number share a person or their pixels; None where none does.
    people : int
        How many persons are known among them; 0 where the data does not say.
    left_out : dict of str to int
        Why, to how many pictures; only reasons that occur.
    """

    labels: tuple[str, ...]
    contents: list[str]
    truth: Integers
    clusters: Integers | None
    people: int
    left_out: dict[str, int]

    def answers(self, frame: pl.DataFrame, labels: Sequence[str]) -> tuple[Floats, Integers, tuple[str, ...]]:
        """Ask what a model said of these pictures, as if it knew the shared classes only.

        Parameters
        ----------
        frame : polars.DataFrame
            ``content`` and a weight ``p:<label>`` a class.
        labels : sequence of str
            The model's classes in the order of its outputs.

        Returns
        -------
        (float64 [N, classes], int64 [N], tuple of str)
            Weights over the shared classes, each row summing to 1; the answers as numbers in `labels`; and the order
            of the columns: the model's own, so that of equals the first counts as it did in the run.
        """
        import polars as pl

        own = tuple(label for label in labels if label in self.labels)
        wanted = pl.DataFrame({"content": self.contents})
        first = frame.unique("content", keep="first", maintain_order=True)
        rows = wanted.join(first, on="content", how="left", maintain_order="left")
        weights = rows.select([WEIGHT + label for label in own]).to_numpy()
        sums = weights.sum(axis=1, keepdims=True)
        # A model that gave the shared classes nothing at all says nothing of them.
        weights = np.divide(weights, sums, out=np.full_like(weights, 1 / len(own)), where=sums > 0)
        return weights, np.array([self.labels.index(label) for label in own])[weights.argmax(axis=1)], own


def share(runs: Sequence[Finished]) -> Shared:
    """Find the pictures that a comparison may use.

    Parameters
    ----------
    runs : sequence of Finished
        Two or more.

    Returns
    -------
    Shared
        With at least one picture.

    Raises
    ------
    SettingError
        If the runs share fewer than two classes, or no picture.
    """
    import polars as pl

    labels = tuple(sorted(set.intersection(*(set(run.labels) for run in runs))))
    if len(labels) < 2:
        known = "; ".join(f"{run.name}: {', '.join(run.labels)}" for run in runs[:3])
        raise SettingError(f"The runs share {len(labels)} of their classes ({known})", expected="two or more")
    twins = pl.concat(run.twins for run in runs).unique()
    learnt = pl.concat(_hits(run, twins) for run in runs).unique()
    every = pl.concat(run.answers.select("content", "label").unique() for run in runs)
    frame = every.group_by("content").agg(pl.col("label").n_unique().alias("labels"), pl.col("label").first())
    seen = pl.concat(run.answers.select("content").unique() for run in runs).group_by("content").len("runs")
    frame = frame.join(seen, on="content").sort("content")
    why = (
        pl.when(pl.col("content").is_in(learnt.to_list()))
        .then(pl.lit(LEARNT))
        .when(pl.col("runs") < len(runs))
        .then(pl.lit(ABSENT))
        .when(pl.col("labels") > 1)
        .then(pl.lit(LABEL))
        .when(~pl.col("label").is_in(labels))
        .then(pl.lit(CLASS))
    )
    frame = frame.with_columns(why=why)
    kept = frame.filter(pl.col("why").is_null())
    counts = dict(frame.drop_nulls("why").group_by("why").len().iter_rows())
    left_out = {reason: counts[reason] for reason in (LEARNT, ABSENT, LABEL, CLASS) if reason in counts}
    if not kept.height:
        raise _nothing(runs, left_out)
    clusters, people = _clusters(kept["content"], runs, twins)
    truth = np.array([labels.index(label) for label in kept["label"]], dtype=np.int64)
    return Shared(labels, kept["content"].to_list(), truth, clusters, people, left_out)


def _hits(run: Finished, twins: pl.DataFrame) -> pl.Series:
    """List what a run has learnt: its contents, and every content with the same pixels as one of them."""
    import polars as pl

    known = run.learnt
    pixels = twins.filter(pl.col("content").is_in(known["content"].to_list()))["twin"].to_list()
    pixels += known["twin"].drop_nulls().to_list()
    copies = twins.filter(pl.col("twin").is_in(pixels))["content"]
    persons = known["person"].drop_nulls().to_list()
    same = run.answers.filter(pl.col("person").is_in(persons))["content"]
    return pl.concat([known["content"], copies, same])


def _clusters(contents: pl.Series, runs: Sequence[Finished], twins: pl.DataFrame) -> tuple[Integers | None, int]:
    """Join pictures of one person, as any run's manifest has it, and pictures with the same pixels."""
    keys, people = [_numbers(contents, twins)], 0
    for run in runs:
        persons = run.answers.select("content", "person").drop_nulls()
        keys.append(_numbers(contents, persons))
        people = max(people, persons.filter(persons["content"].is_in(contents.to_list()))["person"].n_unique())
    units = join(keys, len(contents))
    return (None if len(np.unique(units)) == len(units) else units), people


def _numbers(contents: pl.Series, pairs: pl.DataFrame) -> Integers:
    """Give each value that goes with a content a number from 0, and each content without one a number of its own."""
    of = dict(pairs.iter_rows())
    known: dict[str, int] = {}
    keys = [of.get(content, f"alone:{content}") for content in contents]
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def _nothing(runs: Sequence[Finished], left_out: dict[str, int]) -> SettingError:
    words = "; ".join(f"{count:,} left out because {reason}" for reason, count in left_out.items())
    return SettingError(
        f"The runs share no test picture that is new to all of them ({words})",
        expected="runs over the same data with the same shares and split_seed",
        todo=f"Train them so, or measure each on pictures that are new to all: mien evaluate {runs[0].run.folder} DATA",
    )
