from __future__ import annotations

import dataclasses
import json
import re
import shutil
from html import unescape

import numpy as np
import pytest

from mien import media, report
from mien.core import artifacts
from mien.core.errors import MienError
from mien.core.files import write_json
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.evaluate import Scores
from mien.kinds import Preview
from mien.report import _thumbnails

SECTIONS = [
    "How often it is right",
    "What it is for",
    "The faces",
    "The data",
    "Training",
    "Scores",
    "Groups",
    "Mistakes",
    "What it looks at",
    "Recipe",
    "Use it",
]
EVIL = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; -- </title></style></svg>", "قلق\u202e"]


@pytest.fixture
def copy(run, tmp_path) -> Run:
    """The same run, free to be damaged."""
    return Run(shutil.copytree(run.folder, tmp_path / "demo"))


@pytest.fixture(scope="module")
def page(run, read):
    return read(report.write(run).read_text(encoding="utf-8"))


def test_the_report_is_sound_and_asks_for_nothing(page):
    assert page.problems == []
    assert page.texts("h2") == SECTIONS


def test_the_number_comes_first_with_its_interval_and_what_it_must_beat(run, page):
    scores = Scores.from_dict(_json(run)["test"])
    assert page.text.index(f"Right on {100 * scores.accuracy.value:.0f} of 100 faces it had never seen (") < 700
    assert "Always saying " in page.text
    assert "copying the most similar training picture gives" in page.text
    assert f"Measured on {scores.n} faces. The range in brackets is a 95 % interval" in page.text


def test_it_says_what_it_is_not_for(page):
    assert "Not for" in page.texts("h3")
    assert "AI Act" in page.text
    assert "looks angry" in page.text
    assert "is angry" not in page.text


def test_all_the_charts_are_there_with_their_tables(page):
    assert page.texts("title")[1:] == [
        "Right answers, of 100",
        "Pictures of each class",
        "Right answers",
        "Loss",
        "Overall",
        "Recognised, class by class",
        "What was taken for what",
        "Can its certainty be trusted?",
        "Is the truth in the set?",
        "What if it answers only when surer?",
        "light",
    ]
    assert page.texts("summary").count("The numbers as a table") == 11


def test_split_findings_training_and_use_are_told(run, page):
    tested = len(Manifest.read(run.manifest).of("test"))
    for words in (
        f"0 of {tested} test samples share a picture or a person with training.",
        "Nothing leaks",
        "truncated",
        "No picture to show: broken.jpg",
        "It stopped after 20 epochs",
        "The model of epoch 14 was kept",
        "The whole run took 1 min 36 s",
        "mien predict photo.jpg --model",
        "from mien import Predictor",
        "uint8 [N, 64, 64, 3], RGB",
        "Made with Mien 0.1.0",
        "One file, 1.2 MB.",
    ):
        assert words in page.text, words


def test_pictures_are_shown_with_words(page):
    alts = [attrs["alt"] for attrs in page.of("img")]
    assert sum(alt.startswith("Face labelled") for alt in alts) == 36
    assert sum("answered" in alt for alt in alts) >= 9
    assert sum("what moved the answer in colour" in alt for alt in alts) == 6
    assert len(alts) <= _thumbnails.MOST_PICTURES


def test_the_same_run_gives_the_same_bytes(run):
    assert report.write(run).read_bytes() == report.write(run).read_bytes()


def test_hostile_labels_and_names_stay_words(build, read, tmp_path):
    names = ["<b>bold<&amp;>", "'\" onload='x", "spaces and ünïcode"]
    run = build(tmp_path, EVIL, each=20, names=names)
    text = report.write(run).read_text(encoding="utf-8")
    found = read(text)
    assert found.problems == []
    assert found.texts("h2") == SECTIONS
    assert EVIL[0] in found.text
    assert EVIL[1] in found.text
    assert "\u202e" not in text


FILES = [
    ("recipe.toml", "Recipe"),
    ("manifest.parquet", "The data"),
    ("findings.parquet", None),
    ("contract.json", None),
    ("history.csv", "Training"),
    ("scores.json", "Scores"),
    ("predictions.parquet", "Mistakes"),
    ("environment.json", None),
    ("model.onnx", "Use it"),
    ("explain", "What it looks at"),
]


@pytest.mark.parametrize(("name", "section"), FILES)
def test_what_is_missing_is_left_out(copy, read, name, section):
    path = copy.folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    found = read(report.write(copy).read_text(encoding="utf-8"))
    assert found.problems == []
    if section == "Recipe":  # the command from environment.json is still there
        assert "settings" not in " ".join(found.texts("summary"))
    elif section:
        assert section not in found.texts("h2")
    assert "None" not in found.text


def test_an_empty_run_still_says_what_it_is(tmp_path, read):
    found = read(report.write(Run.create(tmp_path / "new")).read_text(encoding="utf-8"))
    assert found.problems == []
    assert found.texts("h2") == ["What it is for"]


@pytest.mark.parametrize("name", [name for name, _ in FILES if name not in ("history.csv", "model.onnx", "explain")])
def test_what_is_damaged_is_a_sentence_and_the_old_report_stays(copy, name):
    before = report.write(copy).read_bytes()
    (copy.folder / name).write_bytes(b"\xff\xfe{")
    with pytest.raises(MienError):
        report.write(copy)
    assert copy.report.read_bytes() == before


def test_predictions_without_their_columns_are_refused(copy):
    shutil.copy(copy.manifest, copy.folder / "predictions.parquet")
    with pytest.raises(MienError, match="predicted"):
        report.write(copy)


def test_pictures_that_are_gone_leave_a_frame(build, read, tmp_path):
    run = build(tmp_path, each=14)
    shutil.rmtree(tmp_path / "faces")
    found = read(report.write(run).read_text(encoding="utf-8"))
    assert found.problems == []
    assert "no picture can be shown" in found.text


def test_the_page_stays_small_with_large_noisy_pictures(build, tmp_path):
    run = build(tmp_path, each=30)
    rng = np.random.default_rng(0)
    noise = media.encode_webp(rng.integers(0, 256, (300, 300, 3), np.uint8), 95)
    for path in (tmp_path / "faces").rglob("*.webp"):
        path.write_bytes(noise)
    text = report.write(run).read_text(encoding="utf-8")
    assert 50 < text.count("<img ") <= _thumbnails.MOST_PICTURES
    assert len(text.encode()) < 3_000_000


def test_two_hundred_thumbnails_of_any_content_stay_under_three_megabytes():
    rng = np.random.default_rng(0)
    noise = media.thumbnail(rng.integers(0, 256, (400, 400, 3), np.uint8), _thumbnails.SIDE)
    thumbnails = _thumbnails.Thumbnails(thumbnails={"a": Preview(noise)})
    shown = [thumbnails.picture("a", "noise") for _ in range(400)]
    assert sum("<img" in one for one in shown) <= 200
    assert sum(map(len, shown)) < 2_850_000
    assert "left out to keep the page small" in shown[-1]


def test_a_few_large_pictures_stay_under_three_megabytes_too():
    thumbnails = _thumbnails.Thumbnails()
    shown = [thumbnails.place(Preview(b"RIFF" + bytes(300_000)), "heat") for _ in range(20)]
    assert 5 < sum("<img" in one for one in shown) < 20
    assert sum(map(len, shown)) < 2_850_000


def test_where_there_is_room_for_the_picture_alone_it_stays_without_its_sound():
    sounds = _thumbnails.Thumbnails(thumbnails={"a": Preview(b"RIFF" + bytes(8_000), sound=bytes(30_000))}, wide=2)
    shown = [sounds.picture("a", "a voice") for _ in range(190)]
    heard = sum("<audio" in one for one in shown)
    assert heard == 40
    assert sum("<img" in one for one in shown) > 95
    assert sum(map(len, shown)) < 2_850_000


@pytest.mark.parametrize("what", ["json", "mp3"])
def test_a_damaged_explanation_is_a_sentence(copy, what):
    name = next(copy.explanations.glob("*.webp")).stem
    (copy.explanations / f"{name}.{what}").mkdir()
    with pytest.raises(MienError, match=r"explain.*(?:cannot be read|is damaged)"):
        report.write(copy)


def test_no_sentence_says_nothing(page):
    assert not re.search(r"\bnan\b|\bNone\b|\(\)|\.\.(?!1)|  ", page.text)


def _json(run: Run) -> dict:
    return json.loads(run.scores.read_text())


def test_several_seeds_have_a_mean_and_a_spread(copy, read):
    members = [{"seed": seed, "accuracy": share, "balanced_accuracy": share} for seed, share in ((0, 0.7), (1, 0.74))]
    write_json(copy.scores, {**_json(copy), "members": members})
    page = read(report.write(copy).read_text(encoding="utf-8"))
    assert page.problems == []
    assert "Several seeds" in page.texts("h3")
    assert "Alone they are right on 72 of 100 on average" in page.text
    assert "differs from another by about 2.8 points" in page.text
    assert "seed 1 alone" in page.text


def test_what_was_fitted_in_one_go_has_no_curves(copy, read):
    copy.history.write_text("\n".join(copy.history.read_text().splitlines()[:2]) + "\n")
    copy.update(best_epoch=1, stopped="It was fitted to the training side in one go.")
    page = read(report.write(copy).read_text(encoding="utf-8"))
    assert page.problems == []
    assert "It was fitted to the training side in one go." in page.text
    assert "Loss" not in page.texts("h3")


def test_the_page_says_what_it_started_from_and_learnt_from(copy, read):
    recipe = Recipe.read(copy.recipe)
    dataclasses.replace(recipe, warm_start="/elsewhere/runs/first", teacher="/elsewhere/runs/five").save(copy.recipe)
    page = read(report.write(copy).read_text(encoding="utf-8"))
    assert "It started from the network of the earlier run 'first'. It learnt what 'five' answers" in page.text
    assert "Nothing that the earlier model was trained or chosen on is measured here." in page.text


def test_what_was_checked_of_the_maps_and_features_is_said_in_one_line(copy, read):
    for number, path in enumerate(sorted((copy.folder / "explain").glob("*.webp"))):
        checked = {"before": 0.8, "after": 0.2 + 0.1 * (number % 2), "random": 0.6, "moves": number != 5}
        write_json(path.with_suffix(".json"), {"faithfulness": checked})
    groups = [{"name": "hog", "columns": 1764, "lost": 0.12, "low": 0.08, "high": 0.16}]
    artifacts.write_feature_report(copy, {"accuracy": 0.71, "samples": 240, "groups": groups})
    said = unescape(report.write(copy).read_text(encoding="utf-8"))
    assert "Hiding the fifth that a map marks first takes the answer from 80\xa0% to 24\xa0%; hiding as much at" in said
    assert "Means of 5 pictures whose maps passed the check; in 5 the map's fifth cost more." in said
    assert "It is right on 71\xa0% of 240 validation pictures; shuffling 'hog' among them costs most: 12.0" in said
    assert said.count("Striped amber spoke against it: hidden, it rises.") == 1
    artifacts.write_feature_report(copy, {"accuracy": 0.71})
    with pytest.raises(MienError, match="features are worth is damaged"):
        report.write(copy)
