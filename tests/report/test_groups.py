from __future__ import annotations

import shutil

import pytest

from mien import report
from mien.core.files import read_json, write_json
from mien.core.run import Run


@pytest.fixture
def shown(run, read, tmp_path):
    """Write the report of a copy whose scores are changed, and read its section."""

    def show(**changes: object):
        copy = Run(shutil.copytree(run.folder, tmp_path / "demo", dirs_exist_ok=True))
        write_json(copy.scores, {**read_json(run.scores), **changes})
        return read(report.write(copy).read_text(encoding="utf-8"))

    return show


def rows(column: str = "skin_tone", values: tuple[str, ...] = ("dark", "light")) -> list[dict[str, object]]:
    return [
        {
            "column": column,
            "value": one,
            "n": 40,
            "accuracy": 0.8,
            "low": 0.7,
            "high": 0.9,
            "units": 40,
            "balanced": None,
        }
        for one in values
    ]


def gap(column: str = "skin_tone", *, beyond: bool = False, detectable: float | None = 0.12) -> dict[str, object]:
    return {"column": column, "beyond_chance": beyond, "detectable": detectable, "sentence": f"A sentence on {column}."}


def test_a_gap_beyond_chance_is_the_verdict_and_comes_first(shown):
    many = [*rows("light"), *rows("skin_tone")]
    page = shown(groups=many, gaps=[gap("light"), gap("skin_tone", beyond=True)])
    assert page.problems == []
    assert "It serves some groups worse than others, by more than chance explains: skin tone. 2 columns" in page.text
    assert page.text.index("A sentence on skin_tone.") < page.text.index("A sentence on light.")


def test_no_gap_comes_with_what_could_not_have_been_seen(shown):
    page = shown(groups=rows(), gaps=[gap()])
    assert "Gaps under 12 points could have been missed. 1 column was looked at" in page.text
    page = shown(groups=[*rows("a"), *rows("b")], gaps=[gap("a"), gap("b", detectable=0.3)])
    assert "Gaps under 12 to 30 points, depending on the column, could have been missed." in page.text
    assert "none could have been: there are too few" in shown(groups=rows(), gaps=[gap(detectable=None)]).text


def test_what_is_measured_is_said_to_stand_for_a_property_with_its_error(shown):
    told = {"unit": "degrees", "about": "An angle.", "source": "Chardon 1991", "error": "Off by 22 degrees."}
    page = shown(
        groups=rows("measured_skin_tone"), gaps=[gap("measured_skin_tone")], measured={"measured_skin_tone": told}
    )
    assert "What is measured stands for a property and is not it" in page.text
    assert "Off by 22 degrees." in page.text


def test_many_groups_become_a_table_and_groups_too_small_are_said(shown):
    page = shown(groups=rows("city", tuple(f"c{number}" for number in range(13))), gaps=[])
    assert "city: 13 groups" in page.text
    assert "In no column are there two groups of 5 pictures or more" in page.text


def test_scores_of_an_earlier_mien_are_shown_too(shown):
    old = [{name: row[name] for name in ("column", "value", "n", "accuracy", "low", "high")} for row in rows()]
    page = shown(groups=old)
    assert "light (40 pictures)" in page.text
    assert "Groups" not in shown(groups=[]).texts("h2")


def test_annotators_stand_beside_the_model(shown):
    figure = {"value": 0.7, "low": 0.65, "high": 0.75}
    told = {"n": 300, "label": figure, "majority": figure, "person": figure, "agreement": {**figure, "value": 0.66}}
    page = shown(annotators=told)
    assert page.problems == []
    assert "How far the labels can be trusted" in page.text
    assert "On 300 pictures that several people voted on." in page.text
    assert "most annotators with the label" in page.text
    assert "How far the labels" not in shown(annotators=None).text
