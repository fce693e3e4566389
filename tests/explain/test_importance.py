"""What shuffling costs, against scikit-learn's permutation importance."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression

from mien import explain


def table() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(500, 3)).astype(np.float32)
    return rows, (rows[:, 0] + 0.5 * rows[:, 1] + 0.3 * draw.normal(size=500) > 0).astype(int)


def test_it_is_what_scikit_learn_says():
    rows, numbers = table()
    model = LogisticRegression().fit(rows, numbers)
    groups = {name: slice(at, at + 1) for at, name in enumerate("abc")}
    found = explain.importance(model.predict_proba, rows, numbers, groups)
    wanted = permutation_importance(model, rows, numbers, n_repeats=30, random_state=0).importances_mean
    for one in found.groups:
        assert one.lost == pytest.approx(wanted["abc".index(one.name)], abs=0.02)
    assert [one.name for one in found.groups[:2]] == ["a", "b"]
    assert found.groups[0].low > 0
    assert found.accuracy == pytest.approx(model.score(rows, numbers))
    assert explain.FeatureReport.from_dict(found.to_dict()).to_dict() == found.to_dict()
    assert "shuffling 'a' among them costs most" in found.sentence("clips")


def test_features_that_a_model_does_not_use_cost_nothing_and_it_is_said():
    rows, numbers = table()
    found = explain.importance(lambda given: np.eye(2)[np.zeros(len(given), int)], rows, numbers, {"a": slice(0, 3)})
    assert (found.groups[0].lost, found.groups[0].columns) == (0, 3)
    assert found.sentence("clips").endswith("costs nothing that chance would not.")
