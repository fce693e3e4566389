"""How many there are of each class, and on which side of the split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mien.html._charts import canvas, chart, down, shorten, write
from mien.html._colours import class_colour
from mien.html._html import Html, tag
from mien.html._pieces import table

_ROW = 2.9  # heights of the letters


def counts(title: str, rows: Mapping[str, Sequence[int]], parts: Sequence[str], *, about: str) -> Html:
    """Draw one bar a class, cut into its `parts` (solid, half and outlined), with the table behind it.

    `rows` has how many of each class are in each part; `about` is one plain sentence that says what is to be seen.
    """
    most = max((sum(numbers) for numbers in rows.values()), default=0) or 1
    shapes = [write(" \N{MIDDLE DOT} ".join(parts), "100%", down(0.9), anchor="end", kind="quiet")]
    shapes += [_row(*row, most, 2.3 + index * _ROW) for index, row in enumerate(rows.items())]
    drawing = canvas(title, about, shapes, height=1.6 + len(rows) * _ROW)
    cells = [[label, *(f"{n:,}" for n in numbers), f"{sum(numbers):,}"] for label, numbers in rows.items()]
    totals = [sum(numbers[order] for numbers in rows.values()) for order in range(len(parts))]
    cells.append(["all", *(f"{total:,}" for total in totals), f"{sum(totals):,}"])
    columns = ["class", *parts, "all"]
    return chart(title, about, drawing, table(cells, columns, caption=title, numeric=columns[1:]))


def _row(label: str, numbers: Sequence[int], most: int, y: float) -> Html:
    figures = " \N{MIDDLE DOT} ".join(f"{n:,}" for n in numbers)
    shapes = [write(shorten(label, 22), "0", down(y)), write(figures, "100%", down(y), anchor="end", kind="figure")]
    start = 0
    for order, number in enumerate(numbers):
        if number:
            place = {"x": f"{100 * start / most:.2f}%", "width": f"{100 * number / most:.2f}%"}
            shapes.append(tag("rect", y=down(y + 0.5), height=down(0.85), class_=f"part part-{min(order, 2)}", **place))
        start += number
    return tag("g", *shapes, style=f"--class:{class_colour(label)}")
