"""What `mien tune` may change where the recipe does not say: the family's own space, or one around its defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.models._resolve import resolve
from mien.models.families import COMMON, Family, family

# Of a setting whose right value is a matter of magnitude: how far from the family's default, as a factor either way.
AROUND = {"learning_rate": 8, "weight_decay": 8, "cost": 100, "components": 4, "tree_depth": 2, "leaf": 8}
# Of a setting whose right value is a share: from nothing to the most that has been seen to help.
SHARES: Mapping[str, float] = {"augment": 1.0, "label_smoothing": 0.2}


def space(recipe: Recipe) -> dict[str, Any]:
    """Say which settings a search over a recipe tries, and between which bounds.

    Parameters
    ----------
    recipe : Recipe
        As it was typed: what it sets itself stays as it is, unless it stands in its ``search``.

    Returns
    -------
    dict of str to list or dict
        Setting to its choices, or to ``{low, high}`` with ``log`` or ``step``, as in a recipe's ``[search]``.

    Raises
    ------
    SettingError
        If there is nothing to search, or the data would be another in every trial.

    Examples
    --------
    >>> space(Recipe(model="report", batch=16))["learning_rate"]
    {'low': 0.000125, 'high': 0.008, 'log': True}
    >>> "batch" in space(Recipe(model="report", batch=16))
    False
    """
    for name in recipe.search:
        if name in COMMON:
            came = f"search.{name} cannot be searched: every trial has the same data, split, seed and family"
            raise SettingError(came, todo="Run mien tune once for each of them, and compare the runs")
    chosen = family(recipe.model)
    resolve(recipe)
    if recipe.search:
        return dict(recipe.search)
    found = dict(chosen.search) or _around(chosen)
    if not found:
        came = f"'{recipe.model}' has nothing to search: what it needs, it chooses on the training side itself"
        raise SettingError(came, todo=f"Train it: mien run FOLDER --model {recipe.model}")
    left = {name: part for name, part in found.items() if getattr(recipe, name) is None}
    if not left:
        came = f"There is nothing to search: the recipe sets {', '.join(found)} itself"
        raise SettingError(came, todo="Give it a table [search]: see docs/tune.md")
    return left


def _around(chosen: Family) -> dict[str, Any]:
    fields = {item.name: item for item in dataclasses.fields(Recipe)}
    found: dict[str, Any] = {}
    for name, usual in chosen.settings.items():
        if name == "batch":
            found[name] = [max(usual // 2, 1), usual, usual * 2]  # powers of two, as the family's own
        elif name in SHARES:
            found[name] = {"low": 0.0, "high": SHARES[name]}
        elif name in AROUND and usual:
            rule = fields[name].metadata
            low, high = (_shaped(usual * by, usual) for by in (1 / AROUND[name], AROUND[name]))
            low, high = max(low, rule["least"]), min(high, rule.get("most", high))
            found[name] = {"low": low, "high": high, "log": True}
    return found


def _shaped(value: float, like: float) -> float:
    return max(round(value), 1) if isinstance(like, int) else float(f"{value:.3g}")
