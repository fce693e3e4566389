"""The faces on which two runs disagree."""

from __future__ import annotations

from mien import html
from mien.compare._comparison import Comparison, Example, Pair
from mien.core import artifacts
from mien.report import Thumbnails


def disagreements(comparison: Comparison) -> html.Section | None:
    """Show faces that only one of two runs gets right; None where no two runs disagree."""
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
    (first, second), found = pair.examples, pair.figures
    left = _strip(pair.first, pair.second, found.only_first, [(one, one.second) for one in first], thumbnails)
    right = _strip(pair.second, pair.first, found.only_second, [(one, one.first) for one in second], thumbnails)
    return html.join([left, right])


def _strip(right: str, wrong: str, count: int, shown: list[tuple[Example, str]], thumbnails: Thumbnails) -> html.Html:
    if not shown:
        return html.tag("div", html.tag("h3", f"Only {right} is right"), html.text("Nowhere."), class_="strip")
    number = f"{len(shown)} of {count:,}" if count > len(shown) else f"{count:,}"
    heading = html.tag("h3", f"Only {right} is right", html.tag("span", number, class_="quiet small"))
    cells = [_card(one, said, wrong, thumbnails) for one, said in shown]
    note = html.tag("p", f"First line: the label. Second line: what {wrong} said.", class_="note")
    return html.tag("div", heading, note, html.grid(cells, about=f"Faces that only {right} gets right"), class_="strip")


def _card(example: Example, said: str, wrong: str, thumbnails: Thumbnails) -> html.Html:
    alt = f"{thumbnails.name(example.id)}: labelled {example.label}, {wrong} said {said}"
    answer = html.tag("span", html.badge(said), class_="quiet")
    return html.card(thumbnails.picture(example.id, alt), html.badge(example.label), answer)
