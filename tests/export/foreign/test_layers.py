"""A description is walked before anything is built of it: plain layers pass, code does not."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.errors import MienError, ModelFileError
from mien.export.foreign._layers import check_config, read_config
from mien.export.foreign._repairs import repair


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"name": "net", "layers": list(layers)}}


PLAIN = {"class_name": "Dense", "config": {"name": "last", "units": 3, "activation": "softmax"}}


def test_plain_layers_pass_and_are_named():
    facts = check_config(sequential({"class_name": "Rescaling", "config": {"name": "in"}}, PLAIN), "x")
    assert facts.layers == ("Sequential", "Rescaling", "Dense")
    assert facts.names == ("net", "in", "last")
    assert facts.scales == "Rescaling"


@pytest.mark.parametrize("name", ["Lambda", "TFOpLambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer"])
def test_layers_of_code_are_refused_however_deep(name):
    bad = sequential(sequential(sequential({"class_name": name, "config": {}})))
    with pytest.raises(ModelFileError, match=f"class {name}, which runs code out of the file"):
        check_config(bad, "x")


@pytest.mark.parametrize(
    "bad",
    [
        {"class_name": "MyAttention", "config": {}},
        {"class_name": "Dense", "module": "os.path", "config": {}},
        {"class_name": "system", "module": "keras.src.ops.numpy", "config": {}},
        {"class_name": "TextVectorization", "config": {"vocabulary": "/etc/passwd"}},
        {"class_name": "Dense", "config": {"activation": "mine"}},
        {"class_name": "Dense", "config": {"activation": {"class_name": "function", "config": "eval"}}},
        {"class_name": "Dense", "config": {"kernel_initializer": {"class_name": "Evil", "config": {}}}},
        {"class_name": "__lambda__", "config": {"value": "4wEAAA=="}},
    ],
)
def test_what_is_not_keras_s_own_is_refused(bad):
    with pytest.raises(ModelFileError, match="none of Keras's plain ones"):
        check_config(sequential(bad), "x")


def test_a_description_without_end_is_a_sentence():
    deep = PLAIN
    for _ in range(80):
        deep = sequential(deep)
    with pytest.raises(ModelFileError, match="nested more than"):
        check_config(deep, "x")
    for text in (b"[" * 100_000, b"[1]", b"\xff", b" " * (33 << 20)):
        with pytest.raises(ModelFileError, match="no description"):
            read_config(text, "x")


KEYS = ["class_name", "config", "layers", "activation", "module", "axis", "dtype", "batch_input_shape", "output_layers"]
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Sequential", "Dense"])


def nested(part):
    return st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(KEYS), part, max_size=4)


@settings(max_examples=80, deadline=None)
@given(st.recursive(LEAVES, nested, max_leaves=12))
def test_no_description_crashes_walk_or_repair(value):
    config = {"class_name": "Sequential", "config": value}
    repair(config)
    with suppress(MienError):
        check_config(config, "x")


def test_each_repair_of_keras_2_by_its_name():
    policy = {"class_name": "Policy", "config": {"name": "float32"}}
    old = sequential(
        {"class_name": "Conv2D", "config": {"name": "c", "batch_input_shape": [None, 24, 24, 3], "filters": 4}},
        {"class_name": "DepthwiseConv2D", "config": {"groups": 1, "depth_multiplier": 1}},
        {"class_name": "BatchNormalization", "config": {"axis": [3], "fused": True}},
        {"class_name": "LeakyReLU", "config": {"alpha": 0.3}},
        {"class_name": "Dense", "config": {"activation": "softmax_v2", "dtype": policy}},
        {"class_name": "Model", "config": {"layers": [], "output_layers": [["a", 0, 0]]}},
    )
    kept = json.dumps(old)
    new = repair(old)["config"]["layers"]
    assert json.dumps(old) == kept
    assert new[0] == {
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, 24, 24, 3], "dtype": "float32", "name": "c_input"},
    }
    assert new[1]["config"] == {"name": "c", "filters": 4}
    assert new[2]["config"] == {"depth_multiplier": 1}
    assert new[3]["config"] == {"axis": 3}
    assert new[4]["config"] == {"negative_slope": 0.3}
    assert new[5]["config"] == {"activation": "softmax", "dtype": "float32"}
    assert new[6]["class_name"] == "Functional"
    assert new[6]["config"]["output_layers"] == ["a", 0, 0]


def test_the_oldest_sequential_is_a_list_of_layers():
    assert repair({"class_name": "Sequential", "config": [PLAIN]})["config"]["layers"] == [PLAIN]
