"""The one model file: calibrated inside, contract in its metadata, whole or not there."""

import dataclasses
import json

import numpy as np
import onnx
import pytest

from mien import export, models
from mien.core.calibration import Calibration
from mien.core.errors import ModelFileError, SettingError, StorageError
from mien.core.recipe import Recipe
from mien.core.validation_answers import ValidationAnswers
from mien.export import _onnx
from mien.predict import Predictor

KEYS = [
    "mien.contract",
    "mien.temperature",
    "mien.calibration",
    "mien.scores",
    "mien.terms",
    "mien.sets",
    "mien.validation",
    "mien.card",
]
CALIBRATIONS = [
    *(Calibration.of_temperature(number) for number in (0.3, 1.0, 2.5, 9.0)),
    Calibration((0.6, 1.4, 1.0), (0.5, -0.3, -0.2)),
]


def validation(labels):
    draw = np.random.default_rng(3)
    truth = draw.integers(0, len(labels), 200)
    return ValidationAnswers.build(labels, truth, draw.dirichlet(np.ones(len(labels)), 200), np.arange(200))


@pytest.fixture(scope="module")
def noise(contract):
    return np.random.default_rng(7).integers(0, 256, (50, *contract.shape), np.uint8)


@pytest.fixture(scope="module")
def path(network, contract, tmp_path_factory):
    card = export.card(contract, family="report", data="30 pictures", sentence="Right on 1 of 3.")
    place = tmp_path_factory.mktemp("export") / "model.onnx"
    said, bound = {"accuracy": 0.31, "wie": "schön"}, '{"note": "Ask."}'
    info = export.ModelInfo(card, said, terms=bound, validation=validation(contract.labels))
    return export.write(network, contract, place, calibration=Calibration.of_temperature(2.5), info=info)


def test_the_file_carries_all_that_serving_needs(path, contract):
    graph = onnx.load(path)
    found = {item.key: item.value for item in graph.metadata_props}
    assert list(found) == KEYS
    assert json.loads(found["mien.contract"]) == json.loads(contract.to_json())
    assert float(found["mien.temperature"]) == 2.5
    assert Calibration.of_metadata(found).temperature == pytest.approx(2.5)
    assert ValidationAnswers.from_text(found["mien.validation"]).sets_json() == found["mien.sets"]
    assert json.loads(found["mien.scores"]) == {"accuracy": 0.31, "wie": "schön"}
    assert "\n---\n\n# An expression classifier made with Mien\n" in found["mien.card"]
    assert [opset.version for opset in graph.opset_import if not opset.domain] == [17]
    onnx.checker.check_model(graph)


def test_inputs_and_outputs_have_their_names_and_types(path):
    graph = onnx.load(path).graph
    (pixels,), (probabilities,) = graph.input, graph.output
    assert (pixels.name, probabilities.name) == ("pixels", "probabilities")
    assert pixels.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert [size.dim_value for size in pixels.type.tensor_type.shape.dim][1:] == [24, 24, 3]
    assert not pixels.type.tensor_type.shape.dim[0].dim_value  # any number of pictures


@pytest.mark.parametrize("calibration", CALIBRATIONS)
def test_the_calibration_in_the_graph_is_the_one_that_was_fitted(network, contract, noise, tmp_path, calibration):
    export.write(network, contract, tmp_path / "model.onnx", calibration=calibration)
    found = Predictor(tmp_path / "model.onnx").probabilities(noise)
    answers = network.predict_on_batch(noise)
    np.testing.assert_allclose(found, calibration.apply(answers), atol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    assert np.ptp(answers) > 0.3


def test_the_calibration_in_numpy_is_the_same():
    answers = np.random.default_rng(1).dirichlet(np.ones(3), 30)
    for calibration in CALIBRATIONS:
        np.testing.assert_allclose(_onnx.calibrated([answers], calibration), calibration.apply(answers), atol=1e-6)


def test_sigmoid_outputs_leave_as_probabilities(contract, noise, tmp_path):
    model = models.build(contract, Recipe(model="report", outputs="sigmoid"))
    assert abs(model.predict_on_batch(noise).sum(1) - 1).max() > 0.1
    export.write(model, contract, tmp_path / "model.onnx")
    np.testing.assert_allclose(Predictor(tmp_path / "model.onnx").probabilities(noise).sum(1), 1, atol=1e-5)


def test_a_file_that_answers_differently_is_not_written(network, contract, tmp_path, monkeypatch):
    (tmp_path / "model.onnx").write_bytes(b"the one before")
    real = _onnx.calibrated
    monkeypatch.setattr(_onnx, "calibrated", lambda answers, _: real(answers, Calibration((1.1,))))
    with pytest.raises(
        ModelFileError, match=r"answers differently from the trained model, by up to 0\.\d+. Expected: at most"
    ):
        export.write(network, contract, tmp_path / "model.onnx")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("model.onnx", b"the one before")]


@pytest.mark.parametrize(("scale", "bias"), [((float("nan"),), ()), ((0.0,), ()), ((), ()), ((1.0,), (float("inf"),))])
def test_no_calibration_makes_nonsense(scale, bias):
    with pytest.raises(SettingError, match="finite numbers"):
        Calibration(scale, bias)


def test_a_full_disk_leaves_the_file_that_was_there(network, contract, tmp_path, no_room):
    (tmp_path / "model.onnx").write_bytes(b"the one before")
    with no_room(10_000), pytest.raises(StorageError, match=r"model.onnx' could not be written"):
        export.write(network, contract, tmp_path / "model.onnx")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("model.onnx", b"the one before")]


def test_labels_reach_the_card(contract):
    text = export.card(contract, family="report", data="30 pictures", sentence="Right on 1 of 3.")
    for words in ("très, sad", "24 x 24 px", "30 pictures", "Right on 1 of 3.", "Not for deciding about people"):
        assert words in text
    assert "what a face looks like to annotators" in text


def test_the_card_of_voices_warns_of_acted_speech(contract):
    sound = dataclasses.replace(contract, kind="sound", shape=(16_000,), dtype="float32")
    text = export.card(sound, family="voice", data="30 clips", sentence="Right on 1 of 3.")
    assert "what a voice sounds like to annotators" in text
    assert "Not for: expecting as much of everyday speech where voices were acted" in text
    assert "picture" not in text


def test_the_contract_decides_the_shape(network, contract, tmp_path):
    other = dataclasses.replace(contract, labels=("happy", "sad"))
    export.write(network, other, tmp_path / "model.onnx")
    with pytest.raises(ModelFileError, match="does not fit the contract it carries"):
        Predictor(tmp_path / "model.onnx")


def test_sigmoid_outputs_that_are_all_next_to_nothing_leave_as_keras_says_them(contract, tmp_path):
    """ONNX Runtime's own sigmoid ends at 1.5e-8: a net that trained for long would answer differently by per cents."""
    model = models.build(contract, Recipe(model="report", outputs="sigmoid"))
    last = model.layers[-1]
    kernel, bias = last.get_weights()
    last.set_weights([kernel * 20, bias - np.array([19, 20, 21], np.float32)])
    assert export.write(model, contract, tmp_path / "model.onnx").is_file()  # its golden batch is the check
