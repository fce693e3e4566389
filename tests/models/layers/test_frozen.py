"""A network in its still form is the same network: answers, gradients, weights and their order."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from mien.models.layers import _fused_batchnorm, exportable, still

FEW = ("mobilenetv3-small", "efficientnetv2-b0", "convnext-tiny")  # one of each kind of block


def shapes(model):
    return [(variable.path.rpartition("/")[2], tuple(variable.shape)) for variable in model.weights]


def values(model):
    return [np.asarray(variable) for variable in model.weights]


def close(found, wanted, share=1e-4):
    """Equal to rounding: to a share of the largest number there."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=share * max(np.abs(wanted).max(), 1e-6))


@pytest.mark.parametrize("name", FEW)
def test_the_same_answers_and_the_same_weights_in_the_same_order(application, features, name):
    base = application(name)
    made = still(base, "backbone")
    assert shapes(made) == shapes(base)
    assert all(np.array_equal(one, two) for one, two in zip(values(made), values(base), strict=True))
    close(made(features), base(features, training=False))


@pytest.mark.parametrize("name", ["mobilenetv3-small", "convnext-tiny"])
def test_what_learns_from_nothing_is_the_same_network_too(application, features, name):
    base = application(name)
    made = exportable(base, "backbone")
    assert shapes(made) == shapes(base)
    close(made(features), base(features, training=False))


@pytest.mark.parametrize("name", FEW)
def test_the_same_gradients(application, features, name):
    base = application(name)
    made = still(base, "backbone")

    def gradients(model):
        with tf.GradientTape() as tape:
            answer = model(features, training=False)
            weighing = np.random.default_rng(2).normal(size=answer.shape)
            loss = tf.reduce_sum(answer * weighing)
        return tape.gradient(loss, [variable.value for variable in model.trainable_variables])

    found, wanted = gradients(made), gradients(base)
    largest = max(float(tf.reduce_max(tf.abs(one))) for one in wanted)
    for one, two in zip(found, wanted, strict=True):
        # A bias before a normalisation of its own map has no gradient but rounding.
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-3 * float(tf.reduce_max(tf.abs(two))) + 1e-6 * largest)


def test_in_training_it_answers_as_in_use_and_its_statistics_stay(features):
    inputs = layers.Input((32, 32, 3))
    x = layers.Conv2D(4, 3)(inputs)
    x = layers.Dropout(0.5)(layers.Activation("relu")(layers.BatchNormalization()(x)))
    body = still(keras.Model(inputs, layers.GlobalAveragePooling2D()(x)), "backbone")
    outer_inputs = layers.Input((32, 32, 3))
    outer = keras.Model(outer_inputs, layers.Dense(2)(body(outer_inputs)))
    np.testing.assert_array_equal(outer(features, training=True), outer(features, training=False))
    statistics = [variable for variable in body.weights if "moving" in variable.path]
    before = [np.asarray(variable) for variable in statistics]
    outer.compile("sgd", "mse")
    outer.train_on_batch(features, np.ones((len(features), 2)))
    assert len(before) == 2
    for one, two in zip(before, statistics, strict=True):
        np.testing.assert_array_equal(one, np.asarray(two))


def twice(x):
    shared = layers.Conv2D(3, 3, padding="same")
    return layers.Add()([layers.BatchNormalization()(shared(x)), shared(layers.Activation("tanh")(x))])


def elsewhere(x):
    x = layers.Conv2D(4, 3)(x)
    return layers.Add()([layers.BatchNormalization()(x), x])


def normalised_twice(x):
    return layers.BatchNormalization()(layers.BatchNormalization()(layers.Conv2D(4, 3)(x)))


NETS = {
    "plain": (lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, strides=2)(x)), 1),
    "no bias": (lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, use_bias=False)(x)), 1),
    "no scale": (lambda x: layers.BatchNormalization(scale=False)(layers.Conv2D(4, 3)(x)), 1),
    "no shift": (lambda x: layers.BatchNormalization(center=False, epsilon=0.1)(layers.Conv2D(4, 3)(x)), 1),
    "dilated": (lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, dilation_rate=2)(x)), 0),
    "depthwise": (lambda x: layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same")(x)), 1),
    "depthwise, dilated": (lambda x: layers.BatchNormalization()(layers.DepthwiseConv2D(3, dilation_rate=2)(x)), 0),
    "depthwise, two each": (lambda x: layers.BatchNormalization()(layers.DepthwiseConv2D(3, depth_multiplier=2)(x)), 0),
    "curved": (lambda x: layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(x)), 0),
    "grouped": (layers.Conv2D(3, 3, groups=3), 0),
    "grouped, curved": (layers.Conv2D(3, 3, groups=3, activation="relu"), 0),
    "grouped, dilated": (layers.Conv2D(3, 3, groups=3, dilation_rate=2), 0),
    "grouped, two each": (layers.Conv2D(6, 3, groups=3), 0),
    "over rows": (lambda x: layers.BatchNormalization(axis=1)(layers.Conv2D(4, 3)(x)), 0),
    "called twice": (twice, 0),
    "used elsewhere too": (elsewhere, 0),
    "normalised twice": (normalised_twice, 1),
    "hard swish": (layers.Activation("hard_silu"), 0),
    "gelu": (layers.Activation("gelu"), 0),
    "inside another": (keras.Sequential([layers.Conv2D(4, 3), layers.BatchNormalization()]), 0),
}


@pytest.mark.parametrize(("make", "folds"), NETS.values(), ids=NETS)
def test_whatever_an_earlier_run_is_made_of_answers_the_same(shake, features, make, folds):
    inputs = layers.Input((32, 32, 3))
    base = shake(keras.Model(inputs, make(inputs)))
    made = still(base, "backbone")
    assert shapes(made) == shapes(base)
    close(made(features), base(features, training=False), 1e-5)
    assert sum(isinstance(layer, _fused_batchnorm.BatchNormalization) for layer in made.layers) == folds


def test_of_a_keras_that_is_not_known_nothing_is_folded(shake, features, monkeypatch):
    monkeypatch.setattr("mien.backends._keras.UNKNOWN", (3, 0))
    make, _ = NETS["plain"]
    test_whatever_an_earlier_run_is_made_of_answers_the_same(shake, features, make, 0)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_is_near(shake, features, precision):
    def net():
        inputs = layers.Input((32, 32, 3))
        x = layers.Activation("hard_silu")(layers.BatchNormalization()(layers.Conv2D(4, 3)(inputs)))
        return keras.Model(inputs, layers.BatchNormalization()(layers.DepthwiseConv2D(3)(x)))

    whole = shake(net())
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        made = still(shake(net()), "backbone")
    finally:
        keras.config.set_dtype_policy(before)
    for one, two in zip(made.weights, whole.weights, strict=True):
        one.assign(two)
    answer = made(features)
    assert answer.dtype == precision.removeprefix("mixed_")
    close(tf.cast(answer, tf.float32), whole(features, training=False), 0.03)
