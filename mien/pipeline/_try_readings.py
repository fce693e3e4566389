"""How does a model read pictures? Every reading that its file leaves open is tried on one part of the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from mien.core.types import Manifest
from mien.core.units import units_of
from mien.export import foreign
from mien.pipeline._adopt import ForeignModel

if TYPE_CHECKING:
    from mien.core.types import Integers
    from mien.export.foreign import Reading

FEWEST, MOST = 40, 400  # samples: with fewer nothing is tried, and more are not needed to tell readings apart


@dataclass(frozen=True)
class Tried:
    """The readings that were tried, best first, with the share that each was right on, 0..1, and on how many.

    `grey` says whether no sample has a colour, so that their order cannot be told.
    """

    shares: tuple[tuple[Reading, float], ...]
    samples: int
    grey: bool = False

    @property
    def best(self) -> Reading:
        """The reading that is taken."""
        return self.shares[0][0]

    def sentence(self, many: str) -> str:
        """Say what was done, and what it costs."""
        return (
            f"So {len(self.shares)} ways were tried on {self.samples:,} {many}, and the best of them was taken: "
            f"--scale {self.best.scale} --colour {self.best.colour}. The figures below are of the others alone, as the "
            f"best of several, measured where it was chosen, looks better than it is."
            f"{f' All {many} are grey: the order of colours was not tried.' if self.grey else ''}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        shares = [{"reading": str(reading), "accuracy": share} for reading, share in self.shares]
        return {"samples": self.samples, "readings": shares}


def divided(manifest: Manifest) -> tuple[Manifest, Manifest]:
    """Part a manifest in two: at most half of it, up to `MOST`, to choose a reading on; the rest to measure.

    People and near copies stay on one side; the same manifest is parted alike every time.
    """
    units = units_of(manifest.frame)
    order = np.random.default_rng(0).permutation(np.unique(units))
    sizes = np.bincount(units, minlength=units.max() + 1)[order]
    chosen = order[np.cumsum(sizes) <= min(len(units) // 2, MOST)]
    first = pl.Series(np.isin(units, chosen))
    return manifest.with_frame(manifest.frame.filter(first)), manifest.with_frame(manifest.frame.filter(~first))


def apart(model: ForeignModel, chunks: Iterable[Any]) -> tuple[Reading, ...]:
    """Return the readings that a model's file leaves open and that pictures, uint8 [n, size, size, 3], can tell apart.

    Without colours those of one scale are all the same.
    """
    if any((pixels != pixels[..., :1]).any() for pixels in chunks):
        return model.guess.open
    return tuple({reading.scale: reading for reading in reversed(model.guess.open)}.values())[::-1]


def try_readings(
    model: ForeignModel, readings: Sequence[Reading], labels: Sequence[str], truth: Integers, chunks: Iterable[Any]
) -> Tried:
    """Measure some readings on some samples; of equals the first comes first.

    `labels` are the classes asked for, `truth` their numbers, int64 [N], and `chunks` are uint8 [n, size, size, 3].
    """
    columns = [model.labels.index(label) for label in labels]
    right = dict.fromkeys(readings, 0)
    start = 0
    for pixels in chunks:
        wanted = truth[start : start + len(pixels)]
        start += len(pixels)
        for reading in right:
            found = foreign.answered(model.net, reading, pixels)[:, columns].argmax(1)
            right[reading] += int((found == wanted).sum())
    shares = sorted(((reading, hits / len(truth)) for reading, hits in right.items()), key=lambda pair: -pair[1])
    return Tried(tuple(shares), len(truth), len(readings) < len(model.guess.open))
