"""An explanation as a page: the answer, what moved it, and what that does not say."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from mien import html, media
from mien.explain._draw import draw, enlarged
from mien.explain._faithfulness import LOTS
from mien.explain._key import KEY, key

if TYPE_CHECKING:
    from mien.core.types import Answer
    from mien.explain._explanation import Explanation, Line
    from mien.kinds import Kind, Parts

SIDE = 288  # pixels, of a picture beside its map
LIMITS = (
    "It says what moved this model's answer to this {one}, not what a feeling {looks}. Where two parts each would have "
    "been enough, hiding one changes little, and both look unimportant."
)


def page(found: Explanation, parts: Parts, answer: Answer, kind: Kind) -> str:
    """Write what moved an answer as one self-contained page.

    Parameters
    ----------
    found : Explanation
        From `measure`.
    parts : Parts
        Of the sample.
    answer : Answer
        What the model said of it.
    kind : Kind
        What it is.

    Returns
    -------
    str
        HTML that needs no other file and makes no request.
    """
    label, name = str(answer.label), PurePath(answer.path).name
    probabilities = sorted((answer.probabilities or {}).items(), key=lambda pair: -pair[1])
    share = html.percent(found.probability, unit=False)
    big = html.number(share, f"{answer.sentence}: that is the probability of '{label}'.", of="of 100")
    bars = html.bars(probabilities, about="Probability of each class")
    notes = [html.tag("p", answer.note, class_="note")] if answer.note else []
    said = [found.sentence(label), found.checked.sentence(label) if found.checked else ""]
    shown = [_figure(found, parts, label), *(html.text(one) for one in said if one), *_tables(found), *_checks(found)]
    return html.page(
        f"What moved the answer: {name}",
        html.section("The answer", html.columns(html.tag("div", big, *notes), bars)),
        html.section("What moved it", *shown, note=f"{kind.map_note} {parts.note}".strip()),
        html.section("What it does not say", LIMITS.format(one=kind.one, looks=kind.verb)),
        footer="This page is one file; it loads nothing and sends nothing.",
    )


def _figure(found: Explanation, parts: Parts, label: str) -> html.Html:
    """Put the map on a page, beside what it lies over or with its sound to play."""
    shown = draw(parts, found)
    words = found.sentence(label) or f"What moved '{label}'. {KEY}"
    if found.lines:
        size = shown.shape[1] // 2, shown.shape[0] // 2
        return html.media(media.encode_webp(shown), "image/webp", words, size=size, sound=parts.sound)
    given = media.encode_webp(enlarged(parts.picture))
    plain = html.image(given, "The sample as the model is given it", width=SIDE, height=SIDE)
    drawn = html.image(media.encode_webp(shown), words, width=SIDE, height=SIDE)
    return html.tag("div", html.pair(plain, drawn, about="The sample, and what moved it"), key(), class_="map")


def _tables(found: Explanation) -> list[html.Html]:
    return [html.details(f"By {line.unit}", _table(line, found.probability)) for line in found.lines]


def _table(line: Line, probability: float) -> html.Html:
    rows = [
        [words, html.percent(probability - float(drop)), html.points(float(drop), sign=True)]
        for words, drop in zip(line.words, line.drops, strict=True)
    ]
    columns = ["hidden", "probability left", "spoke for it, of 100"]
    return html.table(rows, columns, caption="Each hidden by itself", numeric=columns[1:])


def _checks(found: Explanation) -> list[html.Html]:
    """Show what was measured of the map itself."""
    checked = found.checked
    if checked is None or not checked.moves:
        return []
    rows = [
        ["Probability while parts are hidden in the map's order", html.percent(checked.deletion), "low"],
        ["Probability while parts come back in the map's order", html.percent(checked.insertion), "high"],
        ["Either in random orders", html.percent(checked.chance), ""],
        [
            "Random orders that separate less what matters from what does not",
            f"{checked.ahead} of {LOTS}",
            f"all {LOTS}",
        ],
        ["Likeness to the map of shuffled weights, rank correlation", _figure_of(checked.weights), "below 0.7"],
        ["Likeness to the map under a little noise, rank correlation", _figure_of(checked.noise), "above 0.5"],
    ]
    title = f"Does the map tell the truth? Checks of '{found.method}'"
    return [html.details(title, html.table(rows, ["check", "figure", "good is"], caption=title, numeric=["figure"]))]


def _figure_of(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"
