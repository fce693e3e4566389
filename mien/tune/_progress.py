"""What a search tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from mien.tune._trial import Trial


@dataclass(frozen=True)
class Now:
    """A trial that runs: epochs done, of how many (both 0 until training begins), and its best score so far, 0..1."""

    number: int
    epoch: int = 0
    epochs: int = 0
    score: float = 0.0

    @property
    def share(self) -> float:
        """How much of it is done, 0..1."""
        return self.epoch / self.epochs if self.epochs else 0.0


@dataclass(frozen=True)
class SearchProgress:
    """How far a search is: trials in all, those that ended and those that run, and the best so far.

    `seconds_left` is None while it is not known, `news` the trial that has just ended; `repeats` says that the best
    recipe is being trained again from other seeds.
    """

    asked: int
    ended: int
    running: tuple[Now, ...] = ()
    best: Trial | None = None
    seconds_left: float | None = None
    news: Trial | None = None
    repeats: bool = False


def unwatched(_: SearchProgress) -> None:
    """Tell nobody; the default."""
