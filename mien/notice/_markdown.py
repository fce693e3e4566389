"""What was typed, as it can stand in Markdown."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    r"""Keep what was typed from becoming Markdown or HTML.

    >>> plain("a_b <i>*x*</i>")
    'a\\_b \\<i\\>\\*x\\*\\</i\\>'
    """
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
