"""The boundaries are those of scikit-learn's LinearSVC."""

from __future__ import annotations

import numpy as np
import pytest

from mien.models.classical import boundaries


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("cost", [0.01, 1.0, 30.0])
def test_they_are_linear_svcs(clouds, classes, cost):
    from sklearn.svm import LinearSVC

    rows, numbers = clouds(classes, 50, 12)
    rows = np.pad((rows - 127) / 60, ((0, 0), (0, 1)), constant_values=1).astype(np.float32)
    weights = np.random.default_rng(1).uniform(0.5, 2, len(rows)).astype(np.float32)
    found = boundaries(rows, numbers, classes, cost, weights)
    theirs = LinearSVC(C=cost, fit_intercept=False, tol=1e-9, max_iter=300_000, dual=True, random_state=0)
    theirs.fit(rows.astype(float), numbers, sample_weight=weights)
    wanted = theirs.coef_.T if classes > 2 else np.stack([-theirs.coef_[0], theirs.coef_[0]], 1)
    np.testing.assert_allclose(found, wanted, atol=3e-3 * np.abs(wanted).max())


def test_a_heavier_picture_pulls_more():
    rows = np.array([[1, 1], [-1, 1], [-1, 1]], np.float32)
    numbers = np.array([0, 0, 1])
    margins = [
        rows @ boundaries(rows, numbers, 2, 1.0, np.array([1, 1, weight], np.float32)) for weight in (0.1, 1, 10)
    ]
    assert margins[0][1, 0] > margins[1][1, 0] > margins[2][1, 0]
