"""What was taken for what: the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from mien.html._charts import canvas, chart, shorten, write
from mien.html._colours import class_colour
from mien.html._html import Html, tag
from mien.html._pieces import table

# Units of a sixteenth of a rem: the drawing keeps its size, and scrolls sideways on a narrow screen.
_CELL, _SMALL_CELL = 54, 38
_MANY = 10


def matrix(title: str, labels: Sequence[str], numbers: Sequence[Sequence[int]], *, about: str) -> Html:
    """Draw a confusion matrix with counts one can read, and the table behind it.

    `numbers` is int [C, C]: rows are labels, columns answers. Cells are tinted by the root of their share of the row,
    right answers in teal, wrong ones in amber.
    """
    cell = _CELL if len(labels) <= _MANY else _SMALL_CELL
    left = 26 + round(6.6 * max((len(shorten(label, 16)) for label in labels), default=0))
    slanted = any(len(label) > 8 for label in labels) or cell == _SMALL_CELL
    top = 22 + (round(5 * max(len(shorten(label, 16)) for label in labels)) + 10 if slanted else 38)
    words = "answered \N{RIGHTWARDS ARROW}", "labelled \N{DOWNWARDS ARROW}"
    shapes = [write(words[0], str(left), "12", kind="quiet"), write(words[1], "0", str(top - 10), kind="quiet")]
    shapes += [_heading(label, left + cell * (i + 0.5), top - 10, slanted=slanted) for i, label in enumerate(labels)]
    for index, (label, row) in enumerate(zip(labels, numbers, strict=True)):
        shapes.append(_row(label, row, index, (left, top), cell))
    overhang = round(4 * max(len(shorten(label, 16)) for label in labels)) if slanted else 0
    view = (left + cell * len(labels) + overhang + 2, top + cell * len(labels) + 2)
    drawing = canvas(title, about, shapes, height=0, view=view)
    frame = tag("div", drawing, class_="scroll", role="region", aria_label=title, tabindex="0")
    return chart(title, about, frame, _numbers(title, labels, numbers))


def _heading(label: str, x: float, y: float, *, slanted: bool) -> Html:
    swatch = tag("rect", x="-4", y="-4" if slanted else "-24", width="8", height="8", class_="swatch")
    place: dict[str, object] = {"x": "8", "y": "4"} if slanted else {"text_anchor": "middle"}
    words = tag("text", shorten(label, 16), **place)
    turn = f"translate({x:g} {y:g})" + (" rotate(-50)" if slanted else "")
    return tag("g", swatch, words, transform=turn, style=f"--class:{class_colour(label)}")


def _row(label: str, numbers: Sequence[int], index: int, corner: tuple[int, int], cell: int) -> Html:
    left, top = corner
    y, total = top + index * cell, sum(numbers) or 1
    middle = y + cell / 2
    shapes = [
        tag("rect", x="0", y=f"{middle - 4:g}", width="8", height="8", class_="swatch"),
        write(shorten(label, 16), "14", f"{middle + 4.5:g}"),
    ]
    for column, number in enumerate(numbers):
        x, kind = left + column * cell, "cell right" if column == index else "cell"
        # The root keeps one wrong answer in twenty visible beside nineteen right ones.
        box = {"x": x + 1, "y": y + 1, "width": cell - 2, "height": cell - 2, "rx": 3}
        shapes.append(tag("rect", class_=kind, style=f"--share:{sqrt(number / total):.3f}", **box))
        ink = "count" if number else "count none"
        shapes.append(write(f"{number:,}", f"{x + cell / 2:g}", f"{middle + 5:g}", anchor="middle", kind=ink))
    return tag("g", *shapes, style=f"--class:{class_colour(label)}")


def _numbers(title: str, labels: Sequence[str], numbers: Sequence[Sequence[int]]) -> Html:
    columns = ["labelled", *(f"answered {label}" for label in labels)]
    rows = [[label, *(f"{n:,}" for n in row)] for label, row in zip(labels, numbers, strict=True)]
    return table(rows, columns, caption=title, numeric=columns[1:])
