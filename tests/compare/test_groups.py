from __future__ import annotations

from mien import compare
from mien.core.files import read_json, write_json
from mien.evaluate import Gap, gaps

TRUTH = [0] * 80
PROBABILITIES = [[0.9, 0.1]] * 60 + [[0.1, 0.9]] * 20


def with_gaps(run):
    found = gaps(TRUTH, PROBABILITIES, ("a", "b"), {"light": ["day"] * 40 + ["lamp"] * 40})
    write_json(
        run.scores, {**(read_json(run.scores) if run.scores.exists() else {}), "gaps": [one.to_dict() for one in found]}
    )
    return found


def test_the_worst_group_and_the_gap_stand_beside_the_accuracies(lay, recipe, tmp_path, read):
    first, second = lay(tmp_path / "one", recipe=recipe()), lay(tmp_path / "two", 0.6, recipe=recipe(1))
    (expected,) = with_gaps(first)
    found = compare.runs([first.folder, second.folder])
    by_name = {entry.name: entry for entry in found.entries}
    assert by_name["one"].gaps == (expected,)
    assert by_name["two"].gaps == ()
    told = {entry["name"]: entry["gaps"] for entry in found.to_dict()["runs"]}
    assert Gap.from_dict(told["one"][0]) == expected
    page = read(compare.write_page(found, tmp_path / "c.html").read_text(encoding="utf-8"))
    assert page.problems == []
    assert "50 (lamp), gap 50" in page.text
