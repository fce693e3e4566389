"""Property tests try the same examples for everybody; the random search is in bench/properties.py."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import settings

TESTS = Path(__file__).parent


def test_the_same_examples_everywhere():
    assert settings().derandomize
    assert settings().database is None
    assert settings().deadline is None


def test_no_test_leaves_that_profile():
    other = re.compile(r"load_profile|derandomize=|database=|@seed\(")
    found = {path.name for path in TESTS.rglob("*.py") if other.search(path.read_text("utf-8"))}
    assert found == {"conftest.py", Path(__file__).name}
