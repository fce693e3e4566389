"""A table of shares in which what was lost is tinted: the darker, the more; the number always stands in its cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mien.html._html import Html, tag
from mien.html._words import percent

Row = tuple[object, Sequence[float], Sequence[object]]


def heat(rows: Iterable[Row], columns: tuple[str, Sequence[str], Sequence[str]], *, caption: str, whole: float) -> Html:
    """Make a table whose middle cells are shares, 0..1, in per cent, tinted by how far below `whole` they are.

    A row is its name, its shares, and what else is said of it, or a heading alone; `columns` are the headings of all.
    Nothing is said by the tint alone.
    """
    first, middle, last = columns
    names = [first, *middle, *last]
    kinds = [None, *["number"] * len(middle), *[None] * len(last)]
    head = tag("tr", *(tag("th", name, scope="col", class_=kind) for name, kind in zip(names, kinds, strict=True)))
    body = [_row(row, whole, len(names)) for row in rows]
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_="shaded")
    return tag("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _row(row: Row, whole: float, width: int) -> Html:
    name, shares, rest = row
    if not shares:
        return tag("tr", tag("th", name, colspan=width, scope="rowgroup"), class_="heading")
    cells = [
        tag("td", percent(value, unit=False), class_="number shade", style=_tint(value, whole)) for value in shares
    ]
    return tag("tr", tag("th", name, scope="row"), *cells, *(tag("td", one) for one in rest))


def _tint(value: float, whole: float) -> str:
    lost = 1 - value / whole if whole else 0.0
    return f"--share:{min(max(lost, 0.0), 1.0):.3f}"
