"""Text that is already HTML, and the only two ways to make it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_VOID = frozenset({"br", "hr", "img", "link", "meta"})

# Not allowed in an HTML page, or able to turn the text around them: control characters, lone surrogates (file
# names that are no UTF-8) and the bidirectional overrides that make "gpj.exe" read "exe.jpg".
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """A string that is HTML already and must not be escaped again; made by `escape`, `tag` and `join` only."""

    __slots__ = ()


def escape(value: object) -> Html:
    """Make any value safe to stand in a page, as text or in an attribute; `Html` passes unchanged.

    What no page may hold (control characters, lone surrogates, bidirectional overrides) is replaced, the rest escaped.
    """
    if isinstance(value, Html):
        return value
    return Html(html.escape(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", str(value)), quote=True))


def join(parts: Iterable[object], between: str = "") -> Html:
    """Put parts one after the other; each is escaped unless it is `Html`.

    >>> str(join([tag("b", "a"), "<"], " "))
    '<b>a</b> &lt;'
    """
    return Html(escape(between).join(escape(part) for part in parts))


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """Build one element; each child is escaped unless it is `Html`, and None is left out.

    ``class_`` becomes ``class`` and ``aria_label`` ``aria-label``; None and False leave an attribute out, True writes
    its name alone.

    >>> str(tag("p", "2 < 3", class_="note", hidden=True, title=None))
    '<p class="note" hidden>2 &lt; 3</p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(child for child in children if child is not None)}</{name}>")


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    # str(): what is Html as an element's content is not so in an attribute, and is escaped like anything else.
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
