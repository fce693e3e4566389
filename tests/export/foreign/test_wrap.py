"""The Mien file reads pictures as the model was trained to, and answers as it does; a broken wrap is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnxruntime
import pytest

from mien.core.errors import ModelFileError
from mien.core.foreign import COLOURS, SCALES, Foreign
from mien.core.types import InputContract
from mien.export import ModelInfo
from mien.export.foreign import Reading, _reading, _wrap, answered, guess, open_net, write_foreign
from mien.export.foreign._layers import Facts
from mien.export.foreign._onnx import from_onnx_file
from mien.predict import Predictor

NAMES = ("angry", "happy", "sad")


def opened(path, **facts):
    graph, found = from_onnx_file(path)
    return open_net(str(path), graph, dataclasses.replace(found, **facts), Foreign())


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("shape", "end"),
    [(("N", 3, 24, 24), ""), (("N", 24, 24, 3), "Sigmoid"), ((1, 24, 24, 1), "Softmax")],
    ids=["nchw", "nhwc", "one grey"],
)
def test_every_reading_is_the_same_in_the_graph_and_in_numpy(saved, tmp_path, pictures, scale, colour, shape, end):
    net = opened(saved(shape, end=end))
    reading = Reading(scale, colour, net.layout)
    file = write_foreign(net, reading, InputContract(NAMES, 24), tmp_path / "mine.onnx", ModelInfo("card"))
    drawn = np.concatenate([pictures(number, 1, 24) for number in range(3)])
    found = Predictor(file).probabilities(drawn)
    np.testing.assert_allclose(found, answered(net, reading, drawn), atol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)


def test_known_numbers_come_out_of_a_known_pixel():
    pixel = np.array([[[[255, 128, 0]]]], np.uint8)
    read = {scale: _reading.read(pixel, Reading(scale, "rgb"), 3)[0, 0, 0] for scale in SCALES}
    np.testing.assert_allclose(read["0..1"], [1, 128 / 255, 0], atol=1e-6)
    np.testing.assert_allclose(read["-1..1"], [1, 128 / 127.5 - 1, -1], atol=1e-6)
    np.testing.assert_allclose(read["imagenet"], [2.2489, 0.2052, -1.8044], atol=1e-3)
    np.testing.assert_allclose(_reading.read(pixel, Reading("caffe", "bgr"), 3)[0, 0, 0], [-103.939, 11.221, 131.32])
    np.testing.assert_allclose(_reading.read(pixel, Reading("0..255", "grey"), 1)[0, 0, 0], [151.381], rtol=1e-5)
    np.testing.assert_allclose(read["standard"].mean(), 0, atol=1e-6)


@pytest.mark.parametrize("answers", ["Sigmoid", ""])
def test_one_score_tells_two_classes_apart(saved, tmp_path, answers):
    net = opened(saved(("N", 24, 24, 3), 1, end=answers))
    file = write_foreign(net, Reading(), InputContract(NAMES[:2], 24), tmp_path / "mine.onnx", ModelInfo())
    pixels = np.random.default_rng(0).integers(0, 256, (2, 24, 24, 3), dtype=np.uint8)
    raw = net.ask(pixels / np.float32(255))[:, 0]
    second = raw if answers else 1 / (1 + np.exp(-raw))
    np.testing.assert_allclose(Predictor(file).probabilities(pixels)[:, 1], second, atol=1e-5)


def test_a_wrap_that_mixes_up_colours_is_refused_and_leaves_nothing(saved, tmp_path, monkeypatch):
    right = _reading.nodes

    def wrong(reading, *rest):
        return right(dataclasses.replace(reading, colour="rgb"), *rest)

    monkeypatch.setattr(_wrap, "nodes", wrong)
    net = opened(saved())
    with pytest.raises(ModelFileError, match="answers differently from the model itself"):
        write_foreign(net, Reading("0..1", "bgr"), InputContract(NAMES, 24), tmp_path / "mine.onnx", ModelInfo())
    assert not (tmp_path / "mine.onnx").exists()


def test_a_graph_that_only_says_it_takes_many_gets_them_one_at_a_time(saved, graph, tmp_path):
    from onnx import helper, numpy_helper

    path, model = saved(), graph()
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 3 * 24 * 24]), "row"))
    model.graph.node[0].CopyFrom(helper.make_node("Reshape", ["given", "row"], ["flat"]))
    path.write_bytes(model.SerializeToString())
    net = opened(path)
    assert net.one_by_one
    file = write_foreign(net, Reading(), InputContract(NAMES, 24), tmp_path / "mine.onnx", ModelInfo("card"))
    pixels = np.random.default_rng(0).integers(0, 256, (5, 24, 24, 3), dtype=np.uint8)
    plain = opened(saved())
    np.testing.assert_allclose(Predictor(file).probabilities(pixels), answered(plain, Reading(), pixels), atol=1e-5)


def test_the_file_is_one_of_mien_s_own_to_any_runtime(saved, tmp_path):
    net = opened(saved((1, 3, 24, 24)))
    contract = InputContract(NAMES, 24, "grey")
    file = write_foreign(net, Reading(colour="grey"), contract, tmp_path / "mine.onnx", ModelInfo("card", {}, "{}"))
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    assert [(item.name, item.type, item.shape[1:]) for item in session.get_inputs()] == [
        ("pixels", "tensor(uint8)", [24, 24, 3])
    ]
    assert set(session.get_modelmeta().custom_metadata_map) == {
        *("mien.contract", "mien.temperature", "mien.scores", "mien.lineage", "mien.card")
    }


@pytest.mark.parametrize(
    ("facts", "shape", "scale", "colour", "ways"),
    [
        ({"layers": ("Rescaling",)}, ("N", 24, 24, 3), "0..255", "rgb", 2),
        ({"names": ("mobilenetv2_1.00_224",)}, ("N", 24, 24, 3), "-1..1", "rgb", 10),
        ({"names": ("efficientnetb0",)}, ("N", 24, 24, 3), "0..255", "rgb", 10),
        ({"names": ("vgg16",)}, ("N", 24, 24, 3), "caffe", "bgr", 10),
        ({"maker": "pytorch 2.8"}, ("N", 3, 24, 24), "imagenet", "rgb", 10),
        ({}, ("N", 24, 24, 3), "0..1", "rgb", 10),
        ({}, ("N", 1, 48, 48), "0..1", "grey", 4),
    ],
)
def test_the_file_says_how_it_reads_or_the_usual_is_taken_and_the_rest_stays_open(
    saved, facts, shape, scale, colour, ways
):
    found = guess(opened(saved(shape), **facts), Foreign())
    assert (found.reading.scale, found.reading.colour) == (scale, colour)
    assert found.open[0] == found.reading
    assert len(set(found.open)) == len(found.open) == ways


def test_what_is_said_leaves_nothing_open(saved):
    found = guess(opened(saved()), Foreign(scale="standard", colour="bgr"))
    assert found.open == (Reading("standard", "bgr", "nchw"),)
    assert "as asked for" in found.why


def test_arithmetic_before_the_first_layer_is_a_scale_of_its_own(saved, graph):
    from onnx import helper, numpy_helper

    path, model = saved(), graph()
    model.graph.node.insert(0, helper.make_node("Div", ["given", "bytes"], ["scaled"]))
    model.graph.node[1].input[0] = "scaled"
    model.graph.initializer.append(numpy_helper.from_array(np.float32(255), "bytes"))
    path.write_bytes(model.SerializeToString())
    found = guess(opened(path), Foreign())
    assert found.reading.scale == "0..255"
    assert "a step inside it (Div)" in found.why
    assert Facts().scales == ""
