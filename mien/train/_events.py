"""What a training tells while it runs, for a table, a log or another program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mien.core.history import Epoch


@dataclass(frozen=True)
class Begun:
    """A sitting of training begins.

    Parameters
    ----------
    epochs, steps : int
        Epochs of the whole run, and steps of one.
    pictures : int
        Pictures a step.
    epoch, step : int
        Where it begins: epochs and steps that are done already.
    """

    epochs: int
    steps: int
    pictures: int
    epoch: int
    step: int


@dataclass(frozen=True)
class Step:
    """How far an epoch is; told a few times a second, and after its last step.

    Parameters
    ----------
    epoch, step : int
        Both from 1.
    loss, accuracy : float
        Means over the epoch so far.
    learning_rate : float
        Of this step.
    pictures_per_second : float
        Lately.
    seconds, seconds_left : float
        Since training began, all sittings together; and until the last epoch ends at this pace.
    waited : float
        Share of the epoch spent waiting for pictures, 0..1.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    learning_rate: float
    pictures_per_second: float
    seconds: float
    seconds_left: float
    waited: float


@dataclass(frozen=True)
class Saved:
    """A checkpoint was written.

    Parameters
    ----------
    epoch, step : int
        Epochs done, and steps of the next.
    seconds : float
        What it cost.
    """

    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True)
class Stopped:
    """Training has ended.

    Parameters
    ----------
    why : str
        A sentence.
    """

    why: str


Event = Begun | Step | Epoch | Saved | Stopped
Watch = Callable[[Event], None]


def unwatched(_: Event) -> None:
    """Tell nobody; the default."""
