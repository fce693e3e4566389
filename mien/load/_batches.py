"""One epoch after another from the cache; what is varied is prepared a little ahead in one thread."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import kinds
from mien.core.balance import class_weights
from mien.core.errors import SettingError
from mien.core.threads import in_order
from mien.kinds import Variation

if TYPE_CHECKING:
    from mien.core.types import Integers, Singles, Targets

# The thread hands over about this much at once: small batches, one by one, cost more to pass on than to fill.
_SLAB_BYTES = 2_000_000
_AHEAD = 2  # slabs waiting while one is eaten
STILL = Variation()
ORDERS = ("given", "once", "balanced")


@dataclass(frozen=True)
class CachedBatches:
    """Batches of one manifest, for TensorFlow, JAX and PyTorch alike (`core.types.Batches`).

    Make it with `Cache.batches` to measure, with `Cache.training` to train. `source` [N, ...] is the cache, `rows`
    int64 [samples] each sample's row in it, `targets` float32 [samples, classes] its soft label, summing to 1. Order
    and variation follow from seed, epoch and the sample's place in the manifest; mixing from the number of the batch
    too. `order` is ``given`` (the manifest's; the last batch may be shorter), or, for training, ``once`` or
    ``balanced``: shuffled anew each epoch, and batches of one size, so that a last, shorter one is left out. `cells`
    int64 [samples], a group and a class each, count alike: ``balanced`` then draws them equally often, and ``once`` has
    `weights`.
    """

    labels: tuple[str, ...]
    source: Any
    rows: Integers
    targets: Targets
    batch: int
    seed: int = 0
    order: str = "given"
    variation: Variation = STILL
    kind: str = kinds.PICTURE
    cells: Integers | None = None

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise SettingError(f"The batch size is {self.batch}", expected="1 or more")
        if self.seed < 0:
            raise SettingError(f"The seed is {self.seed}", expected="0 or more")
        if self.order not in ORDERS:
            raise SettingError(f"The order is '{self.order}'", expected=", ".join(ORDERS))

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.rows)

    @property
    def numbers(self) -> Integers:
        """Each sample's class: the largest share of its label, int64 ``[samples]``."""
        numbers: Integers = self.targets.argmax(1)
        return numbers

    @property
    def counts(self) -> Integers:
        """How many samples each class has, int64 ``[classes]``."""
        return np.bincount(self.numbers, minlength=len(self.labels))

    def __len__(self) -> int:
        if self.order == "given":
            return math.ceil(self.samples / self.batch)
        return max(self.samples // self.batch, 1)

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[Any, Targets]]:
        """Yield one epoch, the same to the bit for the same number; see `core.types.Batches`."""
        draws = self._draws(number)
        if not (self.variation.changes or self.variation.mixes):
            # Copying rows is all there is to do. A thread would make it slower: 1.5 times an epoch from arrays in
            # memory at 48 px, 1.15 at 256 px; without one it is 1.0 (10,000 and 1,000 pictures, 2 cores).
            for first in range(start * self.batch, len(draws), self.batch):
                places = draws[first : first + self.batch] % self.samples
                yield np.take(self.source, self.rows[places], axis=0), self.targets[places]
            return
        yield from self._ahead(draws, number, start)

    def weights(self, number: int, start: int = 0) -> Iterator[Singles] | None:
        """Yield how much each sample of an epoch's batches counts; see `core.types.WeightedBatches`."""
        if self.cells is None or self.order == "balanced":
            return None
        each = class_weights(np.bincount(self.cells), 1.0)[self.cells].astype(np.float32)
        drawn = each[self._draws(number) % self.samples]
        return (drawn[first : first + self.batch] for first in range(start * self.batch, len(drawn), self.batch))

    def _draws(self, number: int) -> Integers:
        alike = self.numbers if self.cells is None else self.cells
        return order(self.order, alike, self.seed, number)[: len(self) * self.batch]

    def _ahead(self, draws: Integers, number: int, start: int) -> Iterator[tuple[Any, Targets]]:
        step = max(1, _SLAB_BYTES // (self.batch * self.source[0].nbytes))  # batches in a slab
        slabs = (range(first, min(first + step, len(self))) for first in range(start, len(self), step))
        with closing(in_order(partial(self._slab, draws, number), slabs, threads=1, ahead=_AHEAD)) as ready:
            for slab in ready:
                yield from slab

    def _slab(self, draws: Integers, number: int, batches: range) -> list[tuple[Any, Targets]]:
        kind = kinds.kind(self.kind)
        slab = draws[batches.start * self.batch : batches.stop * self.batch]
        places = slab % self.samples
        when = (self.seed, number)
        varied, targets = kind.vary(self.source, self.rows[places], slab, when, self.variation), self.targets[places]
        cuts = range(self.batch, len(slab), self.batch)
        parts = zip(np.split(varied, cuts), np.split(targets, cuts), strict=True)
        if not self.variation.mixes:
            return list(parts)
        return [kind.mix(*part, self.variation, (*when, batch)) for part, batch in zip(parts, batches, strict=True)]


def order(how: str, numbers: Integers, seed: int, epoch: int) -> Integers:
    """Say in which order samples come.

    ``given``: as they stand; ``once``: shuffled; ``balanced``: shuffled, every class equally often. Of the int64 draws,
    ``draw % samples`` is a sample's place and ``draw // samples`` how often it came before in this epoch, so that each
    looks different.
    """
    count = len(numbers)
    if how == "given":
        return np.arange(count)
    random = np.random.default_rng([seed, epoch])
    if how == "once":
        return random.permutation(count)
    classes = np.unique(numbers)
    # The first classes get one more where the epoch cannot be divided evenly.
    quotas = [len(part) for part in np.array_split(np.arange(count), len(classes))]
    shares = zip(classes, quotas, strict=True)
    drawn = [_draws(random, np.flatnonzero(numbers == label), quota, count) for label, quota in shares]
    return random.permutation(np.concatenate(drawn))


def _draws(random: np.random.Generator, places: Integers, quota: int, count: int) -> Integers:
    rounds = -(-quota // len(places))
    return np.concatenate([random.permutation(places) + count * number for number in range(rounds)])[:quota]
