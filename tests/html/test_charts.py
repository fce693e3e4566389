from __future__ import annotations

import re

import pytest

from mien import html

EVIL = '"><script>alert(1)</script>'
NAN = float("nan")


def wrap(read, *charts):
    page = read(html.page("Title", html.section("Part", *charts)))
    assert page.problems == []
    return page


def everything(name: str) -> list[html.Html]:
    row = html.Estimate(name, 0.5, 0.4, 0.6, marks=((name, 0.2), ("b", 0.3)), label=name)
    return [
        html.curves("=" + name, {name: [1.0, 0.5], "b": [0.9, 0.4]}, about=name, best=2),
        html.intervals("." + name, [row], about=name),
        html.counts("!" + name, {name: [3, 2, 1]}, [name, "val", "test"], about=name),
        html.matrix("?" + name, [name, "b"], [[3, 1], [0, 2]], about=name),
    ]


@pytest.mark.parametrize("name", ["happy", EVIL, "a" * 300, "", "قلق"])
def test_charts_are_sound_whatever_they_are_called(read, name):
    page = wrap(read, *everything(name))
    assert len(page.of("desc")) == 4


def test_each_chart_has_its_numbers_behind_it(read):
    page = wrap(read, *everything("happy"))
    assert page.texts("summary") == ["The numbers as a table"] * 4
    assert len(page.of("table")) == 4


def test_curves_are_named_on_the_line_and_not_in_a_legend(read):
    page = wrap(read, html.curves("Loss", {"training": [2, 1], "validation": [2, 1.01]}, about="x", best=1))
    names = [attrs for attrs in page.of("text") if "name" in str(attrs.get("class"))]
    assert [attrs["class"] for attrs in names] == ["name strong", "name weak"]
    first, second = (float(attrs["y"].removesuffix("rem")) for attrs in names)
    assert second - first >= 1  # rem: close ends do not write over each other
    assert "kept: epoch 1" in page.text


def test_curves_go_where_the_numbers_say(read):
    page = wrap(read, html.curves("Right", {"validation": [0.0, 0.5, 1.0]}, about="x", share=True))
    assert page.of("polyline")[0]["points"] == "0.0,1000.0 500.0,500.0 1000.0,0.0"


def test_gaps_stay_gaps(read):
    page = wrap(read, html.curves("Loss", {"a": [1, None, NAN, 2, 3]}, about="x"))
    assert len(page.of("polyline")) == 2
    assert [cell for cell in page.texts("td") if cell == "\N{EN DASH}"] == ["\N{EN DASH}"] * 2


@pytest.mark.parametrize("values", [[], [0.5], [None], [0.0, 0.0], [1e-9, 2e-9], [1e9, 3.0]])
def test_curves_of_any_numbers(read, values):
    page = wrap(read, html.curves("Loss", {"a": values}, about="x", best=1))
    assert "nan" not in page.text.lower()


def test_intervals_stand_where_they_belong(read):
    rows = [html.Estimate("model", 0.84, 0.81, 0.87, marks=(("guess", 0.37), ("copy", 0.41)))]
    page = wrap(read, html.intervals("Right", rows, about="x"))
    assert page.of("circle")[0]["cx"] == "84.00%"
    line = next(attrs for attrs in page.of("line") if attrs["class"] == "interval")
    assert (line["x1"], line["x2"]) == ("81.00%", "87.00%")
    assert page.texts("td") == ["84 %", "81\N{EN DASH}87", "37 %", "41 %"]
    assert len({attrs["points"] for attrs in page.of("polygon")}) == 2


def test_an_estimate_without_value_has_no_dot(read):
    page = wrap(read, html.intervals("Right", [html.Estimate("model", None)], about="x"))
    assert page.of("circle") == []


def test_counts_add_up(read):
    page = wrap(read, html.counts("Faces", {"happy": [30, 8, 2], "sad": [0, 1, 0]}, ["a", "b", "c"], about="x"))
    assert page.texts("td") == ["30", "8", "2", "40", "0", "1", "0", "1", "30", "9", "2", "41"]
    widths = [float(attrs["width"].removesuffix("%")) for attrs in page.of("rect")]
    assert widths == [75.0, 20.0, 5.0, 2.5]


def test_no_classes_at_all(read):
    wrap(read, html.counts("Faces", {}, ["a"], about="x"), html.matrix("m", [], [], about="x"))


def test_the_matrix_shows_every_count_and_marks_what_is_right(read):
    numbers = [[8, 1, 1], [0, 9, 1], [2, 2, 1234]]
    page = wrap(read, html.matrix("What for what", ["a", "b", "c"], numbers, about="x"))
    shown = [words for attrs, words in zip(page.of("text"), page.texts("text"), strict=True) if "count" in str(attrs)]
    assert shown == ["8", "1", "1", "0", "9", "1", "2", "2", "1,234"]
    right = [attrs for attrs in page.of("rect") if attrs["class"] == "cell right"]
    assert len(right) == 3
    share = float(re.search(r"--share:([\d.]+)", right[0]["style"])[1])
    assert share == pytest.approx(0.8**0.5, abs=0.001)


def test_a_row_without_pictures_is_not_divided_by_nothing(read):
    wrap(read, html.matrix("m", ["a", "b"], [[0, 0], [1, 1]], about="x"))


def test_many_classes_still_fit(read):
    labels = [f"class number {index}" for index in range(40)]
    wrap(read, html.matrix("m", labels, [[1] * 40] * 40, about="x"))


@pytest.mark.parametrize("name", ["happy", EVIL])
def test_coverage_goes_where_the_numbers_say_and_marks_its_point(read, name):
    rows = [html.Kept(0.5, 1.0, 0.9, 1.0), html.Kept(1.0, 0.75, 0.7, 0.8)]
    chart = html.coverage("Answered", rows, about=name, many="faces", mark=(name, html.Kept(0.6, 0.95, 0.9, 1.0)))
    page = wrap(read, chart)
    assert page.of("polyline")[0]["points"] == "500.0,0.0 1000.0,250.0"
    assert page.texts("th")[-3:] == ["50 %", "60 %", "100 %"]
    assert page.texts("td")[::2] == ["100 %", "95 %", "75 %"]
    assert name in page.text
