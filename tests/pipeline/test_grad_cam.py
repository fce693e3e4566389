"""Grad-CAM of a network whose corner is known, and of a run."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial

import numpy as np
import pytest

from mien import kinds, pipeline
from mien.core.errors import SettingError
from mien.explain import points_at
from mien.pipeline._grad_cam import _gridded, _heat, _shuffled


def corner_network():
    """A convolution that passes brightness on, and two classes that weigh one corner of it alone."""
    import keras

    pixels = keras.Input((16, 16, 3), dtype="uint8")
    light = keras.layers.Conv2D(1, 1, kernel_initializer="ones", use_bias=False)(keras.ops.cast(pixels, "float32"))
    corner = keras.ops.mean(light[:, 8:, :8], axis=(1, 2)) / 255
    scores = keras.ops.concatenate([corner, 1 - corner], axis=1)
    return keras.Model(pixels, keras.ops.softmax(scores))


def test_a_bright_corner_is_found():
    picture = np.full((16, 16, 3), 20, np.uint8)
    picture[10:, :6] = 250
    network, region = corner_network(), np.zeros((16, 16), bool)
    region[8:, :8] = True
    heat = _heat(network, picture, 0)
    assert heat.shape == (16, 16)
    assert points_at(heat, region)
    assert not points_at(_heat(network, picture, 1), region)  # what speaks for one of two speaks against the other
    grid = _gridded(heat, kinds.kind("picture").parts(picture, _contract()))
    assert (grid.shape, np.abs(grid).max()) == ((8, 8), 1)


def test_shuffled_tables_keep_their_numbers():
    tables = [np.arange(12.0).reshape(3, 4), np.arange(5.0)]
    one, two = _shuffled(tables)
    assert sorted(one.ravel()) == sorted(tables[0].ravel())
    assert not np.array_equal(one, tables[0])
    assert np.array_equal(two, tables[1])


def _contract():
    from mien.core.types import InputContract

    return InputContract(("bright", "dark"), 16, inputs="whole")


def test_a_run_is_explained_or_refused_with_the_figure(small_run, small_faces):
    """Which of the two a network of four epochs earns is its own affair."""
    asked = partial(pipeline.explain_sample, small_run.folder, small_faces / "happy" / "00.png", method="grad-cam")
    with suppress(SettingError):
        found = asked().to_dict()
        assert (found["method"], np.shape(found["grid"])) == ("grad-cam", (8, 8))
        checks = json.loads(json.dumps(found))["faithfulness"]
        assert np.any(found["grid"]) == checks["moves"]
        assert (checks["fails"], checks["weights"] <= 0.7, checks["noise"] >= 0.5) == ("", True, True)
        return
    with pytest.raises(SettingError, match="The map of 'grad-cam' is not drawn, as it fails a check on this picture: "):
        asked()


def test_a_file_alone_has_no_checkpoints(small_run, small_faces):
    with pytest.raises(SettingError, match="no folder of a run, and Grad-CAM needs its checkpoints"):
        pipeline.explain_sample(small_run.model, small_faces / "happy" / "00.png", method="grad-cam")


def test_an_unknown_method_is_refused_before_any_work(tmp_path):
    with pytest.raises(SettingError, match="Did you mean 'grad-cam'"):
        pipeline.explain_sample(tmp_path / "none.onnx", "none.png", method="gradcam")
