"""The model in the box: there, small, whole, and the same as what a training starts from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mien import Predictor, media, models
from mien.core.calibration import Calibration
from mien.core.errors import SettingError, StorageError
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.models.families import _face
from mien.predict import in_the_box, model_file

HOUSE = Path(__file__).parents[2]
GOLDEN = HOUSE / "tests" / "golden"
SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


@pytest.fixture(scope="module")
def crops():
    """Eight drawn faces, uint8 [8, 48, 48, 3]."""
    return np.stack(np.split(media.decode((GOLDEN / "face.png").read_bytes()), 8, axis=1))


@pytest.fixture(scope="module")
def golden():
    """What the model file said of them when it was made, and its calibration."""
    return json.loads((GOLDEN / "face.json").read_text("utf-8"))


def test_it_is_small_and_knows_seven_classes():
    assert in_the_box() == ("face", "face-int8", "voice")
    for name, most in (("face", 5e6), ("face-int8", 1.5e6)):
        assert model_file(name).stat().st_size <= most
        predictor = Predictor(name)
        assert (predictor.labels, predictor.contract.inputs, predictor.contract.size) == (SEVEN, "faces", 48)
    assert Predictor().contract == Predictor("face").contract


def test_its_card_is_the_page_in_the_docs():
    for name in ("face", "face-int8"):
        assert Predictor(name).card == (HOUSE / "docs" / "face.md").read_text("utf-8")


def test_its_answers_do_not_drift(crops, golden):
    for name, tolerance in (("face", 2e-3), ("face-int8", 0.1)):  # 8 bits round as the processor does
        found = Predictor(name, inputs="faces").probabilities(crops)
        np.testing.assert_allclose(found, golden["face"], atol=tolerance)


def test_a_folder_called_face_does_not_hide_it_unless_it_is_named(tmp_path, monkeypatch):
    (tmp_path / "face").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Predictor().labels == SEVEN
    assert model_file("face") == Path("face/model.onnx")
    assert model_file(None).name == "face.onnx"


def test_a_training_starts_from_the_same_answers(crops, golden):
    recipe = models.resolve(Recipe(model="face"))
    model = models.build(models.contract(recipe, SEVEN), recipe)
    both = [np.asarray(model.predict_on_batch(pixels)) for pixels in (crops, crops[:, :, ::-1])]
    found = Calibration.from_dict(golden["calibration"]).apply(np.mean(both, axis=0))
    np.testing.assert_allclose(found, golden["face"], atol=5e-3)


def test_the_classes_it_knows_keep_their_place(crops):
    recipe = models.resolve(Recipe(model="face"))
    whole = models.build(models.contract(recipe, SEVEN), recipe)
    some = models.build(models.contract(recipe, ("sad", "bored", "happy")), recipe)
    one, other = np.log(whole.predict_on_batch(crops)), np.log(some.predict_on_batch(crops))
    np.testing.assert_allclose(other[:, 0] - other[:, 2], one[:, 5] - one[:, 3], atol=1e-3)


def test_from_scratch_nothing_is_taken_from_it(crops):
    recipe = models.resolve(Recipe(model="face", weights="none", seed=1))
    fresh = models.build(models.contract(recipe, SEVEN), recipe)
    first = models.resolve(Recipe(model="face", seed=1))
    boxed = models.build(models.contract(first, SEVEN), first)
    assert np.abs(fresh.predict_on_batch(crops) - boxed.predict_on_batch(crops)).max() > 0.05


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"weights": "boxs"}, "weights = 'boxs' is not known. Did you mean 'box'"), ({"width": 2.0}, "width = 2.0 came")],
)
def test_what_does_not_fit_the_box_is_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        models.resolve(Recipe(model="face", **settings))


def test_a_damaged_box_is_answered_with_a_sentence(monkeypatch, tmp_path):
    recipe = models.resolve(Recipe(model="face"))
    for data in (None, b"", b"PK\3\4 nothing"):
        if data is not None:
            (tmp_path / "face.npz").write_bytes(data)
        monkeypatch.setattr(_face, "BOX", tmp_path / "face.npz")
        with pytest.raises(StorageError, match="is missing or damaged"):
            models.build(models.contract(recipe, SEVEN), recipe)


def test_a_wider_net_has_more_channels():
    recipe = models.resolve(Recipe(model="face", weights="none", width=0.5))
    narrow = models.build(models.contract(recipe, SEVEN), recipe)
    assert narrow.layers[-1].kernel.shape == (80, 7)


def test_what_face_chose_by_counts_as_seen():
    rows = (HOUSE / "bench" / "face_validation.txt").read_text().split()
    known = Lineage.from_text(Predictor("face").lineage)
    assert len(known.of_role("chosen").frame) == len(rows)
    assert len(known.frame) > 27_000  # of FER2013's Training, 28,709 with what the audit sets aside
