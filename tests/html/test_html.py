from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from mien import html
from mien.html import Html, escape, join, tag

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></svg><b>",
    "&lt;b&gt;",
]


class Events(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@given(st.text())
def test_text_comes_back_as_text_and_makes_no_element(words):
    read = Events(tag("p", words, title=words))
    assert [name for name, _ in read.seen] == ["p"]
    plain = Events(escape(words)).words
    assert read.words == plain
    if words.isprintable():
        assert read.words == words
        assert read.seen[0][1] == {"title": words}


@given(st.text(st.characters()) | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_whatever_comes_can_be_written_as_a_page(words):
    page = html.page(words, html.section(words, words, note=words), lead=words, footer=words)
    assert "\x00" not in page
    page.encode("utf-8")


def test_hostile_text_stays_text():
    for words in HOSTILE:
        read = Events(tag("p", words, title=words))
        assert read.seen == [("p", {"title": words})]
        assert read.words == words


def test_direction_cannot_be_turned_around():
    assert escape("exe\u202egpj") == "exe\ufffdgpj"


def test_html_is_not_escaped_again_except_in_an_attribute():
    bold = tag("b", "1 < 2")
    assert tag("p", bold) == "<p><b>1 &lt; 2</b></p>"
    assert escape(bold) is bold
    assert "<b>" not in tag("p", title=bold).removeprefix("<p title=")


def test_plus_makes_a_plain_string_that_is_escaped():
    assert not isinstance(tag("b", "x") + "<i>", Html)
    assert "<i>" not in tag("p", tag("b", "x") + "<i>")


def test_attributes():
    made = tag("input", class_="a", aria_label="b", hidden=True, title=None, disabled=False)
    assert made == '<input class="a" aria-label="b" hidden></input>'
    assert tag("img", alt="") == '<img alt="">'
    assert tag("p", None, "x") == "<p>x</p>"
    assert join(["<", tag("br")], "&") == "&lt;&amp;<br>"
