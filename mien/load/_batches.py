"""One epoch after another from the cache; augmented ones are prepared a little ahead in one thread."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Integers, Pixels

# The thread hands over about this much at once: small batches, one by one, cost more to pass on than to fill.
_SLAB_BYTES = 2_000_000
_AHEAD = 2  # slabs waiting while one is eaten


@dataclass(frozen=True)
class CachedBatches:
    """Batches of one manifest, for TensorFlow, JAX and PyTorch alike (`core.types.Batches`).

    Make it with `Cache.batches`.

    Parameters
    ----------
    labels : tuple of str
        The classes, in the order of the numbers.
    source : uint8 [N, S, S, 3]
        The cache, RGB, 0..255.
    rows : int64 [samples]
        Each sample's row in it.
    numbers : int64 [samples]
        Each sample's class.
    batch : int
        Samples a batch, at least 1; the last one may be shorter.
    seed : int
        At least 0. Order and augmentation follow from seed, epoch and the sample's place in the manifest.
    augment : float
        Strength of the augmentation, 0 (none) .. 1.
    shuffle : bool
        A new order each epoch; otherwise the manifest's.

    Raises
    ------
    SettingError
        If `batch`, `seed` or `augment` is out of range.
    """

    labels: tuple[str, ...]
    source: Pixels
    rows: Integers
    numbers: Integers
    batch: int
    seed: int = 0
    augment: float = 0.0
    shuffle: bool = False

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise SettingError(f"The batch size is {self.batch}", expected="1 or more")
        if self.seed < 0:
            raise SettingError(f"The seed is {self.seed}", expected="0 or more")
        if not 0 <= self.augment <= 1:
            raise SettingError(f"The augmentation strength is {self.augment}", expected="0 (none) to 1")

    @property
    def samples(self) -> int:
        """How many samples an epoch has."""
        return len(self.rows)

    @property
    def counts(self) -> Integers:
        """How many samples each class has, int64 ``[classes]``."""
        return np.bincount(self.numbers, minlength=len(self.labels))

    def __len__(self) -> int:
        return math.ceil(self.samples / self.batch)

    def order(self, number: int) -> Integers:
        """Say in which order an epoch comes.

        Parameters
        ----------
        number : int
            Which epoch, from 0.

        Returns
        -------
        int64 [samples]
            Places in the manifest.
        """
        if not self.shuffle:
            return np.arange(self.samples)
        return np.random.default_rng([self.seed, number]).permutation(self.samples)

    def epoch(self, number: int) -> Iterator[tuple[Pixels, Integers]]:
        """Yield one epoch; every sample once.

        Parameters
        ----------
        number : int
            Which epoch, from 0. The same number gives the same batches, to the bit.

        Yields
        ------
        (uint8 [B, S, S, 3], int64 [B])
            Pixels in RGB, 0..255, and class numbers; new memory that the caller may change.
        """
        order = self.order(number)
        if self.augment == 0:
            # Copying rows is all there is to do. A thread would make it slower: 1.5 times an epoch from arrays in
            # memory at 48 px, 1.15 at 256 px; without one it is 1.0 (10,000 and 1,000 pictures, 2 cores).
            for start in range(0, self.samples, self.batch):
                part = order[start : start + self.batch]
                yield np.take(self.source, self.rows[part], axis=0), self.numbers[part]
            return
        yield from self._ahead(order, number)

    def _ahead(self, order: Integers, number: int) -> Iterator[tuple[Pixels, Integers]]:
        step = self.batch * max(1, _SLAB_BYTES // (self.batch * self.source[0].nbytes))
        ahead: deque[tuple[Integers, Future[Pixels]]] = deque()
        # Leaving the loop early closes the generator; the pool's end then drops what waits and joins the thread.
        pool = ThreadPoolExecutor(1, thread_name_prefix="mien-load")
        try:
            for start in range(0, self.samples, step):
                part = order[start : start + step]
                ahead.append((part, pool.submit(self._pixels, part, number)))
                if len(ahead) > _AHEAD:
                    yield from self._cut(*ahead.popleft())
            while ahead:
                yield from self._cut(*ahead.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _pixels(self, part: Integers, number: int) -> Pixels:
        from mien.load._augment import varied

        return varied(self.source, self.rows[part], part, (self.seed, number), self.augment)

    def _cut(self, part: Integers, filled: Future[Pixels]) -> Iterator[tuple[Pixels, Integers]]:
        pixels, numbers = filled.result(), self.numbers[part]
        for start in range(0, len(part), self.batch):
            yield pixels[start : start + self.batch], numbers[start : start + self.batch]
