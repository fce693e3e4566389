import numpy as np
import pytest

from mien.core.balance import class_weights


def test_rare_classes_weigh_more_and_the_average_sample_one():
    weights = class_weights(np.array([80, 20]), 0.5)
    assert weights[1] / weights[0] == pytest.approx(2)
    assert np.average(weights, weights=[80, 20]) == pytest.approx(1)
    assert class_weights(np.array([80, 20]), 0).tolist() == [1, 1]
    assert np.isfinite(class_weights(np.array([5, 0]), 1)).all()
