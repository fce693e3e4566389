"""One colour per class, the same in every chart, bar, badge and picture."""

from __future__ import annotations

from hashlib import sha256

from mien.core.answer import adjective

# Okabe & Ito, "Color Universal Design" (2008), with an olive and a grey beside it; ../shared/LOOK.md fixes the map.
_FIXED = {
    "angry": "#D55E00",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprised": "#CC79A7",
    "afraid": "#009E73",
    "disgusted": "#7a8b00",
    "neutral": "#6b7280",
}
# What is left of Okabe & Ito, then of Paul Tol's "bright", "muted" and "vibrant" sets (2021) that also stand on black.
_REST = ("#56B4E9", "#F0E442", "#AA4499", "#44AA99", "#DDCC77", "#EE6677", "#66CCEE", "#BB5566", "#999933", "#7B6FD0")


def class_colour(label: str) -> str:
    """Return the colour of a class, ``#rrggbb``; capitals and spaces around the label do not matter.

    The seven basic expressions have fixed colours; any other label gets one of ten by its hash, the same one
    everywhere. Never rely on it alone: write the label beside it.

    >>> class_colour("angry"), class_colour("Anger")
    ('#D55E00', '#D55E00')
    """
    look = adjective(label)
    if look in _FIXED:
        return _FIXED[look]
    name = label.strip().casefold()
    digest = sha256(name.encode("utf-8", "replace")).digest()
    return _REST[int.from_bytes(digest[:4], "big") % len(_REST)]


def class_ink(label: str) -> str:
    """Return black or white for text on a class's colour, whichever is easier to read: at least 4.5 : 1."""
    colour = class_colour(label)
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, colour))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours ``#rrggbb``: 1 (the same) to 21 (black on white).

    Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
