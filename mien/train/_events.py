"""What a training tells while it runs, for a table, a log or another program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mien.core.history import Epoch


@dataclass(frozen=True)
class Begun:
    """A sitting begins: epochs of the whole run, steps of one, pictures a step, and epochs and steps done already."""

    epochs: int
    steps: int
    pictures: int
    epoch: int
    step: int


@dataclass(frozen=True)
class Step:
    """How far an epoch is (epoch and step from 1); told a few times a second, and after its last step.

    Loss and accuracy are means over the epoch so far, `seconds` all sittings together, `seconds_left` at the pace of
    lately, `waited` the share of the epoch spent waiting for pictures, 0..1.
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
    """A checkpoint was written: epochs done, steps of the next, and the seconds that it cost."""

    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True)
class Stopped:
    """Training has ended; `why` is a sentence."""

    why: str


Event = Begun | Step | Epoch | Saved | Stopped
Watch = Callable[[Event], None]


def unwatched(_: Event) -> None:
    """Tell nobody; the default."""
