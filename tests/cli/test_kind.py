"""Every door that shows a figure says of what it is, and which classes it says nothing of."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from mien import Predictor, app, compare, samples
from mien.core.answer import DRAWN_FACES, good_for
from mien.core.files import read_json
from mien.core.run import Run

ABSENT = "None of the test samples is labelled sad: three of four classes are measured."
GOOD_FOR = "Good for: faces drawn like those it was trained on. What it says of photos means nothing."
SETTINGS = ("--model", "report", "--size", 24, "--epochs", 2, "--batch", 16, "--patience", 0)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """Drawn faces with a ready-made test side that shows nobody sad."""
    root = tmp_path_factory.mktemp("drawn")
    samples.draw(root / "all", samples=96)
    for label in ("angry", "happy", "sad", "surprise"):
        for number, path in enumerate(sorted((root / "all" / label).iterdir())):
            side = "test" if number < 6 and label != "sad" else "train"
            place = root / "faces" / side / label / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    return root / "faces"


@pytest.fixture(scope="module")
def made(drawn, command, tmp_path_factory) -> tuple[Run, str]:
    """A run over them, and what stood in the terminal at its end."""
    folder = tmp_path_factory.mktemp("runs") / "drawn"
    return Run(folder), command("run", drawn, *SETTINGS, "--out", folder, "--quiet").stdout


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_the_kinds_are_known_by_what_they_are_good_for():
    assert good_for(DRAWN_FACES) == GOOD_FOR
    assert [bool(good_for(kind)) for kind in ("photos", "face crops", "pictures", "", "cats")] == [True] * 3 + [
        False
    ] * 2


def test_the_terminal_says_it_and_ends_with_the_box(made):
    run, shown = made
    assert "of 100 drawn faces it had never seen" in shown
    assert ABSENT in shown
    assert shown.splitlines()[-3:] == [
        f"Next: mien predict DRAWN_FACE --model {run.model}",
        GOOD_FOR,
        "For photos, the face model in the box: mien predict PHOTO",
    ]


def test_the_closing_block_is_short(made):
    assert len([line for line in made[1].splitlines() if line]) <= 10


def test_the_report_says_it(made):
    text = words(made[0].report.read_text("utf-8"))
    assert "learnt from faces (drawn faces)" in text
    assert f"drawn faces {GOOD_FOR}" in text
    assert f"classes missing {ABSENT}" in text
    assert "mien predict drawn-face.jpg --model" in text


def test_whoever_has_the_file_alone_sees_it(made, tmp_path):
    alone = Predictor(shutil.copy(made[0].model, tmp_path / "alone.onnx"))
    assert re.search(r"Trained on: \d+ drawn faces from faces\.", alone.card)
    assert GOOD_FOR in alone.card
    assert ABSENT in alone.card
    assert (alone.scores["trained_on"], alone.scores["basis"]["what"]) == ("drawn faces", "drawn faces")


def test_an_answer_says_it(made, drawn, command):
    picture = next((drawn / "test" / "happy").iterdir())
    note = json.loads(command("predict", picture, "--model", made[0].model, "--json").stdout)["note"]
    assert note.startswith("This model was trained on drawn faces: what it says of photos means nothing.")
    faces = command("predict", picture, "--model", made[0].model, "--inputs", "photos", "--json").stdout
    assert json.loads(faces)["note"].endswith("mien predict PHOTO.")
    assert "trained on drawn faces" in command("predict", picture, "--model", made[0].model).stderr
    assert json.loads(command("predict", picture, "--inputs", "faces", "--json").stdout)["note"] is None  # the box


def test_the_page_is_told_it(made):
    file = Predictor(made[0].model)
    model = app.PageModel("drawn", file.contract, b"", file.card, file.scores).summary()
    assert model["trained_on"] == "drawn faces"
    assert "of 100 drawn faces it had never seen" in model["said"]
    assert ABSENT in model["said"]
    assert model["said"].endswith(GOOD_FOR)


def test_evaluate_says_of_what_against_what_and_without_which_class(made, drawn, command, tmp_path):
    samples.draw(tmp_path / "new", samples=40, seed=9)
    shutil.rmtree(tmp_path / "new" / "sad")
    (tmp_path / "new" / "faces.csv").unlink()
    found = json.loads(command("evaluate", made[0].model, tmp_path / "new", "--json").stdout)
    assert "of 100 drawn faces it had never seen" in found["sentence"]
    assert ABSENT in found["sentence"]
    assert "Always saying angry gives 33." in found["sentence"]
    assert found["baselines"] == {"commonest": pytest.approx(1 / 3)}


def test_compare_says_of_what_and_without_which_class(made, drawn, command, tmp_path):
    command("run", drawn, *SETTINGS, "--seed", 3, "--out", tmp_path / "other", "--quiet")
    found = compare.runs([made[0].folder, tmp_path / "other"], speed=False)
    assert found.what == "drawn faces"
    assert f"Compared on 18 drawn faces that no run was trained or chosen on. {ABSENT}" in found.sentences()[-1]
    page = words(compare.write_page(found, tmp_path / "page.html").read_text("utf-8"))
    assert "Asked on 18 drawn faces that none of them had seen." in page
    assert f"classes missing {ABSENT}" in page


def test_the_baselines_are_measured_on_the_same_samples(made):
    found = read_json(made[0].scores)
    sizes = {name: one["n"] for name, one in found["baselines"].items()}
    assert sizes == {"commonest": 18, "nearest_neighbour": 18, "box": 18}
    assert found["baselines"]["commonest"]["accuracy"]["value"] == pytest.approx(1 / 3)
