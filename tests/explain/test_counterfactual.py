"""One action unit at a time: a model that goes by the mouth is turned by the mouth alone."""

from __future__ import annotations

import numpy as np
import pytest

from mien import explain, media
from mien.core.errors import SettingError
from mien.pipeline import explain_drawn
from mien.samples.faces import ACTION_UNITS, draw, sample_parameters

LABELS = ("happy", "sad")
FACE = sample_parameters(0, 0, "happy", intensity=1.0)
BEFORE = draw(FACE, 256).astype(int)


def by(rows: slice):
    """A model that is happy as long as nothing changes in some lines of the picture."""

    def predict(picture: np.ndarray) -> np.ndarray:
        changed = float((np.abs(picture[rows].astype(int) - BEFORE[rows]).max(axis=2) > 40).mean())
        return np.array([0.9, 0.1] if changed < 0.004 else [0.2, 0.8], np.float32)

    return predict


def test_what_a_model_does_not_look_at_does_not_turn_it():
    found = explain.counterfactual(by(slice(165, 215)), LABELS, FACE)  # the mouth
    turned = {one.unit for one in found.turning}
    assert 12 in turned
    assert not turned & {4, 5}
    assert found.sentence.startswith(
        "A drawn face that acts happy looks happy (90\xa0%) to the model. The answer turns to"
    )
    assert "to sad (80\xa0%) without lip corner puller (AU 12)" in found.sentence
    assert [one.left for one in found.changes] == sorted(one.left for one in found.changes)
    assert {one.unit for one in found.changes} == set(ACTION_UNITS)
    assert all(one.added == (FACE.expression.units[one.unit] < 0.3) for one in found.changes)
    assert found.to_dict()["changes"][0]["label"] == "sad"


def test_where_nothing_turns_the_answer_the_largest_fall_is_told():
    found = explain.counterfactual(lambda picture: np.array([0.9, 0.1], np.float32), LABELS, FACE)
    assert found.turning == ()
    assert "No single action unit turns the answer" in found.sentence
    assert explain.counterfactual_page(found).count("<figure") == 1 + len(ACTION_UNITS)


def test_page_and_picture_show_every_face():
    found = explain.counterfactual(by(slice(165, 215)), LABELS, FACE)
    page = explain.counterfactual_page(found)
    assert page.count("data:image/webp;base64,") == 1 + len(ACTION_UNITS)
    assert page.index("Turns the answer") < page.index("Does not turn it")
    height, width, _ = explain.counterfactual_sheet(found).shape
    assert (width, height > 600) == (1044, True)


def test_the_command_changes_a_drawn_face(mien_here, tmp_path):
    done = mien_here("explain", "face-int8", "sample:faces", "--out", tmp_path / "turns.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A drawn face that acts happy looks ")
    assert media.decode((tmp_path / "turns.png").read_bytes()).shape[1] == 1044


def test_what_cannot_be_drawn_or_takes_no_faces_is_refused():
    with pytest.raises(SettingError, match="bored"):
        explain_drawn("face-int8", acting="bored")
    with pytest.raises(SettingError, match="The model takes clips, and sample:faces are pictures"):
        explain_drawn("voice")
