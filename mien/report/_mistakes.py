"""The pictures it gets wrong, those it is least sure of, and what it looks at."""

from __future__ import annotations

from mien import html
from mien.core.errors import StorageError
from mien.report._album import Album
from mien.report._choice import Answer, Choice
from mien.report._material import Material

MOST_BARS = 4


def mistakes(material: Material, choice: Choice, album: Album) -> html.Section | None:
    """Show the worst mistakes and the least sure answers.

    Parameters
    ----------
    material : Material
        The run.
    choice : Choice
        Which pictures.
    album : Album
        The pictures.

    Returns
    -------
    Section or None
        None without predictions.
    """
    if material.predictions is None or not len(material.predictions):
        return None
    parts = []
    if choice.worst:
        cells = [_card(one, album) for one in choice.worst]
        note = f"{html.count(choice.wrong, 'wrong answer')} in all; these {len(cells)} it was most certain of."
        note += " Often the label is what is wrong."
        parts.append(html.block("Worst mistakes", html.grid(cells, about="Worst mistakes", wide=True), note=note))
    else:
        parts.append(html.text("It made no mistake on the test pictures."))
    if choice.unsure:
        cells = [_card(one, album, verdict=True) for one in choice.unsure]
        note = "Where its two best answers are closest together: here it is nearest to guessing."
        parts.append(html.block("Least sure", html.grid(cells, about="Least sure answers", wide=True), note=note))
    return html.section("Mistakes", *parts)


def _card(answer: Answer, album: Album, *, verdict: bool = False) -> html.Html:
    name = album.name(answer.id)
    alt = f"{name}: labelled {answer.label}, answered {answer.predicted}"
    mark = html.severity("good", "right") if answer.right else html.severity("error", "wrong")
    lines = [
        html.tag("p", html.badge(answer.predicted, before="looks"), mark if verdict else None, class_="said"),
        html.tag("p", html.badge(answer.label, before="labelled"), class_="said"),
        html.bars(answer.weights[:MOST_BARS], about="Weight of each class"),
        html.tag("p", html.tag("bdi", name, class_="path"), class_="quiet file"),
    ]
    return html.wide_card(album.picture(answer.id, alt), *lines)


def explained(material: Material, choice: Choice, album: Album) -> html.Section | None:
    """Show pictures beside what moved the answer in them.

    Parameters
    ----------
    material : Material
        The run.
    choice : Choice
        Which pictures.
    album : Album
        The pictures.

    Returns
    -------
    Section or None
        None without overlays.
    """
    if not choice.explained:
        return None
    cells = [_pair(material, one, name, choice.said.get(one), album) for one, name in choice.explained]
    note = (
        "Left the picture, right the same with heat: cover a warm place, and the answer's weight falls. Warm on mouth, "
        "eyes and brows is what you want to see; warm on the background means it has learnt something else."
    )
    return html.section("What it looks at", html.grid(cells, about="Pictures and their heat"), note=note)


def _pair(material: Material, one: str, name: str, answer: Answer | None, album: Album) -> html.Html:
    try:
        heat = material.overlays[name].read_bytes()
    except OSError as error:
        raise StorageError(f"'{material.overlays[name]}' cannot be read ({error})", todo="Explain anew") from error
    words = f"{album.name(one)}"
    both = html.pair(
        album.picture(one, f"{words}, as it is"),
        album.place(heat, f"{words}, with the places that moved the answer in warm colours"),
        about="The picture, and what moved the answer",
    )
    if answer is None:
        return html.tag("div", both)
    lines = html.join([html.badge(answer.predicted, before="looks"), html.percent(answer.confidence)], " ")
    return html.tag("figure", both, html.tag("figcaption", lines), class_="heat")
