"""Does it work as well for everyone? Accuracy by person, skin tone, glasses, light: whatever rides along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Floats, Integers, names_of, pair
from mien.evaluate._figures import wilson
from mien.evaluate._resample import units_of
from mien.evaluate._widened import stretch, wider

UNKNOWN = "unknown"
MANY = 12  # a column of numbers with more values than this is cut into four ranges


@dataclass(frozen=True)
class GroupScore:
    """Accuracy in one group.

    Parameters
    ----------
    column : str
        What the groups differ in, such as ``glasses``.
    value : str
        Which group; a range of numbers reads ``0.25 to 0.5``.
    n : int
        Samples in it.
    accuracy : float
        Share of right answers, 0..1.
    low, high : float
        Its 95 % score interval (Wilson 1927), 0..1, over the clusters in it: honest in small groups, where resampling
        is not.
    """

    column: str
    value: str
    n: int
    accuracy: float
    low: float
    high: float


def by_group(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    groups: Mapping[str, Sequence[Any]],
    *,
    clusters: Clusters = None,
    rounds: int = 0,
) -> tuple[GroupScore, ...]:
    """Measure the accuracy within each group.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names.
    groups : mapping of str to sequence of N values
        Column to each sample's value. None, NaN and empty text are ``unknown``; a column of more than 12 different
        numbers is cut into four ranges that hold about equally many samples.
    clusters : sequence of N values, optional
        As for `score`: samples with the same value count as one witness.
    rounds : int
        Of cross-validation: intervals are then wider (Nadeau & Bengio 2003).

    Returns
    -------
    tuple of GroupScore
        Column by column in the order given, values sorted, ``unknown`` last.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> found = by_group([0, 1], [[0.9, 0.1], [0.8, 0.2]], ("happy", "sad"), {"glasses": [True, False]})
    >>> [(row.value, row.accuracy) for row in found]
    [('no', 0.0), ('yes', 1.0)]
    """
    whole, rows = pair(truth, probabilities)
    names_of(labels, rows.shape[1])
    right = rows.argmax(axis=1) == whole
    units = units_of(clusters, len(whole))
    witnesses = np.arange(len(whole)) if units is None else units
    found = []
    for column, values in groups.items():
        if len(values) != len(right):
            raise SettingError(f"The column '{column}' has {len(values)} values", expected=str(len(right)))
        found += _rows(column, _named(list(values)), right, witnesses, stretch(rounds))
    return tuple(found)


def _rows(
    column: str,
    named: list[tuple[tuple[int, float, str], str]],
    right: NDArray[np.bool_],
    witnesses: Integers,
    factor: float,
) -> list[GroupScore]:
    order = {key: place for place, key in enumerate(sorted(set(named)))}
    code = np.array([order[key] for key in named])
    counts = np.bincount(code, minlength=len(order))
    hits = np.bincount(code, weights=right, minlength=len(order))
    rows = []
    for (_, name), place in order.items():
        alone = wilson(float(hits[place] / counts[place]), len(np.unique(witnesses[code == place])))
        share = wider(alone, factor)
        rows.append(GroupScore(column, name, int(counts[place]), share.value, share.low, share.high))
    return rows


def _named(values: list[Any]) -> list[tuple[tuple[int, float, str], str]]:
    """Give each value a sort key (unknown last, numbers by size, text by letter) and its name."""
    known = [value for value in values if not _is_unknown(value)]
    numbers = bool(known) and all(_is_number(value) for value in known)
    if numbers and len(set(known)) > MANY:
        edges = np.unique(np.quantile(np.array(known, dtype=np.float64), [0, 0.25, 0.5, 0.75, 1]))
        return [_in_range(value, edges) for value in values]
    return [_one(value) for value in values]


def _one(value: Any) -> tuple[tuple[int, float, str], str]:  # noqa: ANN401 - a cell of any table
    if _is_unknown(value):
        return (2, 0.0, ""), UNKNOWN
    if isinstance(value, bool | np.bool_):
        return (0, float(value), ""), "yes" if value else "no"
    if _is_number(value):
        return (0, float(value), ""), f"{value:g}"
    return (1, 0.0, str(value)), str(value)


def _in_range(value: Any, edges: Floats) -> tuple[tuple[int, float, str], str]:  # noqa: ANN401
    if _is_unknown(value):
        return _one(None)
    place = int(np.clip(np.searchsorted(edges, float(value), side="right") - 1, 0, len(edges) - 2))
    return (0, float(place), ""), f"{edges[place]:.3g} to {edges[place + 1]:.3g}"


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _is_unknown(value: Any) -> bool:  # noqa: ANN401
    return value is None or value == "" or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
