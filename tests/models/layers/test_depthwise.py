"""The depthwise convolution answers, and learns, as TensorFlow's own does."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.models.layers import _depthwise
from mien.models.layers._depthwise import depthwise


def both(convolve, inputs, kernel, change):
    """What a convolution answers, and its two gradients."""
    with tf.GradientTape() as tape:
        tape.watch((inputs, kernel))
        answer = convolve(inputs, kernel)
        loss = tf.reduce_sum(answer * change)
    return [np.asarray(array) for array in (answer, *tape.gradient(loss, (inputs, kernel)))]


side = st.integers(1, 8)


@settings(max_examples=60, deadline=None)
@given(side, side, st.integers(5, 8), st.integers(5, 8), st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
def test_small_maps_learn_as_tensorflow_s_kernels_do(height, width, tall, wide, count, channels, seed):
    random = np.random.default_rng(seed)
    inputs = tf.constant(random.normal(size=(count, height, width, channels)), tf.float32)
    kernel = tf.constant(random.normal(size=(tall, wide, channels, 1)), tf.float32)
    change = tf.constant(random.normal(size=inputs.shape), tf.float32)
    found = both(lambda x, k: depthwise(x, k, (1, 1), "same"), inputs, kernel, change)
    wanted = both(lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME"), inputs, kernel, change)
    for one, two in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("size", "kernel", "strides", "padding", "small"),
    [
        (8, (5, 5), (1, 1), "same", True),
        (9, (5, 5), (1, 1), "same", False),
        (8, (3, 3), (1, 1), "same", False),
        (8, (5, 3), (1, 1), "same", False),
        (8, (5, 5), (2, 2), "same", False),
        (8, (5, 5), (1, 1), "valid", False),
    ],
)
def test_only_where_it_is_quicker(monkeypatch, size, kernel, strides, padding, small):
    taken = []
    ours = _depthwise._on_small_map
    monkeypatch.setattr(_depthwise, "_on_small_map", lambda *given: taken.append(1) or ours(*given))
    random = np.random.default_rng(0)
    inputs = tf.constant(random.normal(size=(2, size, size, 3)), tf.float32)
    weights = tf.constant(random.normal(size=(*kernel, 3, 1)), tf.float32)
    found = depthwise(inputs, weights, strides, padding)
    wanted = keras.ops.depthwise_conv(inputs, weights, strides, padding)
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=1e-5, atol=1e-5)
    assert bool(taken) == small


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_stays_half(precision):
    random = np.random.default_rng(0)
    inputs = tf.cast(random.normal(size=(2, 3, 3, 4)), precision)
    kernel = tf.cast(random.normal(size=(5, 5, 4, 1)), precision)
    with tf.GradientTape() as tape:
        tape.watch((inputs, kernel))
        answer = depthwise(inputs, kernel, (1, 1), "same")
    gradients = tape.gradient(answer, (inputs, kernel))
    assert {one.dtype.name for one in (answer, *gradients)} == {precision}
