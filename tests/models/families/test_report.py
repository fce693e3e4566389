"""The student report's network, layer for layer, and the cheaper order of its sums."""

import numpy as np
import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract


@pytest.fixture(scope="module")
def published():
    labels = ("angry", "happy", "sad", "surprise", "neutral")
    return models.build(InputContract(labels, 256), Recipe(model="report"))


def test_it_has_the_published_parameters(published):
    counts = [layer.count_params() for layer in published.layers if layer.count_params()]
    assert counts == [448, 4640, 4624, 3_686_656, 1285]
    assert published.count_params() == sum(int(np.size(weight)) for weight in published.trainable_weights) == 3_697_653


def test_its_table_shows_them(published):
    table = models.summary(published)
    for figure in ("448", "4,640", "4,624", "3,686,656", "1,285", "3,697,653"):
        assert figure in table


def test_its_defaults_are_the_published_ones():
    defaults = models.family("report").defaults
    wanted = {"size": 256, "epochs": 20, "batch": 32, "optimizer": "adam", "label_smoothing": 0.0, "augment": 0.0}
    assert {name: defaults[name] for name in wanted} == wanted
    assert models.resolve(Recipe(model="report")).outputs == "softmax"


def test_too_small_a_picture_is_refused_with_a_sentence():
    assert models.build(InputContract(("a", "b"), 22), Recipe(model="report")).output_shape == (None, 2)
    with pytest.raises(SettingError, match=r"size = 21 is too small for 'report'. Expected: at least 22"):
        models.build(InputContract(("a", "b"), 21), Recipe(model="report"))


def plain(size, classes, activation):
    """The network as anyone would write it in Keras."""
    from keras import Input, Sequential, layers

    network = [Input((size, size, 3), dtype="uint8"), layers.Rescaling(1 / 255)]
    for filters in (16, 32, 16):
        network += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D()]
    network += [layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(classes, activation=activation)]
    return Sequential(network)


@pytest.mark.parametrize("outputs", ["softmax", "sigmoid"])
@pytest.mark.parametrize("size", [24, 31])
def test_late_bias_is_the_plain_network(outputs, size, pictures):
    import tensorflow as tf

    ours = models.build(InputContract(("a", "b", "c"), size), Recipe(model="report", outputs=outputs))
    theirs = plain(size, 3, outputs)
    random = np.random.default_rng(0)
    # Fresh biases are zero and would hide a bias in the wrong place.
    weights = [random.normal(0, 0.15, weight.shape).astype(np.float32) for weight in ours.trainable_weights]
    gradients, answers = [], []
    pixels = np.concatenate([pictures(number, 6, size) for number in range(3)])
    target = tf.one_hot(np.repeat(range(3), 6), 3)
    for model in (ours, theirs):
        model.set_weights(weights)
        with tf.GradientTape() as tape:
            found = model(pixels, training=True)
            loss = tf.reduce_mean((found - target) ** 2)
        answers.append(found.numpy())
        gradients.append([np.asarray(part) for part in tape.gradient(loss, model.trainable_weights)])
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-6)
    for ours_part, theirs_part in zip(*gradients, strict=True):
        assert np.abs(theirs_part).max() > 0
        np.testing.assert_allclose(ours_part, theirs_part, atol=1e-6)
