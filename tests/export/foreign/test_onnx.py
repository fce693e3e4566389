"""ONNX files of other makers: what is taken, what is refused, and that damaged bytes are a sentence."""

from __future__ import annotations

import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from mien.core.errors import MienError, MissingPartError, ModelFileError, SettingError
from mien.core.foreign import Foreign
from mien.export.foreign import ForeignNet, open_net, read_graph
from mien.export.foreign._onnx import from_onnx_file


def opened(path, **said) -> ForeignNet:
    graph, facts = from_onnx_file(path)
    return open_net(str(path), graph, facts, Foreign(**said))


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        (("N", 3, 24, 24), (24, 3, "nchw", False)),
        (("N", 24, 24, 3), (24, 3, "nhwc", False)),
        ((1, 1, 48, 48), (48, 1, "nchw", True)),
        ((1, 64, 64, 1), (64, 1, "nhwc", True)),
    ],
)
def test_the_shape_says_size_colours_and_layout(saved, shape, found):
    net = opened(saved(shape, producer_name="pytorch", producer_version="2.8"))
    assert (net.size, net.channels, net.layout, net.one_by_one) == found
    assert net.outputs == 3
    assert net.facts.maker == "pytorch 2.8"


@pytest.mark.parametrize(
    ("end", "classes", "answers"),
    [("Softmax", 3, "probabilities"), ("Sigmoid", 3, "sigmoid"), ("", 3, "logits"), ("Sigmoid", 1, "sigmoid")],
)
def test_the_end_says_what_the_scores_are(saved, end, classes, answers):
    assert opened(saved(("N", 3, 24, 24), classes, end=end)).answers == answers


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (("N", 3, 24, 32), "squares of 16 to 1024"),
        (("N", 3, 8, 8), "squares of 16 to 1024"),
        (("N", 16000), "which is no picture"),  # a voice
        (("N", 24, 24, 4), "without 1 or 3 colours"),
        ((4, 3, 24, 24), "takes 4 pictures at a time"),
    ],
)
def test_what_is_no_picture_net_is_a_sentence(saved, shape, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        opened(saved(shape))


def test_an_open_size_is_asked_for_and_a_wrong_one_refused(saved, graph):
    path = saved()
    model = graph(("N", 24, 24, 3))
    for place in (1, 2):
        model.graph.input[0].type.tensor_type.shape.dim[place].ClearField("dim_value")
    path.write_bytes(model.SerializeToString())
    with pytest.raises(SettingError, match=r"pictures of any size\. .* Say it: --size 48"):
        opened(path)
    assert opened(path, size=24).size == 24
    with pytest.raises(SettingError, match="takes 24 x 24 pixels, and size = 48 came"):
        opened(saved(), size=48)


def test_two_ends_that_could_be_colours_are_asked_about(saved):
    path = saved((1, 3, 16, 3))
    with pytest.raises((SettingError, ModelFileError), match=r"--layout nhwc or|squares"):
        opened(path)


def test_several_outputs_are_named(saved, graph):
    path, model = saved(), graph()
    model.graph.output.append(helper.make_tensor_value_info("product", TensorProto.FLOAT, ["N", 3]))
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError, match="1 inputs and 2 outputs: given, scores, product"):
        opened(path)


def test_weights_in_another_file_are_refused_unread(tmp_path, graph):
    path = tmp_path / "outside.onnx"
    model = graph()
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError, match="keeps its weights in another file"):
        opened(path)


def test_operations_of_nobody_s_are_named(saved, graph):
    path, model = saved(), graph()
    model.graph.node[1].domain = "my.company"
    model.opset_import.append(helper.make_opsetid("my.company", 1))
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError, match=r"the operation 'MatMul' of 'my\.company'"):
        opened(path)


def test_an_old_graph_is_raised_and_answers_the_same(saved):
    new, old = opened(saved(end="Softmax")), opened(saved(end="Softmax", opset=11))
    assert max(entry.version for entry in old.graph.opset_import) >= 13
    rows = np.random.default_rng(0).random((2, 3, 24, 24), np.float32)
    np.testing.assert_allclose(old.ask(rows), new.ask(rows), atol=1e-6)


def test_a_graph_newer_than_the_runtime_is_a_sentence(saved):
    with pytest.raises(ModelFileError, match="ONNX Runtime cannot open"):
        opened(saved(opset=99))


def test_a_library_that_is_missing_is_named(saved, tmp_path, monkeypatch):
    path = saved()
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingPartError, match=r"needs onnx\. Install it: pip install 'mien\[train\]'"):
        read_graph(path, "onnx", tmp_path, None)


@settings(max_examples=40, deadline=None)
@given(at=st.floats(0, 0.999), byte=st.integers(0, 255), cut=st.floats(0.05, 1))
def test_damaged_bytes_are_a_sentence(graph, tmp_path_factory, at, byte, cut):
    path = tmp_path_factory.mktemp("damaged") / "a.onnx"
    data = graph(("N", 16, 16, 1), 2).SerializeToString()
    data = bytearray(data[: int(len(data) * cut)])
    data[int(len(data) * at)] = byte
    path.write_bytes(bytes(data))
    with suppress(MienError):
        opened(path).answers  # noqa: B018 - what is asked for is the error
