"""Write the table of defaults into docs/recipe.md from the recipe and the families themselves.

$ python docs/make_recipe.py
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from mien import kinds, models
from mien.core.files import write_text
from mien.core.recipe import Recipe

PAGE = Path(__file__).with_name("recipe.md")
HEADING = "## Defaults of each family\n"


def page(text: str) -> str:
    """Return the page with its table made anew.

    Parameters
    ----------
    text : str
        The page as it is.

    Returns
    -------
    str
        The same, but for the section under `HEADING`.
    """
    section = rf"(?ms)^{re.escape(HEADING)}.*?(?=^## )"
    return re.sub(section, lambda _: f"{HEADING}\n{_table()}\n\n", text)


def _table() -> str:
    resolved = {
        name: {kind: models.resolve(Recipe(model=name), kind) for kind in models.family(name).kinds}
        for name in models.names()
    }
    lines = ["| setting | " + " | ".join(f"`{name}`" for name in resolved) + " |", "|---|" + "---|" * len(resolved)]
    for item in dataclasses.fields(Recipe):
        values = [
            _by_kind({kind: _written(getattr(recipe, item.name)) for kind, recipe in recipes.items()})
            for recipes in resolved.values()
        ]
        lines.append(f"| [`{item.name}`](#{item.name}) | " + " | ".join(values) + " |")
    return "\n".join(lines)


def _by_kind(values: dict[str, str]) -> str:
    """Write a default once, or, where kinds differ, each with what it is of."""
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    return "; ".join(f"{value} ({kinds.kind(kind).many})" for kind, value in values.items() if value)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "all"
    return "" if value is None or value == {} else str(value)


if __name__ == "__main__":
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8")))
