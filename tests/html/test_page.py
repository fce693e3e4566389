from __future__ import annotations

import pytest

from mien import html
from mien.core.errors import SettingError
from mien.html import _page

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def full() -> str:
    grid = html.grid([html.card(html.image(b"RIFF", "A face"), "a.png")], about="Faces")
    parts = [
        html.section("One", "Some words", html.block("Part", "More words"), note="What it shows"),
        html.section("One", html.table([["a", 1]], ["name", "number"], caption="Numbers", numeric=["number"])),
        html.section("日本", grid, html.details("More", "Folded")),
    ]
    return html.page("Title", *parts, lead="Lead", footer="Made with Mien")


def test_a_page_is_sound(read):
    page = read(full())
    assert page.problems == []
    assert page.texts("h2") == ["One", "One", "日本"]


def test_a_page_asks_for_nothing(read):
    metas = read(full()).of("meta")
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in metas
    assert "http://" not in full()
    assert "https://" not in full()


def test_a_page_has_what_screen_readers_need(read):
    page = read(full())
    assert page.of("html") == [{"lang": "en"}]
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1] == (
        "a",
        {"class": "skip", "href": "#main"},
    )
    assert page.of("nav") == [{"aria-label": "Sections"}]
    assert [attrs["aria-labelledby"] for attrs in page.of("section")] == [
        "one-heading",
        "one-2-heading",
        "part-heading",
    ]


def test_contents_lead_to_every_section(read):
    page = read(full())
    links = [attrs["href"] for attrs in page.of("a")]
    assert links == ["#main", *("#" + attrs["id"] for attrs in page.of("section"))]


def test_light_dark_paper_and_still(read):
    style = read(full()).texts("style")[0]
    for words in ("prefers-color-scheme: dark", "@media print", "prefers-reduced-motion", ":focus-visible"):
        assert words in style


def test_plain_strings_are_escaped_paragraphs(read):
    page = read(html.page("<b>", "<i>x</i>", html.section("<u>", "<s>"), lead="<p>", footer="<q>"))
    assert page.problems == []
    assert not {"b", "i", "u", "s", "q"} & {tag for tag, _ in page.elements}
    assert "<i>x</i>" in page.texts("p")


@pytest.mark.parametrize("heading", ["main", "Main", "!?", ""])
def test_no_heading_can_break_the_links(read, heading):
    page = read(html.page("Title", html.section(heading), html.section(heading), html.section(f"{heading} 2")))
    assert page.problems == []


def test_a_page_with_one_section_has_no_contents(read):
    assert read(html.page("Title", html.section("One"))).of("nav") == []


def test_the_reader_of_these_tests_finds_what_is_wrong(read):
    faults = {
        "<p>": "never closed",
        "<p></div></p>": "closes p",
        '<img src="http://x/y.png">': "asks for something",
        '<img src="data:,">': "without alt or size",
        "<script></script>": "does not belong",
        '<p onclick="x"></p>': "onclick",
        '<p id="a"></p><p id="a"></p>': "stands twice",
        '<a href="#gone"></a>': "nothing is called gone",
        '<svg role="img"></svg>': "no title",
        "<h3></h3>": "left out",
        "<style>a{background:url(x)}</style>": "the style asks",
    }
    for fault, words in faults.items():
        page = read(f"<title>t</title><header></header><main></main><h1></h1>{fault}")
        assert any(words in problem for problem in page.problems), (fault, page.problems)


def test_style_sheets_cannot_end_the_style_element():
    assert "</" not in _page._styles()


def test_a_sound_may_be_heard_and_still_nothing_is_asked_for(read):
    page = read(html.page("Title", html.section("One", html.media(b"RIFF", "audio/wav", "A voice"))))
    assert page.problems == []
    (sound,) = page.of("audio")
    assert (sound["src"], sound["aria-label"]) == ("data:audio/wav;base64,UklGRg==", "A voice")
    assert {"http-equiv": "Content-Security-Policy", "content": f"{POLICY}; media-src data:"} in page.of("meta")


def test_a_picture_of_a_sound_has_its_player_below(read):
    tile = html.media(b"RIFF", "image/webp", "A voice", size=(192, 96), sound=b"ID3")
    page = read(html.page("Title", html.section("One", html.grid([html.card(tile)], about="Voices"))))
    assert page.problems == []
    (sound,), (picture,) = page.of("audio"), page.of("img")
    assert (sound["src"], sound["preload"]) == ("data:audio/mpeg;base64,SUQz", "none")
    assert (picture["width"], picture["height"], picture["alt"]) == ("192", "96", "A voice")
    assert "media-src data:" in str(page.of("meta"))


def test_without_a_sound_there_is_no_player_and_what_is_missing_keeps_its_shape(read):
    shown = [html.media(b"RIFF", "image/webp", "A voice", size=(192, 96)), html.missing("not there", size=(192, 96))]
    page = read(html.page("Title", html.section("One", html.grid(map(html.card, shown), about="Voices"))))
    assert page.of("audio") == []
    assert "media-src" not in str(page.of("meta"))
    assert sum(attrs.get("class") == "heard" for attrs in page.of("span")) == 2


def test_a_preview_of_another_kind_is_refused():
    assert html.media(b"RIFF", "image/webp", "A face") == html.image(b"RIFF", "A face")
    with pytest.raises(SettingError, match="'text/html'"):
        html.media(b"<b>", "text/html", "Words")
