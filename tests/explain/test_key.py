"""One look and one key: what the page draws and says is what `mien explain` and the report do."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

import mien
from mien import explain
from mien.explain import _key, _overlay

BROWSER = Path(mien.__file__).parent / "app" / "browser"


def test_the_page_says_what_the_report_says():
    said = (BROWSER / "strings.js").read_text("utf-8")
    for name, (_, look, words) in zip(("mapFor", "mapAgainst"), _key.SIGNS, strict=True):
        assert re.search(rf'{name}: "(.+?)",', said)[1] == f"{look} {words}."
    assert explain.KEY.count("Plain teal") == explain.KEY.count("Striped amber") == 1


def test_the_page_has_the_same_palette():
    drawn = (BROWSER / "view" / "heat.js").read_text("utf-8")
    for name in ("TEAL", "AMBER"):
        assert f"{name} = {list(getattr(_overlay, name))}" in drawn
    ends = [_overlay.DARKEST, _overlay.LIGHTEST, _overlay.LEAST_SPAN]
    same = f"[{', '.join(f'{end:g}' for end in ends)}, {_overlay.STRONGEST}]"
    assert f"[DARKEST, LIGHTEST, LEAST_SPAN, STRONGEST] = {same}" in drawn
    assert f"LITTLE = {_overlay.FAINTEST};" in drawn


def test_the_key_shows_what_a_map_shows():
    """A swatch is a piece of map: amber has stripes, teal has none."""
    teal, amber = (_key.swatch(sign).reshape(-1, 3) for sign in (1, -1))
    assert len(np.unique(teal, axis=0)) == 1
    assert len(np.unique(amber, axis=0)) == 2
    assert str(explain.key()).count("<li>") == 2
