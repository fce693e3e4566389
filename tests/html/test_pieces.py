from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest

from mien import html, media

EVIL = '"><script>alert(1)</script>'


def wrap(read, *pieces):
    page = read(html.page("Title", html.section("Part", html.tag("h3", "x"), *pieces)))
    assert page.problems == []
    return page


def test_every_piece_escapes_what_it_is_given(read):
    picture = html.image(b"RIFF", EVIL)
    page = wrap(
        read,
        html.text(EVIL, EVIL),
        html.number(EVIL, EVIL, interval=EVIL, of=EVIL),
        html.table([[EVIL, EVIL]], [EVIL, "b"], caption=EVIL, numeric=[EVIL]),
        html.badge(EVIL, before=EVIL),
        html.severity(EVIL, EVIL),
        html.bars([(EVIL, 0.5)], about=EVIL),
        html.details(EVIL, EVIL),
        html.columns(EVIL, EVIL),
        html.code(EVIL),
        html.facts([(EVIL, EVIL)]),
        html.grid([html.card(picture, EVIL), html.wide_card(picture, EVIL)], about=EVIL),
        html.pair(picture, html.missing(EVIL), about=EVIL),
        html.block(EVIL, EVIL, note=EVIL),
    )
    assert page.text.count("<script>") >= 20


def test_a_table_has_headings_and_a_caption(read):
    page = wrap(
        read, html.table([["happy", 3], ["sad", None]], ["class", "number"], caption="Faces", numeric=["number"])
    )
    assert page.texts("caption") == ["Faces"]
    assert [attrs["scope"] for attrs in page.of("th")] == ["col", "col", "row", "row"]
    assert page.texts("td") == ["3", "\N{EN DASH}"]
    assert [attrs["class"] for attrs in page.of("td")] == ["number", "number"]


def test_a_row_of_the_wrong_length_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="argument"):
        html.table([["a"]], ["a", "b"], caption="x")


def test_a_badge_says_the_class_in_words_and_colour(read):
    page = wrap(read, html.badge("happy", before="looks"))
    assert "looks happy" in page.text
    assert {"style": "--class:#E69F00"} in page.of("i")


@pytest.mark.parametrize("kind", ["error", "warning", "note", "good"])
def test_severity_is_never_colour_alone(read, kind):
    page = wrap(read, html.severity(kind, "truncated"))
    shape, *words = page.texts("span")[0].split()
    assert words == ["truncated"]
    assert not shape.isalnum()


def test_bars_write_the_probabilities(read):
    page = wrap(read, html.bars([("happy", 0.973), ("sad", 1.7)], about="Weights"))
    assert page.texts("li")[0] == "happy97 %"
    assert "--share:1.0000" in str(page.of("i"))


def test_a_picture_is_data_with_a_size(read):
    data = media.encode_webp(np.zeros((9, 9, 3), np.uint8))
    attrs = wrap(read, html.image(data, "A black square", width=90, height=80)).of("img")[0]
    head, body = attrs["src"].split(",")
    assert head == "data:image/webp;base64"
    assert b64decode(body) == data
    assert (attrs["alt"], attrs["width"], attrs["height"]) == ("A black square", "90", "80")


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"\0\0\0\x20ftypavif", "avif"), (b"RIFF....WEBP", "webp")],
)
def test_the_kind_of_picture_is_that_of_the_bytes(start, kind):
    assert f"data:image/{kind};" in html.image(start, "x")


def test_folding_can_begin_open(read):
    page = wrap(read, html.details("a", "b", open_=True), html.details("a", "b"))
    assert page.of("details") == [{"open": None}, {}]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0"),
        (0.004, "<1"),
        (0.005, "1"),
        (0.844, "84"),
        (0.845, "85"),
        (0.995, "99.5"),
        (0.9999, "99.9"),
        (1, "100"),
    ],
)
def test_only_all_is_100_and_only_none_is_0(share, words):
    assert html.percent(share, unit=False) == words


def test_what_cannot_be_said_is_a_dash():
    assert html.percent(None) == html.percent(float("nan")) == "\N{EN DASH}"
    assert html.span(None, 0.5) == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0.0 s"), (59.4, "59 s"), (59.7, "1 min 0 s"), (7199, "1 h 59 min")]
)
def test_durations(seconds, words):
    assert html.duration(seconds) == words
