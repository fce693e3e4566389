"""The register of data sets: complete, honest, and the strictest answer wins."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.collect._name_schemes import SCHEMES
from mien.core.answer import MADE_HERE
from mien.core.errors import SettingError
from mien.core.terms import COMMERCIAL, Terms, data_set, data_sets, recognised, terms_of

NAMED = (
    *("FER2013", "FER+", "RAVDESS", "nEMO", "CREMA-D", "TESS", "SAVEE", "EMO-DB", "EMOVO", "ESD", "JL", "URDU"),
    *("RAF-DB", "AffectNet", "CK+", "JAFFE", "KDEF", "ExpW", "WIDER FACE", "ImageNet"),
)


def test_every_data_set_that_collect_knows_by_name_is_in_the_register():
    wanted = {*NAMED, *MADE_HERE, *(scheme.name for scheme in SCHEMES)}
    assert wanted <= set(data_sets())


@pytest.mark.parametrize("name", data_sets())
def test_each_entry_says_all_that_is_asked(name):
    one = data_set(name)
    assert one.commercial in COMMERCIAL
    assert one.licence
    assert one.why
    assert one.citation
    assert re.fullmatch(r"\d{4}-\d\d", one.as_of)
    assert one.spdx == bool(re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z]+)*-\d\.\d|MIT", one.licence))
    if "-NC" in one.licence:
        assert one.commercial == "no"
    if one.commercial == "unclear":
        assert "ask the owner" in one.why


def test_the_strictest_wins_and_says_why():
    found = terms_of(["drawn faces", "FER2013", "RAVDESS"])
    assert (found.commercial, found.license) == ("no", "CC-BY-NC-SA-4.0")
    assert found.why == "It learnt from RAVDESS, and its licence, CC BY-NC-SA 4.0, forbids commercial use."
    assert "may not be used commercially" in found.note
    assert terms_of(["RAVDESS", "TESS"]).license == ""  # two licences: no one identifier says both
    assert terms_of(["drawn faces"]).license == "Apache-2.0"
    assert terms_of(["drawn faces"]).note == ""


def test_what_a_model_started_from_counts_too():
    earlier = terms_of(["RAVDESS"])
    found = terms_of(["synthetic voices"], others=[earlier])
    assert (found.commercial, found.data) == ("no", ("synthetic voices", "RAVDESS"))
    assert found.why == earlier.why


@pytest.mark.parametrize("found", [terms_of([]), terms_of(["drawn faces"], whole=False)])
def test_what_nobody_knows_is_unclear(found):
    assert found.commercial == "unclear"
    assert "does not know whose" in found.why


def test_samples_are_recognised_by_persons_and_paths():
    assert recognised(["EMO-DB 03", "RAVDESS 07", "RAVDESSY 1", "Ravdess"]) == ("RAVDESS", "EMO-DB")
    assert recognised(names=["data", "AffectNet_val"]) == ("AffectNet",)
    assert recognised(names=["transfer", "back", "checked", "ferry.csv"]) == ()


def test_a_name_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(SettingError, match="Did you mean 'RAVDESS'"):
        data_set("ravdes")


def test_terms_go_through_a_file_and_back():
    found = terms_of(["FER2013", "FER+"])
    assert Terms.from_json(found.to_json()) == found
    earlier = json.dumps({"license": "CC-BY-NC-SA-4.0", "data": ["RAVDESS"], "note": "No."})  # as 0.1 wrote it
    assert Terms.from_json(earlier).note == "No."


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_stands_in_a_file_is_no_crash(text):
    assert Terms.from_json(text).commercial in COMMERCIAL


@given(st.dictionaries(st.sampled_from(["commercial", "why", "data", "note", "license"]), st.none() | st.integers()))
def test_values_of_another_type_are_left_out(values):
    assert Terms.from_json(json.dumps(values)) == Terms()
