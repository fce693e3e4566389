from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import html
from mien.html._charts import shorten

MINUS = "\N{MINUS SIGN}"


def wrap(read, *rows: html.Estimate):
    chart = html.differences("Ahead", rows, about="x", ends=("behind", "ahead"))
    page = read(html.page("Title", html.section("Part", chart)))
    assert page.problems == []
    return page


def test_differences_stand_on_both_sides_of_nothing(read):
    page = wrap(read, html.Estimate("a", 0.05, -0.01, 0.1), html.Estimate("b", -0.1, -0.1, 0.0, baseline=True))
    assert [attrs["cx"] for attrs in page.of("circle")] == ["75.00%", "0.00%"]
    lines = [attrs for attrs in page.of("line") if attrs["class"] == "interval"]
    assert [(line["x1"], line["x2"]) for line in lines] == [("45.00%", "100.00%"), ("0.00%", "50.00%")]
    assert page.texts("td") == ["+5.0", f"{MINUS}1.0 to +10.0", f"{MINUS}10.0", f"{MINUS}10.0 to 0.0"]
    zero = [attrs for attrs in page.of("line") if attrs["class"] == "zero"]
    assert [line["x1"] for line in zero] == ["50.00%"]
    assert [attrs["class"] for attrs in page.of("g")] == ["estimate", "estimate baseline"]


@pytest.mark.parametrize(
    ("most", "end"), [(0.003, "+2.0"), (0.04, "+5.0"), (0.09, "+10"), (0.31, "+50"), (0.9, "+100")]
)
def test_the_scale_fits_what_is_drawn(read, most, end):
    page = wrap(read, html.Estimate("a", most, 0.0, most))
    assert end in page.texts("text")
    assert float(page.of("circle")[0]["cx"].removesuffix("%")) <= 100


@pytest.mark.parametrize("name", ["", "a" * 300, '"><script>alert(1)</script>', "قلق"])
def test_any_name_and_missing_numbers(read, name):
    page = wrap(read, html.Estimate(name, None), html.Estimate(name, 0.1))
    assert len(page.of("circle")) == 1


def test_no_rows_at_all(read):
    wrap(read)


def test_a_long_name_keeps_the_end_that_tells_it_from_its_neighbour():
    first, second = (shorten(f"faces-compact-augmented-{seed}", end=8) for seed in (1, 2))
    assert first != second
    assert len(first) == len(second) == 18


@given(st.floats(-1, 1), st.integers(0, 3))
def test_points_are_rounded_to_the_nearest_and_nothing_has_no_sign(share, places):
    written = html.points(share, sign=True, places=places)
    number = float(written.replace(MINUS, "-"))
    assert abs(number - share * 100) <= 0.5 / 10**places + 1e-9
    assert (written[0] == "+") == (number > 0)
    assert written not in {f"{MINUS}0", f"{MINUS}0.0"}


def test_a_number_that_is_none_is_a_dash():
    assert html.points(None) == html.points(float("nan")) == "\N{EN DASH}"
