from __future__ import annotations

import numpy as np
import pytest

from mien import evaluate
from mien.core.errors import SettingError

LABELS = ("happy", "sad", "angry")


def told(truth: object, answers: object, votes: object, **how: object) -> evaluate.Annotators | None:
    return evaluate.annotators(np.asarray(truth), np.eye(3)[np.asarray(answers)] * 0.7 + 0.1, LABELS, votes, **how)


def test_one_annotator_beside_the_others_by_hand():
    # Three say happy and one sad: one of the three sees two of three others agree, the one sees nobody agree.
    # Two say happy and two sad: whoever is drawn, one other agrees and two do not.
    # Happy, sad, angry once each: the others have no class ahead, and none is what was said.
    rows = [[3, 1, 0]] * 10 + [[2, 2, 0]] * 5 + [[1, 1, 1]] * 5
    found = told([0] * 20, [0] * 20, rows)
    assert found.person.value == pytest.approx((10 * 0.75 + 5 * 0 + 5 * 0) / 20)
    assert found.majority.value == pytest.approx((10 * 1 + 5 / 2 + 5 / 3) / 20)
    assert found.agreement.value == found.majority.value  # answers and labels are the same here
    assert found.label.value == 1.0


def test_one_annotator_is_what_drawing_gives():
    draw = np.random.default_rng(0)
    counts = draw.multinomial(5, [0.6, 0.3, 0.1], 30)
    found = told([0] * 30, [0] * 30, counts)
    hits = []
    for row in counts:
        people = np.repeat(np.arange(3), row)
        for place, said in enumerate(people):
            others = np.bincount(np.delete(people, place), minlength=3)
            hits.append((others[said] == others.max()) / (others == others.max()).sum())
    assert found.person.value == pytest.approx(np.mean(hits))


def test_samples_with_few_votes_are_left_out_and_too_few_samples_say_nothing():
    rows = [[3, 0, 0]] * 20 + [[1, 1, 0]] * 9
    assert told([0] * 29, [0] * 29, rows).n == 20
    assert told([0] * 28, [0] * 28, rows[1:]) is None


def test_intervals_cover_and_are_wider_over_persons():
    draw = np.random.default_rng(1)
    answers = draw.random(400) < 0.3
    rows = np.tile([5, 1, 0], (400, 1))
    alone = told([0] * 400, answers.astype(int), rows)
    assert (alone.label.low, alone.label.high) == pytest.approx(
        (alone.label.value - 0.0451, alone.label.value + 0.0451), abs=0.002
    )
    persons = np.arange(400) // 20
    together = told([0] * 400, np.repeat(draw.random(20) < 0.3, 20).astype(int), rows, clusters=persons)
    assert together.label.high - together.label.low > 2 * (alone.label.high - alone.label.low)


def test_votes_of_another_shape_or_below_zero_are_refused():
    with pytest.raises(SettingError, match="votes of shape"):
        told([0] * 3, [0] * 3, [[1, 2]] * 3)
    with pytest.raises(SettingError, match="votes of shape"):
        told([0] * 3, [0] * 3, [[1, 2, -1]] * 3)


def test_it_comes_back_from_json_and_says_all_four():
    found = told([0] * 20, [0] * 20, [[3, 1, 0]] * 20)
    assert evaluate.Annotators.from_dict(found.to_dict()) == found
    assert "one annotator says what most of the others said on 75 (53" in found.sentence
    assert "the model on 100 (84" in found.sentence
