"""The pictures it gets wrong, those it is least sure of, and what it looks at."""

from __future__ import annotations

from mien import html
from mien.core.errors import StorageError
from mien.report._run_files import RunFiles
from mien.report._selection import Answer, Selection
from mien.report._thumbnails import Thumbnails

MOST_BARS = 4


def mistakes(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Show the worst mistakes and the least sure answers; None without predictions."""
    if files.predictions is None or not len(files.predictions):
        return None
    parts = []
    if selection.worst:
        cells = [_card(one, thumbnails) for one in selection.worst]
        note = f"{html.count(selection.wrong, 'wrong answer')} in total; shown are the {len(cells)} it was most certain"
        note += " of. Often the label is what is wrong."
        parts.append(html.block("Worst mistakes", html.grid(cells, about="Worst mistakes", wide=True), note=note))
    else:
        parts.append(html.text(f"It made no mistake on the test {files.kind.many}."))
    if selection.unsure:
        cells = [_card(one, thumbnails, verdict=True) for one in selection.unsure]
        note = "Where its two best answers are closest together: here it is nearest to guessing."
        parts.append(html.block("Least sure", html.grid(cells, about="Least sure answers", wide=True), note=note))
    return html.section("Mistakes", *parts)


def _card(answer: Answer, thumbnails: Thumbnails, *, verdict: bool = False) -> html.Html:
    name = thumbnails.name(answer.id)
    alt = f"{name}: labelled {answer.label}, answered {answer.predicted}"
    mark = html.severity("good", "right") if answer.right else html.severity("error", "wrong")
    lines = [
        html.tag("p", html.badge(answer.predicted, before="looks"), mark if verdict else None, class_="said"),
        html.tag("p", html.badge(answer.label, before="labelled"), class_="said"),
        html.bars(answer.probabilities[:MOST_BARS], about="Probability of each class"),
        html.tag("p", html.tag("bdi", name, class_="path"), class_="quiet file"),
    ]
    return html.wide_card(thumbnails.picture(answer.id, alt), *lines)


def explained(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Show pictures beside what moved the answer in them; None without overlays."""
    if not selection.explained:
        return None
    cells = [_pair(files, one, name, selection.answers.get(one), thumbnails) for one, name in selection.explained]
    note = (
        "Left the picture, right the same with heat: cover a warm place, and the answer's probability falls. Warm on "
        "mouth, eyes and brows is what you want to see; warm on the background means it has learnt something else."
    )
    return html.section("What it looks at", html.grid(cells, about="Pictures and their heat"), note=note)


def _pair(files: RunFiles, one: str, name: str, answer: Answer | None, thumbnails: Thumbnails) -> html.Html:
    try:
        heat = files.overlays[name].read_bytes()
    except OSError as error:
        raise StorageError(f"'{files.overlays[name]}' cannot be read ({error})", todo="Explain anew") from error
    file = thumbnails.name(one)
    plain = thumbnails.picture(one, f"{file}, as it is")
    warm = thumbnails.place(heat, f"{file}, with the places that moved the answer in warm colours")
    both = html.pair(plain, warm, about="The picture, and what moved the answer")
    if answer is None:
        return html.tag("div", both)
    lines = html.join([html.badge(answer.predicted, before="looks"), html.percent(answer.confidence)], " ")
    return html.tag("figure", both, html.tag("figcaption", lines), class_="heat")
