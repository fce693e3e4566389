from __future__ import annotations

import re

from mien import html


def test_each_share_stands_in_its_cell_and_tints_it_by_what_is_lost():
    rows = [("fog", [0.8, 0.4], ["kept"]), ("<b>further</b>", [], []), ("ice", [0.9, 0.0], ["<i>"])]
    table = html.heat(rows, ("corruption", ["1", "2"], ["what"]), caption="All", whole=0.8)
    assert re.findall(r"--share:([\d.]+)\"?>(\d+)<", table) == [
        ("0.000", "80"),
        ("0.500", "40"),
        ("0.000", "90"),
        ("1.000", "0"),
    ]
    assert 'colspan="4"' in table
    assert "<b>" not in table
    assert "<i>" not in table


def test_nothing_is_lost_of_nothing():
    assert "--share:0.000" in html.heat([("fog", [0.0], [])], ("a", ["1"], []), caption="", whole=0.0)
