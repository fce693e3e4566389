"""Which pictures a comparison may use: in the test side of every run, and new to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.compare._read import Finished
from mien.core.errors import SettingError
from mien.core.types import Manifest, Predictions
from mien.core.units import units_of
from mien.kinds import PICTURE, kind

if TYPE_CHECKING:
    import polars as pl

    from mien.core.types import Floats, Integers

# Why a test picture of a run is left out, in the order in which it is asked.
LEARNT = "one of the runs was trained or chosen on them"
ABSENT = "not every run was measured on them"
LABEL = "they are labelled differently in different runs"
CLASS = "their label is not a class of every run"


@dataclass(frozen=True)
class Shared:
    """The pictures that are compared, in the order of their contents."""

    labels: tuple[str, ...]  # the classes that every run knows, in alphabetical order
    contents: list[str]  # SHA-256 of each picture
    truth: Integers  # int64 [N], class numbers, in `labels`
    # int64 [N] or None, pictures with the same number are copies of one, or show one person; None where each stands
    # alone
    clusters: Integers | None
    people: int  # how many persons are known among them; 0 where the data does not say
    what: str  # what they are, in the plural: ``drawn faces``, say, where every run calls them so; else what is counted
    left_out: dict[str, int]  # why, to how many pictures; only reasons that occur
    kind: str = PICTURE  # a name of `mien.kinds`

    def answers(self, predictions: Predictions) -> tuple[Floats, Integers, tuple[str, ...]]:
        """Ask what a model said of these pictures, as if it knew the shared classes only.

        Returns probabilities over the shared classes (float64 [N, classes]), answers (int64 [N]) as numbers in
        `labels`, and the order of the columns, which is the model's own: of equals the first counts as it did in the
        run.
        """
        import polars as pl

        own = tuple(label for label in predictions.labels if label in self.labels)
        wanted = pl.DataFrame({"content": self.contents})
        first = predictions.frame.unique("content", keep="first", maintain_order=True)
        chosen = Predictions(wanted.join(first, on="content", how="left", maintain_order="left")).of(own)
        sums = chosen.sum(axis=1, keepdims=True)
        # A model that gave the shared classes nothing at all says nothing of them.
        chosen = np.divide(chosen, sums, out=np.full_like(chosen, 1 / len(own)), where=sums > 0)
        return chosen, np.array([self.labels.index(label) for label in own])[chosen.argmax(axis=1)], own


def share(runs: Sequence[Finished]) -> Shared:
    """Find the pictures that a comparison may use."""
    import polars as pl

    labels = tuple(sorted(set.intersection(*(set(run.labels) for run in runs))))
    if len(labels) < 2:
        known = "; ".join(f"{run.name}: {', '.join(run.labels)}" for run in runs[:3])
        raise SettingError(f"The runs share {len(labels)} of their classes ({known})", expected="two or more")
    tested = _tested(runs)
    learnt = tested.frame["content"].filter(_learnt(runs, tested))
    every = pl.concat(run.answers.frame.select("content", "label").unique() for run in runs)
    frame = every.group_by("content").agg(pl.col("label").n_unique().alias("labels"), pl.col("label").first())
    seen = pl.concat(run.answers.frame.select("content").unique() for run in runs).group_by("content").len("runs")
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
    clusters, people = _clusters(kept["content"], tested)
    truth = np.array([labels.index(label) for label in kept["label"]], dtype=np.int64)
    called = {run.what for run in runs}
    what = called.pop() if len(called) == 1 else kind(tested.kind).counted[1]
    return Shared(labels, kept["content"].to_list(), truth, clusters, people, what, left_out, tested.kind)


def _tested(runs: Sequence[Finished]) -> Manifest:
    """Return the pictures that any run was measured on, each content once, with the person that any of them names."""
    import polars as pl

    columns = ["id", "content", "pixels", "signature", "copies", "path", "container", "label", "kind", "person"]
    rows = pl.concat(run.tested.frame.select(columns) for run in runs)
    first = rows.group_by("content", maintain_order=True).agg(pl.exclude("content").drop_nulls().first())
    return Manifest.build(first.with_columns(id="content").to_dict())


def _learnt(runs: Sequence[Finished], tested: Manifest) -> pl.Series:
    """Mark the pictures that any of the runs has seen, each in its own lineage."""
    import polars as pl

    confirm = kind(tested.kind).confirm_copies
    marks = [run.lineage.seen(tested, confirm).is_not_null().alias(str(place)) for place, run in enumerate(runs)]
    return pl.DataFrame(marks).select(pl.any_horizontal(pl.all())).to_series()


def _clusters(contents: pl.Series, tested: Manifest) -> tuple[Integers | None, int]:
    """Join copies and pictures of one person; and count the people."""
    rows = contents.to_frame().join(tested.frame, on="content", how="left", maintain_order="left")
    found = units_of(rows)
    people = rows["person"].drop_nulls().n_unique()
    return (None if len(np.unique(found)) == len(found) else found), people


def _nothing(runs: Sequence[Finished], left_out: dict[str, int]) -> SettingError:
    words = "; ".join(f"{count:,} left out because {reason}" for reason, count in left_out.items())
    return SettingError(
        f"The runs share no test picture that is new to all of them ({words})",
        expected="runs over the same data with the same shares and split_seed",
        todo=f"Train them so, or measure each on pictures that are new to all: mien evaluate {runs[0].run.folder} DATA",
    )
