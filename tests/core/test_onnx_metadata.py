"""Entries of an ONNX file's metadata, taken out without the onnx library."""

from __future__ import annotations

import onnx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from mien.core.onnx_metadata import without


@pytest.fixture(scope="module")
def file():
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 2]) for name in ("a", "b")]
    model = helper.make_model(helper.make_graph([helper.make_node("Relu", ["a"], ["b"])], "g", ends[:1], ends[1:]))
    helper.set_model_props(model, {"first": "1", "mien.lineage": "x" * 5000, "last": "ü"})
    return model.SerializeToString()


def test_only_the_entry_goes(file):
    left = onnx.load_from_string(without(file, "mien.lineage"))
    onnx.checker.check_model(left)
    assert {item.key: item.value for item in left.metadata_props} == {"first": "1", "last": "ü"}
    whole = onnx.load_from_string(file)
    assert left.graph == whole.graph


def test_without_the_entry_the_bytes_stay(file):
    assert without(file, "other") == file
    assert without(without(file, "mien.lineage"), "mien.lineage") == without(file, "mien.lineage")


@given(st.binary(max_size=300))
@example(b"\x08\x80")  # a number without an end: the walk went back to the start, for ever
def test_what_is_no_message_stays_as_it_is(data):
    assert without(data, "mien.lineage") == data


@given(st.integers(0, 5200), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_no_error(file, place, noise):
    broken = file[:place] + noise + file[place + len(noise) :]
    assert len(without(broken, "mien.lineage")) <= len(broken)
