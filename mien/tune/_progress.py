"""What a search tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from mien.tune._trial import Trial


@dataclass(frozen=True)
class Now:
    """A trial that runs.

    Parameters
    ----------
    number : int
        Which.
    epoch, epochs : int
        Epochs done, and of how many; both 0 until training begins.
    score : float
        Its best balanced accuracy so far, 0..1.
    """

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
    """How far a search is.

    Parameters
    ----------
    asked, ended : int
        Trials in all, and those that have ended.
    running : tuple of Now
        Those that run.
    best : Trial or None
        The best so far.
    seconds_left : float or None
        Until the last one ends, or the time is over; None while that is not known.
    news : Trial or None
        The trial that has just ended.
    repeats : bool
        Whether the best recipe is being trained again from other seeds.
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
