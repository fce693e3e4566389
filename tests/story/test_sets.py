"""One answer has one prediction set, whoever is asked: Python, command, server, page, LiteRT; for any confidence."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import onnx
import pytest

from mien import Predictor, media, pipeline
from mien.core.errors import SettingError
from mien.core.prediction_sets import EACH, LEVELS
from mien.core.validation_answers import SETS_KEY, ValidationAnswers
from mien.predict import model_file


def thresholds(text: str, level: float) -> dict[str, float]:
    """Read what a phone or a page reads, with nothing of Mien's."""
    found = json.loads(text)
    return dict(zip(found["labels"], found["thresholds"][found["levels"].index(level)], strict=True))


@pytest.mark.parametrize("name", ["face", "face-int8"])
def test_the_box_promises_each_class_its_set(name):
    predictor = Predictor(name)
    assert predictor.rule.holds == EACH
    props = {item.key: item.value for item in onnx.load(model_file(name)).metadata_props}
    for level in (LEVELS[0], 0.8, 0.9, LEVELS[-1]):
        assert thresholds(props[SETS_KEY], level) == Predictor(name, confidence=level).rule.thresholds
    counted = ValidationAnswers.from_text(props["mien.validation"]).counts()
    assert json.loads(props[SETS_KEY])["units"] == counted
    assert min(counted.values()) >= 20


def test_more_confidence_holds_more(golden_faces):
    sizes = []
    for level in (0.5, 0.7, 0.9, 0.99):
        predictor = Predictor("face", inputs="faces", confidence=level)
        rows = predictor.probabilities(golden_faces[0])
        sizes.append(predictor.rule.members(predictor.labels, rows).sum())
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_a_run_s_file_its_phone_s_file_and_the_report_agree(small_run, tmp_path):
    predictor = Predictor(small_run.model)
    found = json.loads(small_run.scores.read_text())["sets"]
    assert (found["confidence"], found["holds"]) == (0.9, predictor.rule.holds)
    assert found["sentence"] in small_run.report.read_text("utf-8").replace("&#x27;", "'")
    (path, *_) = pipeline.deliver(small_run, "litert", tmp_path / "a.tflite").files
    with zipfile.ZipFile(path) as inside:
        text = inside.read("sets.json").decode()
    place = json.loads(text)["levels"].index(0.9)
    assert json.loads(text)["holds"][place] == predictor.rule.holds
    if predictor.rule.thresholds:
        assert thresholds(text, 0.9) == predictor.rule.thresholds


@pytest.fixture
def crop(golden_faces, tmp_path):
    """A drawn face, cut out already, as a file."""
    path = tmp_path / "face.png"
    path.write_bytes(media.encode_png(golden_faces[0][3]))
    return path


def test_the_command_makes_the_set_that_was_asked_for(mien_here, crop):
    for level in ("0.5", "0.99"):
        wanted = Predictor("face", inputs="faces", confidence=float(level)).predict(crop)
        done = mien_here("predict", crop, "--inputs", "faces", "--confidence", level, "--json")
        said = json.loads(done.stdout)
        assert (tuple(said["prediction_set"]), said["confidence"]) == (wanted.prediction_set, float(level))


def test_what_cannot_be_promised_is_refused(mien_here, crop):
    with pytest.raises(SettingError, match=r"0\.5 to 0\.99"):
        Predictor("face", confidence=0.3)
    done = mien_here("predict", crop, "--confidence", "1")
    assert (done.returncode, "0.5 to 0.99" in done.stderr) == (2, True)


def test_a_copy_of_a_predictor_keeps_the_confidence():
    import pickle

    predictor = Predictor("face", confidence=0.8)
    again = pickle.loads(pickle.dumps(predictor))  # noqa: S301 - our own
    assert again.confidence == 0.8
    assert np.array_equal(list(again.rule.thresholds.values()), list(predictor.rule.thresholds.values()))
