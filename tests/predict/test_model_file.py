"""A model file that is not one, is damaged, is foreign or newer: each answered with a sentence."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from mien import Predictor
from mien.core.errors import ModelFileError
from mien.core.types import InputContract

CONTRACT = InputContract(("happy", "sad"), 4)
GOOD = {
    "mien.contract": CONTRACT.to_json(),
    "mien.temperature": "1.0",
    "mien.scores": "{}",
    "mien.card": "# A card",
}


def graph(*, shape=("N", 4, 4, 3), kind=TensorProto.UINT8, classes=2, names=("pixels", "probabilities"), out=None):
    """The smallest graph with the shape of ours: every class gets the same weight."""
    nodes = [
        helper.make_node("Shape", [names[0]], ["shape"], start=0, end=1),
        helper.make_node("Constant", [], ["classes"], value_ints=[classes]),
        helper.make_node("Concat", ["shape", "classes"], ["wanted"], axis=0),
        helper.make_node("Constant", [], ["weight"], value_float=1 / classes),
        helper.make_node("Expand", ["weight", "wanted"], [names[1]]),
    ]
    if out == "scalar":
        nodes = [helper.make_node("Constant", [], [names[1]], value_float=1.0)]
    inputs = [helper.make_tensor_value_info(names[0], kind, shape)]
    outputs = [helper.make_tensor_value_info(names[1], TensorProto.FLOAT, [] if out else ["N", classes])]
    made = helper.make_graph(nodes, "tiny", inputs, outputs)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def written(path, model, properties=GOOD):
    helper.set_model_props(model, dict(properties))
    path.write_bytes(model.SerializeToString())
    return path


def refused(path, words):
    with pytest.raises(ModelFileError, match=words) as caught:
        Predictor(path)
    assert str(path) in str(caught.value) or "contract" in str(caught.value) or "format" in str(caught.value)


def test_a_graph_of_the_right_shape_is_a_model(tmp_path):
    predictor = Predictor(written(tmp_path / "m.onnx", graph()))
    assert predictor.predict(np.zeros((9, 9, 3), np.uint8)).probabilities == {"happy": 0.5, "sad": 0.5}
    assert (predictor.contract, predictor.card, predictor.scores) == (CONTRACT, "# A card", {})


@pytest.mark.parametrize(
    "data", [b"hello, I am no model", b"\x89PNG\r\n\x1a\n" + bytes(99), bytes(1000), b"PK\x03\x04"]
)
def test_a_file_that_is_none_is_refused(tmp_path, data):
    (tmp_path / "m.onnx").write_bytes(data)
    refused(tmp_path / "m.onnx", "is not a model file, or it is damaged")


def test_an_empty_file_a_missing_one_and_a_folder_are_refused(tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"")
    refused(tmp_path / "m.onnx", "has 0 bytes")
    refused(tmp_path / "none.onnx", "There is no model file .* Make one: mien run FOLDER")
    refused(tmp_path, "There is no model file")


def test_a_truncated_file_is_refused_wherever_it_ends(colours, tmp_path):
    data = colours.read_bytes()
    lengths = {*np.linspace(1, len(data) - 1, 40).astype(int).tolist(), *range(len(data) - 40, len(data))}
    # A file of this format still parses when it ends between two of its fields.
    shorter = onnx.load_from_string(data)
    while shorter.metadata_props:
        shorter.metadata_props.pop()
        if not shorter.metadata_props:
            break
        lengths.add(len(shorter.SerializeToString()))
    for length in sorted(lengths):
        (tmp_path / "m.onnx").write_bytes(data[:length])
        refused(tmp_path / "m.onnx", r"damaged|not one that Mien exported")


def test_a_flipped_byte_never_ends_in_a_traceback(tmp_path):
    data = written(tmp_path / "m.onnx", graph()).read_bytes()
    pixels, refusals = np.zeros((1, 4, 4, 3), np.uint8), 0
    for place in range(len(data)):
        (tmp_path / "m.onnx").write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            Predictor(tmp_path / "m.onnx").probabilities(pixels)
        except ModelFileError:
            refusals += 1
    assert refusals > len(data) // 2


def test_a_newer_file_is_refused_and_says_so(tmp_path):
    newer = json.dumps(json.loads(CONTRACT.to_json()) | {"format": 4, "tone": "new"})
    refused(written(tmp_path / "m.onnx", graph(), GOOD | {"mien.contract": newer}), "has format 4.*Install a newer")


def test_a_foreign_model_is_refused(tmp_path):
    refused(written(tmp_path / "m.onnx", graph(), {}), "is an ONNX file, but not one that Mien exported")
    refused(written(tmp_path / "m.onnx", graph(), {"author": "someone"}), "not one that Mien exported")


@pytest.mark.parametrize("key", ["mien.contract", "mien.scores"])
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "1", '"x"', '{"format": 1}', '{"format": "x"}', "\N{PILE OF POO}"]
)
def test_damaged_metadata_is_refused(tmp_path, key, text):
    path = written(tmp_path / "m.onnx", graph(), GOOD | {key: text})
    if key == "mien.scores" and text.startswith('{"'):
        assert Predictor(path).scores
    else:
        refused(path, "damaged")


MISFITS = {
    "size": {"shape": ("N", 5, 5, 3)},
    "grey": {"shape": ("N", 4, 4, 1)},
    "channels first": {"shape": ("N", 3, 4, 4)},
    "rank": {"shape": ("N", 48)},
    "scalar input": {"shape": (), "out": "scalar"},
    "floats": {"kind": TensorProto.FLOAT},
    "classes": {"classes": 3},
    "names": {"names": ("input", "output")},
    "scalar": {"out": "scalar"},
}


@pytest.mark.parametrize("settings", MISFITS.values(), ids=MISFITS)
def test_a_graph_that_does_not_fit_its_contract_is_refused(tmp_path, settings):
    refused(written(tmp_path / "m.onnx", graph(**settings)), "does not fit the contract it carries")


def test_the_file_needs_nothing_of_mien_to_answer(colours):
    session = onnxruntime.InferenceSession(str(colours), providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(None, {"pixels": np.zeros((3, 24, 24, 3), np.uint8)})
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
