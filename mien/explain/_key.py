"""What the colours of a map mean: the one place for the words, which strings.js repeats for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien import html, media
from mien.explain._overlay import overlay

if TYPE_CHECKING:
    from mien.core.types import Pixels

FOR = "spoke for it: hidden, its probability falls"
AGAINST = "spoke against it: hidden, it rises"
KEY = f"Plain teal {FOR.replace(' it:', ' the answer:')}. Striped amber {AGAINST}."
SIGNS = ((1, "Plain teal", FOR), (-1, "Striped amber", AGAINST))
SWATCH = (22, 40)  # pixels


def swatch(sign: int) -> Pixels:
    """Draw a piece of a map that is all for (1) or all against (-1), on white."""
    height, width = SWATCH
    ground = np.zeros((2 * height, width, 3), np.uint8)  # white is white beside black
    ground[:height] = 255
    return overlay(ground, np.full(ground.shape[:2], float(sign)), stripe=4)[:height]


def key() -> html.Html:
    """Show both colours with their words, for a page.

    Returns
    -------
    Html
        A list.
    """
    height, width = SWATCH
    lines = []
    for sign, look, words in SIGNS:
        patch = html.image(media.encode_webp(swatch(sign)), look, width=width, height=height)
        lines.append(html.tag("li", patch, f"{look} {words}."))
    return html.tag("ul", *lines, class_="key")
