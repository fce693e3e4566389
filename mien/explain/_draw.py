"""The map over its sample, and along its edges what whole lines of it did: one palette, one key."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.explain._key import SIGNS, swatch
from mien.explain._key import SWATCH as SMALL_SWATCH
from mien.explain._overlay import overlay

if TYPE_CHECKING:
    from mien.core.types import Floats, Pixels, Singles
    from mien.explain._explanation import Explanation
    from mien.kinds import Axis, Parts

INK, FAINT, PAPER = "#1b1b1f", "#5c5c66", 255  # LOOK.md, light
BAR, GAP = 100, 14  # pixels: the longest bar, and between bars and map
EDGE = 12  # around everything
LEFT, BELOW = 116, 148  # for what is written
TOP = RIGHT = EDGE + BAR + GAP
LETTERS, SWATCH = 28, (48, 26)
SMALL_LETTERS, FOOT = 16, 82  # of a picture's key
LEAST_REACH = 0.02  # of probability: where nothing moved the answer by more, bars stay short
SIDE = 384  # pixels that the map of a picture is at least high, where a whole number of times gives that


def draw(parts: Parts, found: Explanation) -> Pixels:
    """Draw what was explained.

    Parameters
    ----------
    parts : Parts
        Of the sample.
    found : Explanation
        From `measure`.

    Returns
    -------
    uint8 [H, W, 3]
        RGB: the map, as `overlay` draws it, of a small picture enlarged. Where axes have units, they are written
        beside it, and bars say how much each whole line moved the answer, all on one scale.
    """
    heat = found.heat(parts)
    if not found.lines:
        return overlay(enlarged(parts.picture), enlarged(heat))
    height, width = heat.shape
    picture = np.full((TOP + height + BELOW, LEFT + width + RIGHT, 3), PAPER, np.uint8)
    tints = np.zeros(picture.shape[:2])
    down, across = slice(TOP, TOP + height), slice(LEFT, LEFT + width)
    picture[down, across] = parts.picture
    tints[down, across] = heat / max(float(np.abs(heat).max()), LEAST_REACH)
    ends = _ends(found)
    tints[EDGE : EDGE + BAR, across] = _bars(found.lines[0].drops, parts.across, ends)
    tints[down, -BAR - EDGE : -EDGE] = _bars(found.lines[1].drops, parts.down, ends)[::-1].T
    for number, (sign, _, _) in enumerate(SIGNS):
        tints[_key(number, height), LEFT : LEFT + SWATCH[0]] = sign
    return _written(overlay(picture, tints), parts, ends)


def enlarged(picture: Any) -> Any:  # noqa: ANN401 - array [H, W, ...]
    """Repeat pixels until a small picture can be looked at."""
    times = max(1, SIDE // len(picture))
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def sheet(parts: Parts, found: Explanation) -> Pixels:
    """Draw a map with its key, and beside one without axes what it lies over.

    Parameters
    ----------
    parts : Parts
        Of the sample.
    found : Explanation
        From `measure`.

    Returns
    -------
    uint8 [H, W, 3]
        RGB.
    """
    drawn = draw(parts, found)
    if found.lines:  # with a key of its own
        return drawn
    from PIL import Image, ImageDraw

    both = np.concatenate([enlarged(parts.picture), drawn], axis=1)
    foot = np.full((FOOT, both.shape[1], 3), PAPER, np.uint8)
    height, width = SMALL_SWATCH
    for number, (sign, _, _) in enumerate(SIGNS):
        top = EDGE + (height + GAP) * number
        foot[top : top + height, EDGE : EDGE + width] = swatch(sign)
    image = Image.fromarray(foot)
    for number, (_, look, words) in enumerate(SIGNS):
        place = (EDGE + width + EDGE, EDGE + (height + GAP) * number + height // 2)
        ImageDraw.Draw(image).text(place, f"{look} {words}.", fill=INK, font=letters(SMALL_LETTERS), anchor="lm")
    return np.concatenate([both, np.array(image)])


def _ends(found: Explanation) -> tuple[float, float]:
    """Return the least and the most that a bar shows."""
    drops = np.concatenate([line.drops for line in found.lines])
    low, high = min(float(drops.min()), 0.0), max(float(drops.max()), 0.0)
    return low, max(high, low + LEAST_REACH)


def _bars(drops: Singles, axis: Axis, ends: tuple[float, float]) -> Floats:
    """Draw a bar for each part above an axis, up for what spoke for the class: 1, -1 or 0, float64 [BAR, pixels]."""
    low, high = ends
    part = axis.spread.argmax(axis=0)  # [pixels]
    apart = np.diff(part, prepend=-1, append=-1) != 0
    value = np.where(apart[1:] | apart[:-1], 0, drops[part])
    level = np.linspace(high, low, BAR)[:, None]
    return np.where((level > 0) & (level <= value), 1.0, np.where((level < 0) & (level >= value), -1.0, 0.0))


def _key(number: int, height: int) -> slice:
    top = TOP + height + BELOW - 90 + 44 * number
    return slice(top, top + SWATCH[1])


def _written(drawn: Pixels, parts: Parts, ends: tuple[float, float]) -> Pixels:
    """Write units and key, and draw the lines from which bars begin."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(drawn)
    pen, (height, width) = ImageDraw.Draw(image), parts.picture.shape[:2]
    zero = EDGE + round(BAR * ends[1] / (ends[1] - ends[0]))
    pen.line((LEFT, zero, LEFT + width, zero), fill=FAINT)
    pen.line((image.width - zero, TOP, image.width - zero, TOP + height), fill=FAINT)
    pen.rectangle((LEFT - 1, TOP - 1, LEFT + width, TOP + height), outline=FAINT)
    for pixel, words in _ticks(parts.across):
        pen.line((LEFT + pixel, TOP + height, LEFT + pixel, TOP + height + 8), fill=FAINT)
        pen.text((LEFT + pixel, TOP + height + 12), words, fill=FAINT, font=letters(), anchor="mt")
    for pixel, words in _ticks(parts.down):
        pen.line((LEFT - 8, TOP + pixel, LEFT, TOP + pixel), fill=FAINT)
        pen.text((LEFT - 14, TOP + pixel), words, fill=FAINT, font=letters(), anchor="rm")
    for number, (_, look, words) in enumerate(SIGNS):
        middle = _key(number, height).start + SWATCH[1] // 2
        pen.text((LEFT + SWATCH[0] + 14, middle), f"{look} {words}.", fill=INK, font=letters(), anchor="lm")
    return np.array(image)


def _ticks(axis: Axis) -> list[tuple[int, str]]:
    """Say at which pixel of its side which edges lie, and how each is written."""
    found = {edge: int(axis.spread[:number].sum()) for number, edge in enumerate(axis.edges)}
    return [(found[edge], words) for edge, words in axis.ticks.items()]


@cache
def letters(size: int = LETTERS) -> Any:  # noqa: ANN401 - PIL.ImageFont
    from PIL import ImageFont

    return ImageFont.load_default(size)
