"""A search space as a recipe holds it, and as Optuna does."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mien import html
from mien.core.recipe import Recipe, kinds

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Space = Mapping[str, Any]
DIGITS = 5  # of a number that was drawn: enough for any setting, few enough to read in best.toml


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """Put a space into Optuna's words."""
    return {name: _distribution(name, part) for name, part in space.items()}


def _distribution(name: str, part: Any) -> BaseDistribution:  # noqa: ANN401 - a list or a table
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(part, list):
        return CategoricalDistribution(list(dict.fromkeys(_word(choice) for choice in part)))
    low, high, log, step = part["low"], part["high"], bool(part.get("log", False)), part.get("step")
    with warnings.catch_warnings():
        # A range whose steps do not meet its end: Optuna ends it at the last step, which is what was meant.
        warnings.simplefilter("ignore", UserWarning)
        if kinds()[name] == "int":
            return IntDistribution(low, high, log=log, step=step or 1)
        return FloatDistribution(float(low), float(high), log=log, step=step)


def _word(choice: Any) -> Any:  # noqa: ANN401 - Optuna's choices are numbers, words and truths
    return ", ".join(choice) if isinstance(choice, list | tuple) else choice


def settings(space: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what Optuna drew into settings, of 5 digits, so that the recipe written down is the one that was tried."""
    return {name: _setting(space[name], params[name]) for name in space if name in params}


def _setting(part: Any, value: Any) -> Any:  # noqa: ANN401
    if isinstance(part, list):
        return next((choice for choice in part if _word(choice) == value), value)
    if isinstance(value, float):
        return min(max(float(f"{value:.{DIGITS}g}"), float(part["low"])), float(part["high"]))
    return value


def params(space: Space, recipe: Recipe) -> dict[str, Any] | None:
    """Put the recipe itself into Optuna's words, to be the first trial; None where it lies outside its space."""
    found: dict[str, Any] = {}
    for name, distribution in distributions(space).items():
        value = _word(getattr(recipe, name))
        value = float(value) if kinds()[name] == "float" and not isinstance(space[name], list) else value
        if value is None or not _holds(distribution, value):
            return None
        found[name] = value
    return found


def _holds(distribution: Any, value: Any) -> bool:  # noqa: ANN401 - any of Optuna's distributions
    if hasattr(distribution, "choices"):
        return bool(value in distribution.choices)
    if not distribution.low <= value <= distribution.high:
        return False
    steps = 0.0 if distribution.step is None else (value - distribution.low) / distribution.step
    return bool(abs(steps - round(steps)) < 1e-9)


def fitted(space: Space, samples: int) -> dict[str, Any]:
    """Leave out batches that are larger than the training side: `mien run` would refuse them."""
    found, part = dict(space), space.get("batch")
    if isinstance(part, list):
        found["batch"] = [choice for choice in part if choice <= samples]
    elif part is not None:
        found["batch"] = {**part, "high": min(part["high"], samples)}
    if part is not None and not _some(found["batch"]):
        del found["batch"]
    return found


def _some(part: Any) -> bool:  # noqa: ANN401
    return bool(part) if isinstance(part, list) else part["low"] < part["high"]


def spoken(name: str, part: Any) -> str:  # noqa: ANN401 - a list or a table
    """Put one part of a space into words, such as ``batch 32 or 64`` and ``augment 0 to 0.5``."""
    if isinstance(part, list):
        return f"{name} {html.listing([str(_word(choice)) for choice in part], 'or')}"
    return f"{name} {part['low']:g} to {part['high']:g}"


def tried(recipe: Recipe, changes: Mapping[str, Any], *, seed: int | None = None) -> Recipe:
    """Make the recipe of one trial."""
    own = {} if seed is None else {"seed": seed}
    return Recipe.from_dict({**vars(recipe), "search": {}, "seeds": 1, **own, **changes})


def longest(recipe: Recipe, space: Space) -> int:
    """Say how many epochs the longest trial has."""
    part = space.get("epochs")
    if part is None:
        return int(recipe.epochs or 1)
    return int(max(part) if isinstance(part, list) else part["high"])


def steps(epoch: int, epochs: int, longest: int) -> range:
    """Say which steps of the study an epoch fills, so that trials are compared at the same share of their schedules.

    At the same epoch, one that is to take ten has cooled down where one of forty is still at its largest rate.

    Examples
    --------
    >>> list(steps(3, 20, 20)), list(steps(1, 10, 20)), list(steps(7, 10, 15))
    ([3], [1, 2], [10])
    """
    return range((epoch - 1) * longest // epochs + 1, epoch * longest // epochs + 1)
