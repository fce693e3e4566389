"""One attempt of a study, as it is told, drawn and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DONE, PRUNED, FAILED, INTERRUPTED, RUNNING = "done", "pruned", "failed", "interrupted", "running"
STATES = (DONE, PRUNED, FAILED, INTERRUPTED, RUNNING)
ENDED = (DONE, PRUNED, FAILED)  # what counts towards the trials that were asked for


@dataclass(frozen=True)
class Trial:
    """One attempt, numbered from 0, as in the study's database and as its folder is called.

    Its state is ``done``, ``pruned`` (given up because others were ahead at that point), ``failed``, ``interrupted``
    (stopped from outside and tried again later) or ``running``; `settings` differ from the study's recipe; `score` is
    its best balanced accuracy on validation, 0..1, reached in `epoch`; `first` is the study's recipe itself.
    """

    number: int
    state: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    why: str = ""
    place: str = ""
    first: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**vars(self), "settings": dict(self.settings)}


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """Find the trial with the best score, of equals the first, among those that were trained to their end."""
    done = [trial for trial in trials if trial.state == DONE and trial.score is not None]
    return max(done, key=lambda trial: (trial.score or 0.0, -trial.number), default=None)
