"""The input contract and the small protocols."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core import types
from mien.core.errors import ModelFileError
from mien.core.types import Answer, InputContract, silent

texts = st.text(max_size=20)
contracts = st.builds(
    InputContract,
    labels=st.lists(texts, min_size=2, max_size=8, unique=True).map(tuple),
    size=st.integers(1, 2048),
    colour=st.sampled_from(["rgb", "grey"]),
    inputs=st.sampled_from(types.INPUTS),
    margin=st.floats(-0.4, 4),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
KEYS = sorted(json.loads(InputContract(("happy", "sad"), 48).to_json()))


def changed(**values: object) -> str:
    return json.dumps({**json.loads(InputContract(("happy", "sad"), 48).to_json()), **values})


@given(contracts)
def test_a_contract_comes_back_as_it_was(contract):
    assert InputContract.from_json(contract.to_json()) == contract


@given(contracts)
def test_the_same_contract_is_the_same_text(contract):
    text = contract.to_json()
    assert InputContract.from_json(text).to_json() == text
    assert list(json.loads(text)) == KEYS


@given(texts)
def test_any_other_text_is_refused_in_a_sentence(text):
    with pytest.raises(ModelFileError):
        InputContract.from_json(text)


@given(json_values)
def test_any_other_json_is_refused_in_a_sentence(value):
    with pytest.raises(ModelFileError):
        InputContract.from_json(json.dumps(value))


@given(st.sampled_from(KEYS), json_values)
def test_one_wrong_field_is_read_or_refused_but_never_a_crash(name, value):
    with suppress(ModelFileError):
        assert isinstance(InputContract.from_json(changed(**{name: value})), InputContract)


@pytest.mark.parametrize("name", sorted({*KEYS} - {"shape", "dtype"}))  # files from before other kinds lack these
def test_a_missing_field_is_refused(name):
    fields = json.loads(changed())
    del fields[name]
    with pytest.raises(ModelFileError, match=r"damaged"):
        InputContract.from_json(json.dumps(fields))


@pytest.mark.parametrize("text", [changed(size=float("inf")), changed(labels=["a", "a"]), "[" * 100_000])
def test_what_json_can_hold_but_no_contract_is_refused(text):
    with pytest.raises(ModelFileError):
        InputContract.from_json(text)


def test_a_newer_contract_asks_for_a_newer_mien():
    with pytest.raises(ModelFileError, match=r"has format 4.*Expected: format 3 or older.*newer Mien"):
        InputContract.from_json(changed(format=4))


def test_only_a_contract_of_both_asks_for_a_newer_mien():
    size, labels = 48, ("happy", "sad")
    assert [InputContract(labels, size, inputs=inputs).format for inputs in ("whole", "faces", "both")] == [2, 2, 3]
    assert InputContract.from_json(changed(crop="both", format=3)) == InputContract(labels, size, inputs="both")


@pytest.mark.parametrize(("inputs", "place", "part"), [("faces", 0, (0, 8)), ("both", 7, (0, 8)), ("both", 8, (8, 16))])
def test_a_face_that_is_not_black_decides(inputs, place, part):
    contract = InputContract(("happy", "sad"), 8, inputs=inputs)
    pixels = np.zeros(contract.shape, np.uint8)
    pixels[place, 7, 2] = 1
    assert contract.shape == (16 if inputs == "both" else 8, 8, 3)
    assert contract.deciding(pixels) == slice(*part)


def test_a_contract_from_before_faces_takes_pictures_whole():
    fields = json.loads(changed(format=1))
    del fields["crop"], fields["margin"]
    found = InputContract.from_json(json.dumps(fields))
    assert (found.inputs, found.margin, found.format) == ("whole", 0.0, 1)
    assert InputContract.from_json(found.to_json()) == found


@pytest.mark.parametrize("name", ["shape", "dtype"])
def test_what_follows_of_a_picture_must_be_said_of_another_kind(name):
    fields = json.loads(changed(kind="sound", format=4))
    del fields[name]
    with pytest.raises(ModelFileError, match=r"damaged"):
        InputContract.from_json(json.dumps(fields))
    picture = InputContract.from_json(json.dumps({**fields, "kind": "picture", "format": 2}))
    assert (picture.shape, picture.dtype) == ((48, 48, 3), "uint8")


def test_another_kind_has_the_shape_that_it_says_and_a_format_of_its_own():
    found = InputContract(("happy", "sad"), 9, kind="table", shape=(9, 4), dtype="float32")
    assert (found.shape, found.dtype, found.format, found.tensor) == ((9, 4), "float32", 4, "rows")
    assert InputContract(("happy", "sad"), 9, shape=(1, 2), dtype="float32") == InputContract(("happy", "sad"), 9)


def test_a_kind_that_is_not_installed_names_those_that_are():
    text = InputContract(("happy", "sad"), 9, kind="smell", shape=(9,), dtype="float32").to_json()
    with pytest.raises(ModelFileError, match=r"kind 'smell', which is not installed here. Expected: picture.* Install"):
        InputContract.from_json(text)


@pytest.mark.parametrize(
    "values",
    [
        *({"kind": "smell"}, {"size": 0}, {"labels": ["happy"]}),
        *({"crop": "middle"}, {"margin": 5}, {"margin": -0.5}, {"margin": float("nan")}),
    ],
)
def test_what_no_picture_model_can_eat_is_refused(values):
    with pytest.raises(ModelFileError):
        InputContract.from_json(changed(**values))


def test_the_shape_is_height_width_channels():
    assert InputContract(("happy", "sad"), 48).shape == (48, 48, 3)


def test_an_answer_is_empty_until_it_is_given():
    assert dataclasses.asdict(Answer("a.jpg")) == {
        "path": "a.jpg",
        "label": None,
        "probabilities": None,
        "faces": (),
        "detector": None,
        "reason": None,
        "error": None,
        "note": None,
        "rule": {"confidence": 0.9, "thresholds": None, "holds": "nothing"},
        "doubts": (),
    }


def test_silence_hands_the_work_through():
    work = [1, 2]
    assert silent(work, total=2, what="counting") is work


def test_every_declared_name_is_there():
    assert all(hasattr(types, name) for name in types.__all__)


@pytest.mark.parametrize(
    ("word", "version", "inputs"), [("face", 2, "faces"), ("whole", 2, "whole"), ("both", 3, "both")]
)
def test_a_file_says_crop_as_it_always_did(word, version, inputs):
    """As Mien wrote it before `crop` was called `inputs`: it opens, and is written the same to the byte."""
    height = 96 if inputs == "both" else 48
    text = (
        f'{{"colour": "grey", "crop": "{word}", "dtype": "uint8", "format": {version}, "kind": "picture", '
        f'"labels": ["happy", "sad"], "margin": 0.25, "shape": [{height}, 48, 3], "size": 48}}'
    )
    found = InputContract.from_json(text)
    assert found == InputContract(("happy", "sad"), 48, "grey", inputs=inputs, margin=0.25)
    assert found.to_json() == text
    with pytest.raises(ModelFileError, match="cuts pictures as 'faces'"):
        InputContract.from_json(text.replace(f'"{word}"', '"faces"'))
