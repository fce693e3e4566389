"""The same pictures through every runtime that Mien exports to give the same probabilities.

Keras, ONNX Runtime and LiteRT here, with the box's trained `face`; onnxruntime-web in Chromium, with the box's file
itself, in tests/app/browser. All are held to `golden_faces` (tests/conftest.py): `face.png` and `face.json` beside this
file.
"""

from __future__ import annotations

import numpy as np
import pytest

from mien import Predictor, export, models
from mien.core.recipe import Recipe
from mien.media import fit
from mien.samples.faces import LABELS as DRAWN
from mien.samples.faces import draw, sample_parameters

SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
TOLERANCES = {  # largest difference in probability from Keras
    "ONNX Runtime": 1e-4,
    "ONNX Runtime, 8 bits": 0.1,
    "LiteRT": 1e-4,
    "LiteRT, 8 bits": 0.1,
}
STORED = 5e-3  # from the stored answers: the box keeps the weights that a training starts from in half precision


@pytest.fixture(scope="module")
def net():
    """The box's net, as a training starts from it."""
    recipe = models.resolve(Recipe(model="face"))
    contract = models.contract(recipe, SEVEN)
    return models.build(contract, recipe), contract


@pytest.fixture(scope="module")
def keras_says(net, golden_faces):
    crops, _, calibration = golden_faces
    both = [np.asarray(net[0].predict_on_batch(pixels)) for pixels in (crops, crops[:, :, ::-1])]
    return calibration.apply(np.mean(both, axis=0, dtype=np.float64))


@pytest.fixture(scope="module")
def runtimes(net, golden_faces, tmp_path_factory):
    """Every runtime's answer, by name."""
    model, contract = net
    folder, others = tmp_path_factory.mktemp("golden"), [drawn(number, contract.size) for number in range(20, 140)]
    onnx = export.write(model, contract, folder / "face.onnx", calibration=golden_faces[2], mirror=True)
    return {
        "ONNX Runtime": Predictor(onnx, inputs="faces"),
        "ONNX Runtime, 8 bits": Predictor(
            export.quantize(onnx, folder / "face-int8.onnx", iter([np.stack(others)])), inputs="faces"
        ),
        "LiteRT": export.read_litert(export.write_litert(model, onnx, folder / "face.tflite", mirror=True)),
        "LiteRT, 8 bits": export.read_litert(
            export.write_litert(model, onnx, folder / "face-int8.tflite", mirror=True, samples=[np.stack(others)])
        ),
    }


def drawn(number, size):
    return fit(draw(sample_parameters(0, number, DRAWN[number % len(DRAWN)]), 144), size)


def test_keras_says_what_is_stored(keras_says, golden_faces):
    np.testing.assert_allclose(keras_says, golden_faces[1], atol=STORED)


@pytest.mark.parametrize("name", TOLERANCES)
def test_each_runtime_says_what_keras_says(name, runtimes, keras_says, golden_faces):
    found = runtimes[name].probabilities(golden_faces[0])
    assert np.abs(found - keras_says).max() <= TOLERANCES[name]
    np.testing.assert_array_equal(found.argmax(1), keras_says.argmax(1))
    assert np.ptp(keras_says) > 0.8  # else they would agree on nothing
