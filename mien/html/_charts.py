"""What all charts share: the frame, the words, the table behind, and the sizes.

Charts are drawn for any width without a script: across, positions are per cent of the chart's width, and down they are
lines of text, so that the drawing stretches and the letters do not.
"""

from __future__ import annotations

from hashlib import sha256

from mien.html._html import Html, join, tag
from mien.html._pieces import details

LETTER = 0.84  # rem; the size of the writing, as in charts.css


def chart(title: str, about: str, drawing: Html, numbers: Html) -> Html:
    """Frame a drawing."""
    caption = tag("figcaption", tag("strong", title), " ", tag("span", about))
    return tag("figure", caption, drawing, details("The numbers as a table", numbers), class_="chart")


def canvas(title: str, about: str, shapes: list[Html], *, height: float, view: tuple[int, int] | None = None) -> Html:
    """Make the SVG itself.

    `height` is in heights of the letters; with a `view`, in sixteenths of a rem, it keeps its size and scrolls.
    """
    body = join(shapes)
    name = "c" + sha256(f"{title}|{about}|{body}".encode()).hexdigest()[:10]
    size: dict[str, object] = {"width": "100%", "height": down(height)}
    if view is not None:
        width, tall = view
        size = {"viewBox": f"0 0 {width} {tall}", "style": f"width:{width / 16:g}rem;height:{tall / 16:g}rem"}
    words = (tag("title", title, id=f"{name}-t"), tag("desc", about, id=f"{name}-d"))
    return tag("svg", *words, body, role="img", aria_labelledby=f"{name}-t {name}-d", **size)


def across(share: float) -> str:
    """Return a place across. What lies outside of 0..1 is moved to the edge."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def down(lines: float) -> str:
    """Return a place down. In rem: an em would be another length in every text of another size."""
    return f"{lines * LETTER:.2f}rem"


def shorten(text: str, length: int = 18, *, end: int = 0) -> str:
    """Cut a long name, so that it does not run over its neighbour, but for `end` characters of its end.

    >>> shorten("surprise"), shorten("happily surprised", 8), shorten("faces-compact-2", 10, end=3)
    ('surprise', 'happily…', 'faces-…t-2')
    """
    if len(text) <= length:
        return text
    last = text[len(text) - end :]
    return text[: length - 1 - end].rstrip() + "\N{HORIZONTAL ELLIPSIS}" + last


def write(words: str, x: str, y: str, *, anchor: str = "start", kind: str | None = None) -> Html:
    """Write words into a drawing."""
    return tag("text", words, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=kind)
