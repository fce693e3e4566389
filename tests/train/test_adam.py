"""Our Adam is Keras's Adam."""

import numpy as np
import pytest

from mien.core.recipe import Recipe
from mien.train._optimizer import optimizer


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("name", "decay"), [("adam", 0.0), ("adamw", 0.1)])
def test_one_kernel_gives_the_weights_that_keras_gives(name, decay, known, monkeypatch):
    import keras

    if not known:  # a Keras whose internals may be others: its own update, and no look at them
        monkeypatch.setattr("mien.backends._keras.UNKNOWN", (3, 0))
        monkeypatch.setattr("mien.train._adam._handle", None)
    start = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    ours, theirs = (keras.Variable(start, name="kernel") for _ in range(2))
    mine = optimizer(Recipe(optimizer=name, weight_decay=decay), 0.01)
    plain = (
        keras.optimizers.AdamW(0.01, beta_2=mine.beta_2, weight_decay=decay) if decay else keras.optimizers.Adam(0.01)
    )
    for step in range(10):
        gradient = np.random.default_rng([1, step]).normal(size=(5, 3)).astype("float32")
        mine.apply([keras.ops.convert_to_tensor(gradient)], [ours])
        plain.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
    assert not np.allclose(np.asarray(ours), start, atol=1e-3)
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-5, atol=1e-6)
