"""How a setting is declared and a value for it checked, for the recipe and for what a search tries."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mien.core.errors import SettingError, did_you_mean

_KINDS: dict[str, Any] = {
    "int": int,
    "float": int | float,
    "str": str,
    "bool": bool,
    "tuple": tuple,
    "Mapping": Mapping,
}
_RANGE = {"low", "high", "log", "step"}


def setting(
    panel: str,
    about: str,
    least: float | None = None,
    most: float | None = None,
    *,
    default: object = None,
    **more: object,
) -> Any:  # noqa: ANN401 - as dataclasses.field is typed
    """Declare a field of the recipe, from `least` to `most`, both allowed.

    A `default` of None is the family's; `more` holds ``among``, ``unclear``, words that may mean another than the
    nearest of these, and ``flag``, an option's name where it is another.
    """
    limits = {"least": least, "most": most}
    words = {
        "about": about,
        "panel": panel,
        **{key: limit for key, limit in limits.items() if limit is not None},
        **more,
    }
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=words)
    return dataclasses.field(default=default, metadata=words)


def kind(item: dataclasses.Field[Any]) -> str:
    """Return the word for a field's type: ``int``, ``float``, ``str``, ``bool``, ``tuple`` or ``Mapping``."""
    return str(item.type).split(" ", maxsplit=1)[0].split("[", maxsplit=1)[0]


def check(item: dataclasses.Field[Any], value: Any) -> None:  # noqa: ANN401 - whatever TOML held
    """Refuse a value that does not fit its field."""
    if value is None and str(item.type).endswith("| None"):
        return
    _check_type(item, value)
    rule = item.metadata
    for word in value if isinstance(value, tuple) else (value,):
        if "among" in rule and word not in rule["among"]:
            typed = "" if word in rule.get("unclear", ()) else str(word)
            raise SettingError(f"{item.name} = '{word}' is not known", todo=did_you_mean(typed, rule["among"]))
    # `not (a <= b)` rather than `a > b`: a NaN fails both ways of asking and must be refused.
    if "least" in rule and not rule["least"] <= value <= rule.get("most", float("inf")):
        expected = f"{rule['least']} to {rule.get('most', 'any')}"
        raise SettingError(f"{item.name} = {value} is out of range", expected=expected)


def _check_type(item: dataclasses.Field[Any], value: Any) -> None:  # noqa: ANN401
    word = kind(item)
    fits = isinstance(value, _KINDS[word]) and (word == "bool" or not isinstance(value, bool))
    if word == "tuple" and fits:
        fits = all(isinstance(part, str) for part in value)
    if not fits:
        came = f"{item.name} = {value!r} is of the wrong type"
        raise SettingError(came, expected=str(item.type), todo=item.metadata["about"])


def check_search(search: Mapping[str, Any], fields: Mapping[str, dataclasses.Field[Any]]) -> None:
    """Refuse a search space that cannot be searched."""
    for name, space in search.items():
        if name not in fields or name == "search":
            raise SettingError(f"search.{name} is no setting", todo=did_you_mean(name, [*fields]))
        if isinstance(space, list) and space:
            for choice in space:  # TOML has no tuples
                check(fields[name], tuple(choice) if isinstance(choice, list) else choice)
        elif isinstance(space, dict) and {"low", "high"} <= set(space) <= _RANGE and kind(fields[name]) in _KINDS:
            _check_range(fields[name], space)
        else:
            expected = "a list of choices, or a range such as {low = 0.001, high = 0.1, log = true}"
            raise SettingError(f"search.{name} = {space!r} is no search space", expected=expected)


def _check_range(item: dataclasses.Field[Any], space: Mapping[str, Any]) -> None:
    if kind(item) not in {"int", "float"}:
        raise SettingError(f"search.{item.name} is a range, but {item.name} is no number", expected="a list of choices")
    check(item, space["low"])
    check(item, space["high"])
    if not space["low"] < space["high"]:
        raise SettingError(f"search.{item.name} runs from {space['low']} to {space['high']}", expected="low below high")
    log, step = space.get("log", False), space.get("step")
    if not isinstance(log, bool) or (log and (step is not None or space["low"] <= 0)):
        came = f"search.{item.name} = {dict(space)} cannot be logarithmic"
        raise SettingError(came, expected="low above 0, and no step")
    whole = kind(item) == "int"
    fits = isinstance(step, int if whole else int | float) and not isinstance(step, bool)
    if step is not None and not (fits and 0 < step <= space["high"] - space["low"]):
        raise SettingError(f"search.{item.name} has the step {step!r}", expected="a number that fits into the range")
