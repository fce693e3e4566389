"""Search at random, and for longer, what the property tests try with the same few examples for everybody.

$ python bench/properties.py [TIMES] [TESTS ...]

Runs the property tests of `tests/` alone, each with TIMES (100) as many examples, drawn anew. A failure prints the
example that was found: it goes into the test as `@example`, so that everybody tries it from then on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent / "tests"
TIMES = 100


class Search:
    """Keep the property tests, and let each draw more examples at random.

    Parameters
    ----------
    times : int
        How many times as many.
    """

    def __init__(self, times: int) -> None:
        self.times = times
        self.kept = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Change the settings that the tests came with."""
        from hypothesis import is_hypothesis_test, settings  # pytest warns where it is imported before its plugin

        items[:] = [item for item in items if is_hypothesis_test(getattr(item, "obj", None))]
        self.kept = len(items)
        tests = {getattr(item.obj, "__func__", item.obj) for item in items}
        for test in tests:
            own = test._hypothesis_internal_use_settings  # noqa: SLF001
            more = settings(own, max_examples=own.max_examples * self.times, derandomize=False, print_blob=True)
            test._hypothesis_internal_use_settings = more  # noqa: SLF001


def main() -> None:
    """Search."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    files = sys.argv[2:] or sorted(str(path) for path in TESTS.rglob("test_*.py") if "hypothesis" in path.read_text())
    search = Search(times)
    status = pytest.main(["-q", *files], plugins=[search])
    print(f"{search.kept} property tests, {times} times as many examples")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
