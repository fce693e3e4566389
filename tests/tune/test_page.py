"""The page of a search, read as a strict stranger would, and what it says mattered."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from mien import models, pipeline, tune
from mien.core.recipe import Recipe
from mien.tune._importance import ENOUGH
from mien.tune._page import interval

_SPEC = importlib.util.spec_from_file_location("reading", Path(__file__).parents[1] / "html" / "reading.py")
_READING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_READING)

SPACE = {
    "learning_rate": {"low": 0.0005, "high": 0.032, "log": True},
    "augment": {"low": 0.0, "high": 1.0},
    "optimizer": ["adamw", "lion"],
}


def read(study):
    page = _READING.Page(tune.write_page(study).read_text())
    assert page.problems == []
    return page


@pytest.fixture(scope="module")
def made(small_faces, tmp_path_factory):
    """Make a study with so many trials, whose score follows from the learning rate alone; nothing is trained."""

    def make(count, *, pruned=(), failed=(), space=SPACE):
        folder = tmp_path_factory.mktemp("runs") / "tuned"
        study = tune.begin(small_faces, Recipe(size=24, epochs=10, search=space), folder)
        pipeline.resume(study.run, until="load")
        study.store.found(models.resolve(study.recipe), space, "0.1.0")
        study.store.write("validation", [4, 4, 4])
        for number in range(count):
            trial = study.store.ask(0)
            rate = trial.settings.get("learning_rate", 0.001)
            score = 0.6 - abs(np.log10(rate) + 2.0) / 4 + number % 3 / 1000
            state = "pruned" if number in pruned else "failed" if number in failed else "done"
            if state != "failed":
                study.store.report(trial.number, 4 if state == "pruned" else 10, score)
            words = {"epoch": 3, "epochs": 4 if state == "pruned" else 10, "seconds": 2.5, "why": "A <reason>."}
            study.store.end(trial.number, state, score, **words)
        return study

    return make


@pytest.fixture(scope="module")
def many(made):
    return made(ENOUGH + 5, pruned=(7, 8), failed=(9,))


def test_the_page_of_a_real_search(searched):
    page = _READING.Page(searched.page.read_text())
    assert page.problems == []
    assert page.texts("h1") == ["Search: tuned"]
    headings = ["How good it gets", "The best recipe", "What mattered", "How the search went", "All trials"]
    assert page.texts("h2") == headings
    assert "only the test figure" in page.text
    assert "Too few trials to say which setting mattered: 4 of the 15 that it takes." in page.text


def test_the_number_comes_first_and_what_it_has_to_beat(many):
    page = read(many)
    best = many.best
    assert page.text.index(f"{best.score * 100:.0f} of 100") < page.text.index("What the search changed")
    assert f"The recipe as it came: {many.first.score:.1%}" in page.text
    assert "20 trials, 2 of them given up early, 1 failed" in page.text


def test_what_mattered_is_what_the_score_follows_from(many):
    found = tune.importances(many)
    assert found[0].name == "learning_rate"
    assert found[0].value > 0.7
    assert sum(one.value for one in found) == pytest.approx(1)
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in found)
    assert found == tune.importances(tune.Study.open(many.folder))
    assert "learning_rate explains" in read(many).text


def test_each_setting_has_its_drawing_and_each_trial_its_line(many):
    page = read(many)
    charts = [words.split("  ")[0] for words in page.texts("strong")]
    assert {"learning_rate", "augment", "optimizer", "Trial by trial"} <= set(charts)
    lines = many.trials
    assert page.text.count("failed: A <reason>.") == 1
    table = page.text[page.text.index("Every trial") :]
    assert table.count("given up") == 2
    assert table.count("best") == 1
    assert len(page.texts("tr")) > len(lines)


def test_pruned_trials_are_hollow_and_the_best_stands_out(many):
    page = read(many)
    kinds = [attrs["class"] for attrs in page.of("circle") if "point" in str(attrs.get("class"))]
    drawings = 4
    assert kinds.count("point best") == drawings
    shown = kinds + [attrs["class"] for attrs in page.of("svg") if "point" in str(attrs.get("class"))]
    assert shown.count("point weak") == 2 * drawings
    assert len(shown) == 19 * drawings


def test_the_epochs_that_were_saved_are_counted(many):
    page = read(many)
    assert dict(zip(page.texts("dt"), page.texts("dd"), strict=True))["epochs saved"] == "12 (6 %)"


def test_the_same_study_gives_the_same_page(many):
    first = tune.write_page(many).read_bytes()
    assert tune.write_page(tune.Study.open(many.folder)).read_bytes() == first


def test_with_few_trials_nothing_is_said_of_what_mattered(made):
    study = made(3)
    assert tune.importances(study) == ()
    assert "Too few trials" in read(study).text


def test_with_one_setting_there_is_nothing_to_compare(made):
    study = made(ENOUGH, space={"learning_rate": SPACE["learning_rate"]})
    assert tune.importances(study) == ()
    assert "With one setting searched" in read(study).text


@pytest.mark.parametrize("count", [0, 1])
def test_a_study_that_has_hardly_begun(made, count):
    page = read(made(count))
    assert "All trials" in page.texts("h2")


def test_a_page_without_a_best_trial(made):
    page = read(made(2, failed=(0, 1)))
    assert "How good it gets" not in page.texts("h2")
    assert page.text.count("A <reason>.") == 2


def test_the_interval_of_a_balanced_accuracy_holds_what_it_should():
    draw = np.random.default_rng(0)
    counts, recall = [40, 100, 25], 0.7
    scores = np.mean([draw.binomial(count, recall, 4000) / count for count in counts], axis=0)
    inside = [low <= recall <= high for low, high in (interval(score, counts) for score in scores)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_intervals_stay_shares():
    assert interval(0.0, [3, 3]) == (0.0, 0.0)
    assert interval(0.99, [1])[1] == 1.0
    assert interval(0.5, []) == (0.5, 0.5)
