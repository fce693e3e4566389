"""The order of the page, and its first part: the number, then what it means."""

from __future__ import annotations

from pathlib import Path

from mien import html
from mien.compare._comparison import Comparison, Pair
from mien.compare._page_pairs import pairs, seeds
from mien.compare._page_pictures import disagreements
from mien.compare._page_runs import basis, figures, settings
from mien.compare._words import of_pair, of_seeds, samples, standing
from mien.core.files import write_text
from mien.core.run import environment
from mien.evaluate import absent_classes

MOST_BARS = 20  # runs in a chart


def write_page(comparison: Comparison, path: Path | str) -> Path:
    """Write a comparison as one page for people.

    Parameters
    ----------
    comparison : Comparison
        From `runs`.
    path : path
        The HTML file. It loads nothing and sends nothing; thumbnails are read from where the pictures lie, and left
        out where they are gone.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    MienError
        If it cannot be written.
    """
    parts = [
        _headline(comparison),
        pairs(comparison),
        seeds(comparison),
        figures(comparison),
        disagreements(comparison),
        settings(comparison),
        basis(comparison),
    ]
    names = [entry.name for entry in comparison.entries]
    title = f"{names[0]} against {names[1]}" if len(names) == 2 else f"Comparison of {len(names)} runs"
    version = environment()["versions"].get("mien", "(a copy that is not installed)")
    page = html.page(
        title,
        *(part for part in parts if part is not None),
        lead=_lead(comparison),
        footer=f"Made with Mien {version}. This page is one file; it loads nothing and sends nothing.",
    )
    return write_text(path, page)


def _lead(comparison: Comparison) -> html.Html:
    people = f" of {html.count(comparison.people, 'person', 'people')}" if comparison.people else ""
    asked = f"Asked on {samples(comparison)}{people} that none of them had seen."
    words = f"Which model is better, and is that more than luck? {asked}"
    classes = html.tag("ul", *(html.tag("li", html.badge(label)) for label in comparison.labels), class_="badges")
    return html.join([html.tag("p", words), classes])


def _headline(comparison: Comparison) -> html.Section:
    words = _of_two(comparison.pairs[0]) if len(comparison.entries) == 2 else _of_many(comparison)
    words += [html.text(line) for line in of_seeds(comparison)[:1]]
    absent = absent_classes(comparison.commonest)
    words += [html.text(html.severity("warning", "classes missing"), absent)] if absent else []
    doubt = (
        "The range in brackets is a 95 % interval: of ranges made in this way, 95 in 100 hold the share that the model "
        f"reaches on {comparison.counted[1]} of this kind. Whether two runs differ is not for these ranges to say, but "
        "for the comparison below."
    )
    words.append(html.tag("p", doubt, class_="note"))
    return html.section("Which is better", html.columns(html.tag("div", *words), _accuracies(comparison)))


def _of_two(pair: Pair) -> list[html.Html]:
    sentence, *further = of_pair(pair)
    gap = html.points(pair.figures.accuracy.value, sign=True)
    number = html.number(gap, sentence, of="of 100", sure=pair.told and not pair.same)
    return [number, *([] if pair.told else [html.text(_mark(pair))]), *(html.text(words) for words in further)]


def _of_many(comparison: Comparison) -> list[html.Html]:
    found = comparison.entries[0].scores.accuracy
    value, ends = html.percent(found.value, unit=False), html.span(found.low, found.high)
    return [html.number(value, standing(comparison), interval=ends, of="of 100")]


def _mark(pair: Pair) -> html.Html:
    if pair.same:
        return html.severity("note", "no better model")
    return html.severity("warning", "may be chance")


def _accuracies(comparison: Comparison) -> html.Html:
    shown = [(entry.name, entry.scores.accuracy) for entry in comparison.entries[:MOST_BARS]]
    rows = [html.Estimate(name, found.value, found.low, found.high) for name, found in shown]
    guess = comparison.commonest.accuracy
    rows.append(html.Estimate("commonest class", guess.value, guess.low, guess.high, baseline=True))
    about = "Dots are measured; bars are the 95 % intervals, each model by itself."
    if len(comparison.entries) > MOST_BARS:
        about += f" The {MOST_BARS} best of {len(comparison.entries):,}."
    return html.intervals("Right answers, of 100", rows, about=about)
