"""The page around the pieces: one self-contained HTML file that asks nothing of anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mien.html._html import Html, join, tag

# Nothing may be loaded, run or sent: styles stand in the page, pictures are data.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_STYLES = ("page.css", "pieces.css", "charts.css", "print.css")


@dataclass(frozen=True)
class PageWords:
    """The language of a page, and what stands on every page: the way past its head, and the name of its contents."""

    language: str = "en"
    skip: str = "Skip to the content"
    contents: str = "Sections"


@dataclass(frozen=True)
class Section:
    """One part of a page, under a heading of the second level, which is also its name in the table of contents."""

    heading: str
    body: Html


def section(heading: str, *content: object, note: str = "") -> Section:
    """Make a part of a page.

    Parameters
    ----------
    heading : str
        A few words.
    *content : object
        Pieces in order; plain strings become paragraphs.
    note : str
        A plain sentence under the heading that says what the part shows.

    Returns
    -------
    Section
        For `page`.
    """
    return Section(heading, join([_note(note), *map(_paragraph, content)]))


def block(heading: str, *content: object, note: str = "") -> Html:
    """Make a part of a section, under a heading of the third level; plain strings become paragraphs."""
    return tag("div", tag("h3", heading), _note(note), *map(_paragraph, content), class_="block")


def page(title: str, *sections: Section | str, lead: str = "", footer: str = "", words: PageWords = PageWords()) -> str:
    """Build a whole page.

    Parameters
    ----------
    title : str
        The heading of the first level, and the window's title.
    *sections : Section, Html or str
        In order. Those with a heading make the table of contents; plain strings become paragraphs.
    lead : str or Html
        Stands right under the title.
    footer : str or Html
        Stands at the end.
    words : PageWords
        For a page that is not in English.

    Returns
    -------
    str
        HTML that needs no other file and makes no request.

    Examples
    --------
    >>> text = page("Faces", section("Counts", "2 pictures"))
    >>> text.startswith("<!doctype html>"), "<h2" in text
    (True, True)
    """
    named = _named([part for part in sections if isinstance(part, Section)])
    names = iter(named)
    body = [_render(part, next(names)) if isinstance(part, Section) else _paragraph(part) for part in sections]
    contents = [tag("li", tag("a", part.heading, href=f"#{name}")) for name, part in named.items()]
    sounds = any("<audio " in part for part in body)
    whole = tag(
        "html",
        _head(title, f"{_POLICY}; media-src data:" if sounds else _POLICY),
        tag(
            "body",
            tag("a", words.skip, class_="skip", href="#main"),
            tag("header", tag("h1", title), tag("div", _paragraph(lead), class_="lead") if lead else None),
            tag("nav", tag("ul", *contents), aria_label=words.contents) if len(contents) > 1 else None,
            tag("main", *body, id="main", tabindex="-1"),
            tag("footer", _paragraph(footer)) if footer else None,
        ),
        lang=words.language,
    )
    return f"<!doctype html>\n{whole}\n"


def slug(text: str) -> str:
    """Turn a heading into a name for a link.

    >>> slug("Where it goes wrong"), slug("日本")
    ('where-it-goes-wrong', 'part')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def stylesheet(name: str) -> str:
    """Return the CSS of one of the style sheets that stand in a page, such as ``page.css``."""
    return files("mien.html").joinpath(name).read_text(encoding="utf-8")


def _head(title: str, policy: str) -> Html:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),  # or a browser asks the server for /favicon.ico
        tag("style", _styles()),
    )


@cache
def _styles() -> Html:
    return Html("\n".join(stylesheet(name) for name in _STYLES))


def _named(sections: list[Section]) -> dict[str, Section]:
    named: dict[str, Section] = {}
    for part in sections:
        name, number = slug(part.heading), 1
        while name in named or name == "main":
            number += 1
            name = f"{slug(part.heading)}-{number}"
        named[name] = part
    return named


def _render(part: Section, name: str) -> Html:
    heading = tag("h2", part.heading, id=f"{name}-heading")
    return tag("section", heading, part.body, id=name, aria_labelledby=f"{name}-heading")


def _paragraph(piece: object) -> Html:
    return piece if isinstance(piece, Html) else tag("p", piece)


def _note(note: str) -> Html:
    return tag("p", note, class_="note") if note else Html("")
