"""A card as part of a page: headings, paragraphs, lists and tables of Markdown; whatever else is there stays words."""

from __future__ import annotations

import re

from mien.html._html import Html, join, tag
from mien.html._pieces import table

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)  # what a hub reads
_RULE = re.compile(r"[|\s:-]+")
_MARKED = re.compile(r"(\*\*[^*]+\*\*|`[^`]+`)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#])")


def markdown(text: str) -> Html:
    r"""Show a card; its front matter is left out, links are words, and nothing in it becomes code.

    >>> str(markdown("# A <b>\n\nGood: **yes**"))
    '<h3>A &lt;b&gt;</h3><p>Good: <strong>yes</strong></p>'
    """
    about, shown = "", []
    for block in re.split(r"\n{2,}", _FRONT.sub("", text).strip()):
        heading = re.match(r"#{1,6} +(.*)", block)
        about = heading[1] if heading else about
        shown.append(_block(block, about))
    return join(shown)


def _block(block: str, about: str) -> Html:
    if found := re.match(r"(#{1,6}) +(.*)", block):
        return tag("h3" if len(found[1]) == 1 else "h4", _inline(found[2]))
    if block.startswith("|"):
        return _table(block, about)
    if re.match(r"[-*] ", block):
        return tag("ul", *(tag("li", _inline(item[2:])) for item in re.split(r"\n(?=[-*] )", block)))
    return tag("p", _inline(block))


def _table(block: str, about: str) -> Html:
    lines = [line for line in block.splitlines() if not _RULE.fullmatch(line) or not line.strip("| ")]
    cells = [[_inline(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    head = [str(cell) for cell in cells[0]] if cells else []
    rows = [[*row, *[""] * len(head)][: len(head)] for row in cells[1:]]
    return table(rows, [Html(name) for name in head], caption=about or "table") if head else Html("")


def _inline(text: str) -> Html:
    pieces = _MARKED.split(_LINK.sub(r"\1", " ".join(text.split())))
    return join(_piece(piece) for piece in pieces if piece)


def _piece(text: str) -> object:
    if text.startswith("**") and text.endswith("**") and len(text) > 4:
        return tag("strong", text[2:-2])
    if text.startswith("`") and text.endswith("`") and len(text) > 2:
        return tag("code", text[1:-1])
    return _ESCAPED.sub(r"\1", text)
