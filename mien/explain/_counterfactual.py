"""Which muscle, moved or at rest, turns the answer to a face that Mien draws: all else stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mien import html
from mien.core.answer import adjective
from mien.samples.faces import ACTION_UNITS, draw

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.samples.faces import FaceParameters

MOVED = 0.3  # activation from which on a unit is taken away, not added
FULL = 1.0  # activation of a unit that is added
SIDE = 256  # pixels


@dataclass(frozen=True)
class Change:
    """A drawn face with one action unit changed.

    Parameters
    ----------
    unit : int
        Of the Facial Action Coding System.
    name : str
        What the muscle does, such as ``lip corner puller``.
    added : bool
        Whether the unit was added, or taken away.
    label : str
        What the model answers now.
    probability : float
        Of that, 0..1.
    left : float
        What is left of the probability of the answer before, 0..1.
    picture : uint8 [256, 256, 3]
        RGB: the face.
    """

    unit: int
    name: str
    added: bool
    label: str
    probability: float
    left: float
    picture: Pixels

    @property
    def words(self) -> str:
        """Say what was changed."""
        return f"{'with' if self.added else 'without'} {self.name} (AU {self.unit})"


@dataclass(frozen=True)
class Counterfactual:
    """A drawn face, and what each action unit does to its answer.

    Parameters
    ----------
    acted : str
        The expression that is drawn.
    label : str
        What the model answers.
    probability : float
        Of that, 0..1.
    picture : uint8 [256, 256, 3]
        RGB: the face.
    changes : tuple of Change
        Of each unit, the one that leaves least of the answer first.
    """

    acted: str
    label: str
    probability: float
    picture: Pixels
    changes: tuple[Change, ...]

    @property
    def turning(self) -> tuple[Change, ...]:
        """Those that turn the answer to another class."""
        return tuple(one for one in self.changes if one.label != self.label)

    @property
    def sentence(self) -> str:
        """Say it in words."""
        looks = f"looks {adjective(self.label)} ({html.percent(self.probability)})"
        begin = f"A drawn face that acts {adjective(self.acted)} {looks} to the model."
        if not self.turning:
            most = self.changes[0]
            fall = f"from {html.percent(self.probability)} to {html.percent(most.left)}"
            return f"{begin} No single action unit turns the answer; {most.words} it falls most, {fall}."
        turns = [f"to {adjective(one.label)} ({html.percent(one.probability)}) {one.words}" for one in self.turning]
        return f"{begin} The answer turns {html.listing(turns)}. None of the other {self._others} does that by itself."

    @property
    def _others(self) -> str:
        return html.count(len(self.changes) - len(self.turning), "action unit")

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values, without the pictures."""
        names = ("unit", "name", "added", "label", "probability", "left")
        changes = [{name: _plain(getattr(one, name)) for name in names} for one in self.changes]
        own = {"acted": self.acted, "label": self.label, "probability": round(self.probability, 4)}
        return {**own, "sentence": self.sentence, "changes": changes}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a field's value
    return round(value, 4) if isinstance(value, float) else value


def counterfactual(predict: Callable[[Pixels], Any], labels: tuple[str, ...], face: FaceParameters) -> Counterfactual:
    """Change one action unit of a drawn face after another, and ask.

    Parameters
    ----------
    predict : callable
        From a picture, uint8 [256, 256, 3], to probabilities, float32 [classes].
    labels : tuple of str
        The classes, in their order.
    face : FaceParameters
        From `samples.faces.sample_parameters`. Who it is, light, pose and grain stay.

    Returns
    -------
    Counterfactual
        A unit that moves by 0.3 or more is taken away; any other is added in full.
    """
    picture = draw(face, SIDE)
    before = predict(picture)
    chosen = int(before.argmax())
    changes = []
    for unit, name in ACTION_UNITS.items():
        added = face.expression.units.get(unit, 0.0) < MOVED
        units = {**face.expression.units, unit: FULL if added else 0.0}
        other = draw(dataclasses.replace(face, expression=dataclasses.replace(face.expression, units=units)), SIDE)
        found = predict(other)
        now = int(found.argmax())
        changes.append(Change(unit, name, added, labels[now], float(found[now]), float(found[chosen]), other))
    changes.sort(key=lambda one: one.left)
    return Counterfactual(face.expression.label, labels[chosen], float(before[chosen]), picture, tuple(changes))
