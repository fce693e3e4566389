"""A folder of class folders with clips walks the road by the same seam as pictures: collect, audit, split, load."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import shutil
from html import unescape

import numpy as np
import pytest

from mien import Predictor, audit, collect, kinds, load, media, models, pipeline, split
from mien.core import artifacts
from mien.core.errors import SettingError, SourceError
from mien.core.files import read_json
from mien.core.recipe import Recipe


def test_it_is_there_beside_pictures():
    assert kinds.names()[:2] == ("picture", "sound")
    sound = kinds.kind("sound")
    assert sound.count(1200) == "1,200 clips"
    assert (sound.subject, sound.subjects, sound.example, sound.of_people) == ("voice", "voices", "clip.wav", True)


def test_a_folder_of_clips_is_found_to_be_one(clips):
    found = collect.scan(clips)
    assert (found.kind, found.labels, len(found)) == ("sound", ("calm", "happy"), 12)


def test_an_archive_and_a_list_of_clips_are_read_as_the_folder_is(clips, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", clips)
    listed = tmp_path / "all.csv"
    rows = [f"{path},{path.parent.name}" for path in sorted(clips.glob("*/*"))]
    listed.write_text("\n".join(["path,label", *rows]) + "\n")
    folder = collect.scan(clips)
    for source in (packed, listed):
        found = collect.scan(source)
        assert (found.kind, found.labels) == ("sound", folder.labels)
        assert set(found.frame["content"]) == set(folder.frame["content"])


@pytest.mark.parametrize("ending", ["ogg", "opus", "oga", "m4a", "webm", "WAV", "aif"])
def test_each_ending_is_one_of_a_clip(speak, save, tmp_path, ending):
    for label in ("calm", "happy"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(2):
            data = save(speak(number), form="OGG")
            (tmp_path / "data" / label / f"{label}{number}.{ending}").write_bytes(data)
    assert collect.scan(tmp_path / "data").kind == "sound"


def test_clips_and_pictures_in_one_folder_are_refused(clips, small_faces, tmp_path):
    for source in (clips, small_faces):
        shutil.copytree(source, tmp_path / "mixed", dirs_exist_ok=True)
    with pytest.raises(SourceError, match=r"holds 60 pictures and 12 clips. Expected: samples of one kind"):
        collect.scan(tmp_path / "mixed")


def test_from_a_folder_to_batches(clips, tmp_path):
    manifest = audit.clean(*audit.check(collect.scan(clips)))
    divided = split.assign(manifest, train=0.5, val=0.25, test=0.25)
    recipe = Recipe(seconds=1.0, batch=2, augment=0.5, mixup=0.2)
    contract = kinds.kind("sound").contract(recipe, manifest.labels)
    cache = load.build(divided, contract, tmp_path / "cache")
    assert not cache.failed
    assert cache.path.name.startswith("sound-16000-float32-")
    training = cache.training(divided.of("train"), recipe, labels=contract.labels)
    rows, targets = next(iter(training.epoch(0)))
    assert (rows.shape, rows.dtype, targets.shape) == ((2, 16_000), np.float32, (2, 2))
    again, _ = next(iter(training.epoch(0)))
    np.testing.assert_array_equal(rows, again)


@pytest.fixture(scope="module")
def learnt(clips, tmp_path_factory):
    """What `mien run CLIPS` leaves, of few and short steps."""
    recipe = Recipe(model="auto", folds=1, train_share=0.5, val_share=0.25, test_share=0.25)
    run = pipeline.begin(clips, recipe, tmp_path_factory.mktemp("runs") / "voices")
    pipeline.resume(run, until="split")
    settled = Recipe.read(run.recipe)
    assert settled.model == "voice"
    quick = dataclasses.replace(settled, epochs=2, batch=2, seconds=1.0)
    return pipeline.run(clips, quick, folder=tmp_path_factory.mktemp("runs") / "quick")


def test_a_folder_of_clips_becomes_a_report_and_a_file_that_answers(learnt, clips):
    page = learnt.report.read_text()
    assert "A model that says which of these emotions a voice sounds like" in page
    assert "Sorting clips by what voices sound like" in page
    assert "what is played is far easier to tell" in page
    answer = Predictor(learnt.model).predict(next(clips.glob("*/*")))
    assert answer.label in ("calm", "happy")
    assert Predictor(learnt.model).contract.kind == "sound"


def words(page: str) -> str:
    """What stands in the body, without the data of pictures and sounds."""
    return re.sub(r'src="data:[^"]*"', "", page.partition("<body>")[2])


def heard(page: str) -> list[np.ndarray]:
    """What the players of a page play."""
    sound, found = kinds.kind("sound"), re.findall(r'<audio [^>]*src="data:audio/mpeg;base64,([^"]*)"', page)
    return [sound.decode(base64.b64decode(one)) for one in found]


def test_the_audit_s_page_shows_spectra_and_plays_them(clips, speak, save, tmp_path):
    folder = shutil.copytree(clips, tmp_path / "clips")
    (folder / "calm" / "still.wav").write_bytes(save(np.zeros(16_000)))
    (folder / "calm" / "long.wav").write_bytes(save(np.tile(0.999 * speak(3), 50)))
    page = audit.write_page(*audit.check(collect.scan(folder)), tmp_path / "page.html").read_text()
    assert "of 14 clips" in page
    assert "data:image/webp;base64," in page
    assert "media-src data:" in page
    assert "picture" not in words(page)
    assert sorted(round(len(one) / 16_000) for one in heard(page)) == [1, 5]  # of the long one its loudest seconds
    assert 'aria-label="calm/still.wav, labelled calm"' in page


def test_the_report_is_heard_and_speaks_of_clips(learnt):
    page = learnt.report.read_text()
    assert len(page) < 3_000_000
    assert page.count("<audio controls ") >= 12
    assert 'preload="none"' in page
    assert all(0.5 < len(one) / 16_000 < 2.5 for one in heard(page))
    said = words(page)
    assert not re.findall(r"(?i)\b(?:picture|photo|face)s?\b", said)
    for sentence in ("Share of the clips to train on", "Clips per step.", "every clip once", "What it listens to"):
        assert sentence in said, sentence
    assert "sounds" in said
    assert ">looks " not in said


def test_the_report_says_what_moved_the_answers(learnt):
    found = [read_json(path) for path in sorted(learnt.explanations.glob("*.json"))]
    assert len(found) == len(artifacts.read_predictions(learnt)) > 1
    for one in found:
        assert unescape(one["sentence"]) in unescape(learnt.report.read_text())
        assert [line["unit"] for line in one["lines"]] == ["seconds", "hertz"]
        assert np.shape(one["grid"]) == (len(one["lines"][1]["drops"]), len(one["lines"][0]["drops"]))
    played = kinds.kind("sound").decode(next(learnt.explanations.glob("*.mp3")).read_bytes())
    assert 0.5 < len(played) / 16_000 < 1.2


def test_explain_answers_from_the_file_alone(learnt, clips, mien_here, tmp_path):
    clip = clips / "happy" / "01.flac"
    model = shutil.copy(learnt.model, tmp_path / "alone.onnx")
    done = mien_here("explain", model, clip, "--json", "--out", tmp_path / "why.html")
    assert done.returncode == 0, done.stderr
    found, answer = json.loads(done.stdout), Predictor(model, inputs="whole").predict(clip)  # its loudest second
    assert found["label"] == answer.label
    assert found["probability"] == pytest.approx(answer.probabilities[answer.label], abs=1e-4)
    page = (tmp_path / "why.html").read_text()
    assert found["sentence"] in unescape(page)
    assert [round(len(one) / 16_000, 1) for one in heard(page)] == [1.0]
    shown = mien_here("explain", model, clip, "--out", tmp_path / "why.png")
    assert found["sentence"] in shown.stdout
    assert f"drawn in  {tmp_path / 'why.png'}" in shown.stdout
    assert min(media.decode((tmp_path / "why.png").read_bytes()).shape[:2]) > 400


def test_a_name_that_is_no_drawing_is_refused_before_any_work(learnt, clips, mien_here, tmp_path):
    done = mien_here("explain", learnt.model, clips / "happy" / "01.flac", "--out", tmp_path / "why.jpg")
    assert done.returncode == 2
    assert "Expected: a name that ends in .png or .html" in done.stderr
    assert not (tmp_path / "why.jpg").exists()


def test_what_changes_no_clip_is_refused():
    with pytest.raises(SettingError, match="'compact' does not take seconds"):
        models.resolve(Recipe(seconds=2.0))
