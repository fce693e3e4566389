"""A drawn face beside what each action unit makes of it: as a page, and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien import html, media
from mien.core.answer import adjective
from mien.explain._draw import INK, PAPER, letters

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.explain._counterfactual import Counterfactual

SIDE, EDGE, FOOT, COLUMNS = 192, 14, 98, 5  # pixels, and faces beside each other
SPACE = "\N{NO-BREAK SPACE}"
NOTE = (
    "One action unit at a time is added in full or taken away; who it is, light, pose and all else stay. It says what "
    "turns this model's answer to this drawn face, not what a muscle means."
)


def counterfactual_page(found: Counterfactual) -> str:
    """Write it as one self-contained page.

    Parameters
    ----------
    found : Counterfactual
        From `counterfactual`.

    Returns
    -------
    str
        HTML that needs no other file and makes no request.
    """
    turned = {one.unit for one in found.turning}
    cells = [_card(picture, lines, new) for picture, lines, new in _cells(found)]
    shown = [
        html.block("As it is drawn", html.grid(cells[:1], about="The face as it is drawn")),
        html.block("Turns the answer", html.grid(cells[1 : 1 + len(turned)], about="Changes that turn the answer"))
        if turned
        else None,
        html.block("Does not turn it", html.grid(cells[1 + len(turned) :], about="Changes that do not")),
    ]
    return html.page(
        f"What turns the answer: a face that acts {adjective(found.acted)}",
        html.section("One action unit at a time", html.text(found.sentence), *filter(None, shown), note=NOTE),
        footer="This page is one file; it loads nothing and sends nothing.",
    )


def counterfactual_sheet(found: Counterfactual) -> Pixels:
    """Draw it as one picture.

    Parameters
    ----------
    found : Counterfactual
        From `counterfactual`.

    Returns
    -------
    uint8 [H, W, 3]
        RGB: the face as it is first, then those that turn the answer, in a frame, then the others.
    """
    from PIL import Image, ImageDraw

    cells = _cells(found)
    step = SIDE + EDGE
    size = (EDGE + step * COLUMNS, EDGE + (step + FOOT) * -(-len(cells) // COLUMNS))
    image = Image.new("RGB", size, (PAPER, PAPER, PAPER))
    pen = ImageDraw.Draw(image)
    for number, (picture, lines, new) in enumerate(cells):
        left, top = EDGE + step * (number % COLUMNS), EDGE + (step + FOOT) * (number // COLUMNS)
        image.paste(Image.fromarray(picture).resize((SIDE, SIDE)), (left, top))
        if new != found.label:
            pen.rectangle((left - 4, top - 4, left + SIDE + 3, top + SIDE + 3), outline=html.class_colour(new), width=4)
        what, name, probability, rest = lines
        for line, words in enumerate([what, name, f"looks {adjective(new)} {probability}", rest]):
            plain = words.replace(SPACE, " ")  # Pillow's letters have no other space
            pen.text((left, top + SIDE + 8 + 21 * line), plain, fill=INK, font=letters(15))
    return np.array(image)


def _cells(found: Counterfactual) -> list[tuple[Pixels, list[str], str]]:
    """Put down each face, the lines under it and its answer: the face as it is, then what turns it, then the others."""
    ordered = [*found.turning, *(one for one in found.changes if one.label == found.label)]
    cells = [(found.picture, ["as it is drawn", "", html.percent(found.probability), ""], found.label)]
    for one in ordered:
        left = f"{adjective(found.label)}: {html.percent(one.left)} left" if one.label != found.label else ""
        what = f"{'with' if one.added else 'without'} AU {one.unit}"
        cells.append((one.picture, [what, one.name, html.percent(one.probability), left], one.label))
    return cells


def _card(picture: Pixels, lines: list[str], label: str) -> html.Html:
    what, name, probability, left = lines
    image = html.image(media.encode_webp(picture[::2, ::2].copy()), f"{what} {name}", width=128, height=128)
    under = [line for line in (what, name) if line]
    return html.card(image, *under, html.badge(label, before="looks"), *(line for line in (probability, left) if line))
