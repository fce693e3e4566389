from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mien import html

EVIL = '"><script>alert(1)</script>'
RATE = html.Axis(0.001, 0.1, log=True)


def points(*shares, x=0.01, kind="usual"):
    return [html.Point(f"trial {number}", x, share, kind) for number, share in enumerate(shares)]


def wrap(read, *charts):
    page = read(html.page("Title", html.section("Part", *charts)))
    assert page.problems == []
    return page


def dots(page):
    return [attrs for attrs in page.of("circle") if "point" in str(attrs.get("class"))]


@pytest.mark.parametrize("name", ["learning_rate", EVIL, "a" * 300, "", "قلق"])
def test_a_scatter_is_sound_whatever_it_is_called(read, name):
    axis = html.Axis(choices=(name, "other"))
    made = [html.Point(name, name, 0.4), html.Point(name, "other", 0.5, "best")]
    page = wrap(read, html.scatter("#" + name, made, about=name, axis=axis, names=(name, "value", "share")))
    assert len(page.of("desc")) == len(page.of("table")) == 1


def test_points_stand_where_the_numbers_say(read):
    made = [html.Point("a", 0.001, 0.4), html.Point("b", 0.1, 0.5), html.Point("c", 0.01, 0.45)]
    page = wrap(read, html.scatter("rate", made, about="x", axis=RATE))
    left, right, middle = (float(attrs["cx"].rstrip("%")) for attrs in dots(page))
    assert middle == pytest.approx((left + right) / 2, abs=0.01)
    low, high, between = (float(attrs["cy"].removesuffix("rem")) for attrs in dots(page))
    assert high < between < low
    assert between == pytest.approx((low + high) / 2, abs=0.02)


def test_the_table_behind_holds_every_point(read):
    made = [html.Point("trial 7", 0.004, 0.573), html.Point("trial 8", 0.02, 0.5)]
    page = wrap(read, html.scatter("rate", made, about="x", axis=RATE, names=("trial", "rate", "score")))
    assert page.texts("th") == ["trial", "rate", "score", "trial 7", "trial 8"]
    assert page.texts("td") == ["0.004", "57.3", "0.02", "50.0"]


def test_the_best_is_drawn_last_so_that_nothing_hides_it(read):
    made = [html.Point("a", 0.01, 0.5, "best"), html.Point("b", 0.01, 0.5), html.Point("c", 0.01, 0.5, "weak")]
    page = wrap(read, html.scatter("rate", made, about="x", axis=RATE))
    assert [attrs["class"] for attrs in dots(page)] == ["point weak", "point usual", "point best"]


def test_what_lies_below_the_floor_is_a_wedge_at_the_edge(read):
    page = wrap(read, html.scatter("rate", points(0.1, 0.5, 0.55, 0.6), about="x", axis=RATE, floor_=0.5))
    assert len(dots(page)) == 3
    assert len(page.of("polygon")) == 1
    assert "10.0" in page.texts("td")  # the table has its true share


def test_points_with_the_same_word_do_not_hide_each_other(read):
    made = [html.Point(str(number), "32", 0.5) for number in range(7)]
    page = wrap(read, html.scatter("batch", made, about="x", axis=html.Axis(choices=("32", "64"))))
    assert len({attrs["cx"] for attrs in dots(page)}) == 7


def test_the_staircase_goes_across_and_then_up(read):
    axis = html.Axis(0, 2, whole=True)
    made = [html.Point("0", 0, 0.4), html.Point("1", 1, 0.5), html.Point("2", 2, 0.45)]
    page = wrap(read, html.scatter("course", made, about="x", axis=axis, line=[(0, 0.4), (1, 0.5), (2, 0.5)]))
    across = [tuple(map(float, pair.split(","))) for pair in page.of("polyline")[0]["points"].split()]
    assert [x for x, _ in across] == [0, 500, 500, 1000, 1000]
    assert across[0][1] == across[1][1] > across[2][1] == across[4][1]


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0, 1))
def test_any_shares_can_be_drawn(shares, floor_):
    text = html.scatter("rate", points(*shares), about="x", axis=RATE, floor_=floor_)
    assert "nan" not in text
    assert text.count("<circle") + text.count("<polygon") == len(shares)


@given(st.floats(1e-9, 1e9), st.floats(0.0, 1e9), st.booleans())
@example(451_989_372.0, 47_511_128.0, True)  # a round value a hair outside of a narrow range
def test_an_axis_writes_few_values_and_all_of_them_inside(low, wide, log):
    axis = html.Axis(low, low + wide, log=log)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 6
    assert all(-0.01 <= axis.place(value) <= 1.01 for value, _ in ticks)
    assert 0 <= axis.place(low) <= axis.place(low + wide) <= 1.0001


def test_whole_numbers_stay_whole():
    assert [words for _, words in html.Axis(0, 3, whole=True).ticks()] == ["0", "1", "2", "3"]
    assert [words for _, words in html.Axis(0, 30, whole=True).ticks()] == ["0", "10", "20", "30"]
