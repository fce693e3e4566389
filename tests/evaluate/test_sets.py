"""What prediction sets are worth, measured."""

from __future__ import annotations

import numpy as np
import pytest

from mien import evaluate
from mien.core.errors import ModelFileError, SettingError
from mien.core.prediction_sets import SetRule

LABELS = ("happy", "sad")
ROWS = np.array([[0.9, 0.1], [0.75, 0.25], [0.6, 0.4], [0.1, 0.9]])
RULE = SetRule(0.9, {"happy": 0.3, "sad": 0.2}, "each class")


def test_coverage_size_and_classes_by_hand():
    found = evaluate.set_scores([1, 1, 1, 0], ROWS, LABELS, RULE)
    assert (found.coverage.value, found.size, found.alone) == (0.5, 1.5, 0.5)
    assert [(one.label, one.coverage.value, one.n) for one in found.classes] == [("happy", 0.0, 1), ("sad", 2 / 3, 3)]
    assert "holds the truth 50 (" in found.sentence
    assert "of happy, the worst class, 0.0" in found.sentence or "of happy, the worst class, 0 (" in found.sentence
    assert evaluate.SetScores.from_dict(found.to_dict()) == found


def test_each_sample_may_have_a_rule_of_its_own():
    rules = [RULE, RULE, SetRule(0.9, {"happy": 0.5, "sad": 0.5}, "all together"), RULE]
    found = evaluate.set_scores([0, 0, 0, 1], ROWS, LABELS, rules)
    assert found.size == 1.25
    assert found.holds == "all together"
    assert "for all together" in found.sentence
    with pytest.raises(SettingError, match="3 rules"):
        evaluate.set_scores([0, 0, 0, 1], ROWS, LABELS, rules[:3])


def test_samples_of_one_person_are_one_witness():
    truth, rows = np.zeros(200, int), np.tile([0.9, 0.1], (200, 1))
    alone = evaluate.set_scores(truth, rows, LABELS, RULE).coverage
    people = evaluate.set_scores(truth, rows, LABELS, RULE, clusters=np.arange(200) // 50).coverage
    assert people.low < alone.low - 0.2


def test_a_class_without_samples_is_not_the_worst():
    found = evaluate.set_scores([0, 0], ROWS[:2], LABELS, RULE)
    assert found.classes[1].n == 0
    assert "of happy, the worst class" in found.sentence


def test_damaged_scores_are_a_sentence():
    with pytest.raises(ModelFileError, match="damaged"):
        evaluate.SetScores.from_dict({"confidence": 0.9})
