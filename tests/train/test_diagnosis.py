"""A loss that is no number: why, as far as the recipe can tell."""

import numpy as np
import pytest

from mien.core.errors import TrainingError
from mien.core.recipe import Recipe
from mien.train._diagnosis import no_number

WHY = [
    ({"learning_rate": 3.0}, (2, 5), "learning_rate = 3 is high for 'adamw', where 0.02 is much already: try 0.3"),
    ({"precision": "mixed_float16"}, (1, 1), "float16 ends at 65,504"),
    ({}, (1, 1), "before the first change, so the weights it started from hold no numbers"),
    ({}, (1, 2), "The steps grew too long: try clip_norm = 1, or learning_rate = 0.0001"),
    ({"clip_norm": 1.0}, (3, 1), "although they are clipped: try learning_rate = 0.0001"),
]


@pytest.mark.parametrize(("settings", "where", "said"), WHY)
def test_the_likeliest_reason_is_named(settings, where, said):
    recipe = Recipe(**{"optimizer": "adamw", "learning_rate": 0.001, **settings})
    found = str(no_number(float("nan"), recipe, epoch=where[0], step=where[1]))
    assert found.startswith(f"The loss became nan in epoch {where[0]}, step {where[1]}. ")
    assert said in found


def test_a_rate_that_is_far_too_high_ends_in_its_sentence(fit, tmp_path):
    with pytest.raises(TrainingError, match=r"learning_rate = 10 is high for 'sgd', where 0.5 is much already: try 1,"):
        fit(epochs=30, optimizer="sgd", learning_rate=10.0, weight_decay=1.0)  # each step is nine times the last
    for path in tmp_path.rglob("best.npz"):  # nothing spoilt is kept
        with np.load(path) as arrays:
            assert all(np.isfinite(arrays[name]).all() for name in arrays.files if name.isdigit())
