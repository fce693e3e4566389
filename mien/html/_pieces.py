"""What pages are made of: text, numbers, tables, badges, folding parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mien.core.answer import adjective
from mien.html._colours import class_colour
from mien.html._html import Html, join, tag
from mien.html._words import percent

_DASH = "\N{EN DASH}"


def text(*sentences: object) -> Html:
    """Make a paragraph of sentences, with a space between."""
    return tag("p", join(sentences, " "))


def number(value: str, sentence: object, *, interval: str = "", of: str = "", sure: bool = True) -> Html:
    """Show one number, large, and then what it means.

    `interval` is what `span` returns, `of` what it is counted out of, such as ``of 100``. It is grey unless `sure`:
    then chance may explain it.
    """
    small = tag("span", f" {of}", class_="of") if of else None
    ends = tag("span", f" ({interval})", class_="ends") if interval else None
    kind = "number" if sure else "number unsure"
    return tag("div", tag("p", value, small, ends, class_="big"), tag("p", sentence, class_="means"), class_=kind)


def table(
    rows: Iterable[Sequence[object]], columns: Sequence[str], *, caption: str, numeric: Collection[str] = ()
) -> Html:
    """Make a table in a frame that scrolls sideways; the first cell of a row is its heading, and None shows as a dash.

    The columns named in `numeric` are aligned to the right in figures of one width.
    """
    kinds = ["number" if name in numeric else None for name in columns]
    head = tag("tr", *(tag("th", name, scope="col", class_=kind) for name, kind in zip(columns, kinds, strict=True)))
    body = [_row(row, kinds) for row in rows]
    whole = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    # A scrolling part must be reachable by keyboard, and then it needs a name.
    return tag("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _row(cells: Sequence[object], kinds: Sequence[str | None]) -> Html:
    shown = [_DASH if cell is None else cell for cell in cells]
    first, rest = shown[0], zip(shown[1:], kinds[1:], strict=True)
    return tag("tr", tag("th", first, scope="row", class_=kinds[0]), *(tag("td", c, class_=kind) for c, kind in rest))


def badge(label: str, *, before: str = "") -> Html:
    """Show a class: its colour and its word, after ``labelled`` or, as an adjective, after what it does: ``looks``."""
    prefix = tag("span", f"{before} ", class_="quiet") if before else None
    word = label if before in {"", "labelled"} else adjective(label)
    # <bdi> keeps a label in Arabic or Hebrew from turning the words around it.
    return tag("span", prefix, tag("i", style=f"--class:{class_colour(label)}"), tag("bdi", word), class_="badge")


def severity(kind: str, words: object) -> Html:
    """Show how bad something is (``error``, ``warning``, ``note`` or ``good``): a shape, a colour and words."""
    shape = {"error": "\N{BLACK SQUARE}", "warning": "\N{BLACK UP-POINTING TRIANGLE}", "good": "\N{CHECK MARK}"}
    mark = tag("span", shape.get(kind, "\N{WHITE CIRCLE}"), aria_hidden="true")
    return tag("span", mark, " ", words, class_=f"severity {kind if kind in shape else 'note'}")


def bars(rows: Iterable[tuple[str, float]], *, about: str) -> Html:
    """Show the probability of each class, 0..1, as a short list of bars; the probabilities stand in it as text."""
    return tag("ul", *(_bar(label, share) for label, share in rows), class_="bars", aria_label=about)


def _bar(label: str, share: float) -> Html:
    width = f"--class:{class_colour(label)};--share:{min(max(share, 0.0), 1.0):.4f}"
    line = tag("span", tag("i", style=width), class_="track", aria_hidden="true")
    return tag("li", tag("bdi", label, class_="name"), line, tag("span", percent(share), class_="figure"))


def details(summary: object, *content: object, open_: bool = False) -> Html:
    """Fold something away under a line that is always seen; works by keyboard and without a script."""
    return tag("details", tag("summary", summary), *content, open=open_)


def columns(*content: object) -> Html:
    """Put pieces side by side where there is room, one under the other where there is not."""
    return tag("div", *content, class_="columns")


def code(lines: str) -> Html:
    """Show something to type, in figures of one width; it scrolls sideways rather than breaking."""
    return tag("pre", tag("code", lines), tabindex="0")


def facts(rows: Iterable[tuple[str, object]]) -> Html:
    """Show names and their values as a description list."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows), class_="facts")
