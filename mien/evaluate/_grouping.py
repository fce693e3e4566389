"""Which group each sample is in: whatever a column holds becomes a few names in an order that reads well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mien.core.errors import SettingError
from mien.evaluate._checks import Floats, Integers

UNKNOWN = "unknown"
MANY = 12  # a column of numbers with more values than this is cut into four ranges
_Key = tuple[int, float, str]


class Grouping(NamedTuple):
    """The groups of a column in their order, `UNKNOWN` last, and the group of each sample, int64 [N]."""

    names: tuple[str, ...]
    codes: Integers


def grouping(column: str, values: Sequence[Any], samples: int, order: Sequence[str] = ()) -> Grouping:
    """Sort samples into the groups of a column; names that stand in `order` come in that order, others after them."""
    if len(values) != samples:
        raise SettingError(f"The column '{column}' has {len(values)} values", expected=str(samples))
    place = {name: number for number, name in enumerate(order)}
    named = [((0, float(place[name]), ""), name) if name in place else (key, name) for key, name in _named(values)]
    ranks = {key: rank for rank, key in enumerate(sorted(set(named)))}
    return Grouping(tuple(name for _, name in ranks), np.array([ranks[key] for key in named], np.int64))


def _named(values: Sequence[Any]) -> list[tuple[_Key, str]]:
    """Give each value a sort key (unknown last, numbers by size, text by letter) and its name."""
    known = [value for value in values if not _is_unknown(value)]
    numbers = bool(known) and all(_is_number(value) for value in known)
    if numbers and len(set(known)) > MANY:
        edges = np.unique(np.quantile(np.array(known, dtype=np.float64), [0, 0.25, 0.5, 0.75, 1]))
        return [_in_range(value, edges) for value in values]
    return [_one(value) for value in values]


def _one(value: Any) -> tuple[_Key, str]:  # noqa: ANN401 - a cell of any table
    if _is_unknown(value):
        return (2, 0.0, ""), UNKNOWN
    if isinstance(value, bool | np.bool_):
        return (0, float(value), ""), "yes" if value else "no"
    if _is_number(value):
        return (0, float(value), ""), f"{value:g}"
    return (1, 0.0, str(value)), str(value)


def _in_range(value: Any, edges: Floats) -> tuple[_Key, str]:  # noqa: ANN401
    if _is_unknown(value):
        return _one(None)
    place = int(np.clip(np.searchsorted(edges, float(value), side="right") - 1, 0, len(edges) - 2))
    return (0, float(place), ""), f"{edges[place]:.3g} to {edges[place + 1]:.3g}"


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _is_unknown(value: Any) -> bool:  # noqa: ANN401
    return value is None or value == "" or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
