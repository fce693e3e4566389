"""The samples on which two runs disagree."""

from __future__ import annotations

from typing import NamedTuple

from mien import html
from mien.compare._comparison import Comparison, Example, Pair
from mien.core import artifacts
from mien.report import Thumbnails

EXAMPLES = 9  # samples of each side: a row on a wide screen


def disagreements(comparison: Comparison) -> html.Section | None:
    """Show samples that only one of two runs gets right; None where no two runs disagree."""
    shown = [pair for pair in comparison.pairs if any(pair.examples)]
    if not shown:
        return None
    ids = {example.id for pair in shown for side in pair.examples for example in side}
    thumbnails = Thumbnails.read(artifacts.read_manifest(comparison.entries[0].run), ids)
    parts = [_pair(pair, thumbnails) for pair in shown]
    if len(parts) > 1:  # one under the other they would be the longest part of the page
        names = (f"{pair.first} and {pair.second}" for pair in shown)
        parts = [html.details(name, part, open_=part is parts[0]) for name, part in zip(names, parts, strict=True)]
    note = "Those on which the two differ most. Often the label is what is wrong."
    return html.section("Where they disagree", *parts, note=note)


def _pair(pair: Pair, thumbnails: Thumbnails) -> html.Html:
    (first, second), found, (_, many) = pair.examples, pair.figures, pair.counted
    sides = [
        _Side(pair.first, pair.second, many, found.only_first, [(one, one.second) for one in first]),
        _Side(pair.second, pair.first, many, found.only_second, [(one, one.first) for one in second]),
    ]
    return html.join([_strip(side, thumbnails) for side in sides])


class _Side(NamedTuple):
    """Samples that one of two runs alone gets right."""

    right: str  # the run that does
    wrong: str  # the other
    many: str  # what they are
    number: int  # how many there are
    shown: list[tuple[Example, str]]  # some, with what the other said


def _strip(side: _Side, thumbnails: Thumbnails) -> html.Html:
    right, wrong, many, count, _ = side
    shown = side.shown[: EXAMPLES // thumbnails.wide * thumbnails.wide]  # whole rows of wide ones too
    if not shown:
        return html.tag("div", html.tag("h3", f"Only {right} is right"), html.text("Nowhere."), class_="strip")
    number = f"{len(shown)} of {count:,}" if count > len(shown) else f"{count:,}"
    heading = html.tag("h3", f"Only {right} is right", html.tag("span", number, class_="quiet small"))
    cells = [_card(one, said, wrong, thumbnails) for one, said in shown]
    note = html.tag("p", f"First line: the label. Second line: what {wrong} said.", class_="note")
    grid = html.grid(cells, about=f"{many.capitalize()} that only {right} gets right")
    return html.tag("div", heading, note, grid, class_="strip")


def _card(example: Example, said: str, wrong: str, thumbnails: Thumbnails) -> html.Html:
    alt = f"{thumbnails.name(example.id)}: labelled {example.label}, {wrong} said {said}"
    answer = html.tag("span", html.badge(said), class_="quiet")
    return html.card(thumbnails.picture(example.id, alt), html.badge(example.label), answer)
