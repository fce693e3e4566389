"""A card as part of a page: what it says, and nothing that it could do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mien import html

CARD = """---
license: other
---

# A card

One line
goes on. See [decision 1](decisions/1.md).

## Figures

| class | right |
|---|---|
| a\\|b | **9 %** |

- one
- two `x`
"""


def test_headings_paragraphs_tables_and_lists_are_shown():
    found = str(html.markdown(CARD))
    assert "license" not in found
    assert "<h3>A card</h3><p>One line goes on. See decision 1.</p><h4>Figures</h4>" in found
    assert "<caption>Figures</caption>" in found
    assert '<th scope="row">a|b</th><td><strong>9 %</strong></td>' in found
    assert "<ul><li>one</li><li>two <code>x</code></li></ul>" in found


def test_nothing_in_it_becomes_code():
    found = str(html.markdown("<script>a</script>\n\n| <b> |\n|---|\n| <i> |\n\n[x](javascript:1)\n\n- <u>"))
    assert not any(f"<{name}>" in found for name in ("script", "b", "i", "u"))
    assert "javascript" not in found


@given(st.text(alphabet="#|-*` \n\\[]()ab<&", max_size=60))
def test_any_text_is_shown(text):
    assert "<a" not in str(html.markdown(text)).replace("<aside", "")
