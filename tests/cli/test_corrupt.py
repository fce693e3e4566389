"""`mien evaluate --corrupt`: on data, of a run, of sounds, and what it refuses."""

from __future__ import annotations

import inspect
import json
import shutil

import pytest

from mien import pipeline, report
from mien.cli._evaluate import evaluate
from mien.core import artifacts
from mien.core.errors import SettingError, StorageError
from mien.core.run import Run
from mien.evaluate import Robustness
from mien.kinds import STRENGTHS, kind
from mien.kinds.sound import encode_flac
from mien.pipeline._under_corruption import MOST


@pytest.fixture(scope="module")
def clips(tmp_path_factory, talk):
    """Twelve clips, loud ones and soft ones, as a model that knows levels tells them; one is labelled wrongly."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(12):
        label = "angry" if number % 2 else "calm"
        (folder / label).mkdir(exist_ok=True)
        level = 0.2 if (label == "angry") != (number == 11) else 0.01
        (folder / label / f"{number}.flac").write_bytes(encode_flac(talk(1.0, level=level, seed=number)))
    return folder


@pytest.fixture(scope="module")
def own_run(small_run, tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("corrupted") / "run"
    shutil.copytree(small_run.folder, folder)
    return Run.open(folder)


def test_of_a_run_its_own_test_split_is_measured_and_kept(mien_here, own_run, tmp_path):
    before = own_run.report.read_text("utf-8")
    found = mien_here("evaluate", own_run.folder, "--corrupt", "--quiet", "--out", tmp_path / "worse.html")
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert sum("% kept" in line and line.count("%") == 1 for line in lines) == 23
    assert len([line for line in lines if line.strip()]) <= 31  # the table, the sentence, the page
    assert "Under corruption it keeps" in found.stdout
    kept = artifacts.read_robustness(own_run)
    robust = Robustness.from_dict(kept["robustness"])
    assert robust.n == len(artifacts.read_manifest(own_run).of("test"))
    assert robust.basis.seen == "new"
    assert robust.clean.value == artifacts.read_scores(own_run)["test"]["accuracy"]["value"]
    shown = len(robust.hardest)
    assert [one["name"] for one in kept["shown"]] == [one.name for one in robust.hardest]
    after = own_run.report.read_text("utf-8")
    assert "When pictures are worse" in after
    assert "When pictures are worse" not in before
    page = (tmp_path / "worse.html").read_text("utf-8")
    assert page.count('class="number shade"') == 23 * len(STRENGTHS)
    assert page.count("<img") == 2 * shown > 0


def test_the_same_seed_gives_the_same_figures_in_any_order_of_threads(own_run):
    first, second = (pipeline.measure_corrupted(own_run.folder, most=3).to_dict() for _ in range(2))
    assert first == second
    assert first["n"] == 3
    assert first["drawn_from"] > 3


def test_a_model_beside_itself_has_a_mean_corruption_error_of_one(mien_here, clips, loudness):
    found = mien_here("evaluate", loudness, clips, "--corrupt", "--json", "--quiet", "--baseline", loudness)
    assert found.returncode == 0, found.stderr
    values = json.loads(found.stdout)
    assert [one["name"] for one in values["corruptions"]] == [one.name for one in kind("sound").corruptions()]
    assert values["mean_error"] == pytest.approx(1)
    assert values["kept_further"] is None
    assert values["clean"]["value"] == pytest.approx(11 / 12)
    assert "It cannot be known whether it was trained on some of them" in values["sentence"]
    softer = next(one for one in values["corruptions"] if one["name"] == "gain")
    assert softer["accuracy"][4]["value"] == pytest.approx(1 / 2)  # all are soft, so all are called calm


def test_clips_can_be_heard_on_the_page(clips, loudness, tmp_path):
    found = pipeline.measure_corrupted(loudness, clips, most=6)
    page = found.write(tmp_path / "worse.html").read_text("utf-8")
    assert page.count("<audio") == 2 * len(found.robustness.hardest) > 0
    assert "clips" in page


@pytest.mark.parametrize(
    "damaged", [{"robustness": {}}, {"robustness": {"format": 9}}, {"shown": 3, "robustness": None}]
)
def test_damaged_figures_are_a_sentence_and_the_report_stays(own_run, damaged, tmp_path):
    run = Run.open(shutil.copytree(own_run.folder, tmp_path / "run"))
    before = run.report.read_bytes()
    artifacts.write_robustness(run, damaged)
    with pytest.raises(StorageError, match=r"damaged|newer Mien"):
        report.write(run)
    assert run.report.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "x.html"], "--out came without --corrupt"),
        (["--baseline", "face"], "--baseline came without --corrupt"),
        ([], "No data came to measure"),
        (["--corrupt"], "is not the model of a run"),
    ],
)
def test_what_is_missing_is_said(mien_here, loudness, arguments, words):
    found = mien_here("evaluate", loudness, *arguments)
    assert found.returncode == 2
    assert words in found.stderr


def test_a_kind_that_knows_no_corruption_is_refused_before_anything_is_read(loudness, monkeypatch):
    monkeypatch.setattr(type(kind("sound")), "corruptions", lambda self: ())
    with pytest.raises(SettingError, match="clips, of which no corruption is known"):
        pipeline.measure_corrupted(loudness, "nowhere")


def test_help_and_verb_name_the_same_number_of_samples():
    assert inspect.signature(evaluate).parameters["most"].default == MOST


def test_a_baseline_of_another_kind_is_refused(mien_here, loudness, clips):
    found = mien_here("evaluate", loudness, clips, "--corrupt", "--quiet", "--baseline", "face")
    assert found.returncode == 2
    assert "The baseline takes pictures, and the model clips" in found.stderr


def test_a_run_measured_in_rounds_has_no_test_split(mien_here, own_run, tmp_path):
    folder = tmp_path / "rounds"
    shutil.copytree(own_run.folder, folder)
    run = Run.open(folder)
    manifest = artifacts.read_manifest(run)
    artifacts.write_manifest(run, manifest.with_frame(manifest.frame.filter(manifest.frame["split"] != "test")))
    found = mien_here("evaluate", folder, "--corrupt")
    assert found.returncode == 2
    assert "has no test split" in found.stderr
