"""The pictures it gets wrong, those it is least sure of, and what it looks at."""

from __future__ import annotations

from mien import web
from mien.core.errors import StorageError
from mien.report._run_files import RunFiles
from mien.report._selection import Answer, Selection
from mien.report._thumbnails import Thumbnails

MOST_BARS = 4


def mistakes(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> web.Section | None:
    """Show the worst mistakes and the least sure answers.

    Parameters
    ----------
    files : RunFiles
        The run.
    selection : Selection
        Which pictures.
    thumbnails : Thumbnails
        The pictures.

    Returns
    -------
    Section or None
        None without predictions.
    """
    if files.predictions is None or not len(files.predictions):
        return None
    parts = []
    if selection.worst:
        cells = [_card(one, thumbnails) for one in selection.worst]
        note = f"{web.count(selection.wrong, 'wrong answer')} in all; these {len(cells)} it was most certain of."
        note += " Often the label is what is wrong."
        parts.append(web.block("Worst mistakes", web.grid(cells, about="Worst mistakes", wide=True), note=note))
    else:
        parts.append(web.text("It made no mistake on the test pictures."))
    if selection.unsure:
        cells = [_card(one, thumbnails, verdict=True) for one in selection.unsure]
        note = "Where its two best answers are closest together: here it is nearest to guessing."
        parts.append(web.block("Least sure", web.grid(cells, about="Least sure answers", wide=True), note=note))
    return web.section("Mistakes", *parts)


def _card(answer: Answer, thumbnails: Thumbnails, *, verdict: bool = False) -> web.Html:
    name = thumbnails.name(answer.id)
    alt = f"{name}: labelled {answer.label}, answered {answer.predicted}"
    mark = web.severity("good", "right") if answer.right else web.severity("error", "wrong")
    lines = [
        web.tag("p", web.badge(answer.predicted, before="looks"), mark if verdict else None, class_="said"),
        web.tag("p", web.badge(answer.label, before="labelled"), class_="said"),
        web.bars(answer.weights[:MOST_BARS], about="Weight of each class"),
        web.tag("p", web.tag("bdi", name, class_="path"), class_="quiet file"),
    ]
    return web.wide_card(thumbnails.picture(answer.id, alt), *lines)


def explained(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> web.Section | None:
    """Show pictures beside what moved the answer in them.

    Parameters
    ----------
    files : RunFiles
        The run.
    selection : Selection
        Which pictures.
    thumbnails : Thumbnails
        The pictures.

    Returns
    -------
    Section or None
        None without overlays.
    """
    if not selection.explained:
        return None
    cells = [_pair(files, one, name, selection.said.get(one), thumbnails) for one, name in selection.explained]
    note = (
        "Left the picture, right the same with heat: cover a warm place, and the answer's weight falls. Warm on mouth, "
        "eyes and brows is what you want to see; warm on the background means it has learnt something else."
    )
    return web.section("What it looks at", web.grid(cells, about="Pictures and their heat"), note=note)


def _pair(files: RunFiles, one: str, name: str, answer: Answer | None, thumbnails: Thumbnails) -> web.Html:
    try:
        heat = files.overlays[name].read_bytes()
    except OSError as error:
        raise StorageError(f"'{files.overlays[name]}' cannot be read ({error})", todo="Explain anew") from error
    words = f"{thumbnails.name(one)}"
    both = web.pair(
        thumbnails.picture(one, f"{words}, as it is"),
        thumbnails.place(heat, f"{words}, with the places that moved the answer in warm colours"),
        about="The picture, and what moved the answer",
    )
    if answer is None:
        return web.tag("div", both)
    lines = web.join([web.badge(answer.predicted, before="looks"), web.percent(answer.confidence)], " ")
    return web.tag("figure", both, web.tag("figcaption", lines), class_="heat")
