"""The recipe: every wrong setting is refused in a sentence, every right one comes back from TOML as it was."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mien.core.errors import SettingError
from mien.core.recipe import Recipe, about, kinds

FIELDS = [item.name for item in dataclasses.fields(Recipe)]
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def shares() -> st.SearchStrategy:
    return st.tuples(st.integers(1, 98), st.integers(1, 98)).filter(lambda pair: 2 <= 100 - sum(pair) <= 98)


def values(item: dataclasses.Field) -> st.SearchStrategy:
    """Draw any value that a setting takes, from what it says of itself."""
    rule, word = item.metadata, kinds()[item.name]
    among = st.sampled_from(rule["among"]) if "among" in rule else st.text(max_size=8)
    kind = {
        "int": lambda: st.integers(rule.get("least", 0), rule.get("most", 2**40)),
        "float": lambda: st.floats(rule.get("least", 0), rule.get("most", 1e9)),
        "str": lambda: among,
        "bool": st.booleans,
        "tuple": lambda: st.lists(among, max_size=4, unique=True).map(tuple),
        "Mapping": lambda: st.just({}) | st.just({"batch": [8, 16], "learning_rate": {"low": 0.1, "high": 1.0}}),
    }[word]()
    return maybe(kind) if "None" in str(item.type) else kind


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    train, val = draw(shares())
    parts = {"train_share": train / 100, "val_share": val / 100, "test_share": (100 - train - val) / 100}
    drawn = {item.name: draw(values(item)) for item in dataclasses.fields(Recipe) if item.name not in parts}
    drawn[draw(st.sampled_from(("by", "person")))] = ""  # one of them names the persons
    return Recipe(**drawn, **parts)


@given(recipe=recipes())
@quick
def test_a_recipe_comes_back_from_toml_as_it_was(tmp_path, recipe):
    assert Recipe.read(recipe.save(tmp_path / "recipe.toml")) == recipe


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8")))
@quick
def test_any_file_is_a_recipe_or_refused_by_an_error_of_ours(tmp_path, data):
    path = tmp_path / "recipe.toml"
    path.write_bytes(data)
    with suppress(SettingError):
        assert isinstance(Recipe.read(path), Recipe)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(FIELDS), junk)
def test_any_value_is_taken_or_refused_by_an_error_of_ours(name, value):
    with suppress(SettingError):
        kept = getattr(Recipe.from_dict({name: value}), name)
        assert kept == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"batsh": [1, 2]}, r"search.batsh is no setting. Did you mean 'batch'"),
        ({"search": [1]}, r"search.search is no setting"),
        ({"batch": []}, r"search.batch = \[\] is no search space. Expected: a list of choices, or a range"),
        ({"batch": 8}, r"search.batch = 8 is no search space"),
        ({"batch": [8, "many"]}, r"batch = 'many' is of the wrong type"),
        ({"optimizer": ["adam", "adem"]}, r"optimizer = 'adem' is not known. Did you mean 'adam'"),
        ({"optimizer": {"low": 1, "high": 2}}, r"is a range, but optimizer is no number"),
        ({"augment": {"low": 0.0, "high": 2.0}}, r"augment = 2.0 is out of range"),
        ({"augment": {"low": 0.5, "high": 0.5}}, r"runs from 0.5 to 0.5. Expected: low below high"),
        ({"augment": {"low": 0.0, "high": 1.0, "log": True}}, r"cannot be logarithmic"),
        ({"augment": {"low": 0.1, "high": 1.0, "log": "yes"}}, r"cannot be logarithmic"),
        ({"augment": {"low": 0.1, "high": 1.0, "step": 2}}, r"has the step 2"),
        ({"batch": {"low": 8, "high": 64, "step": 0.5}}, r"has the step 0.5"),
        ({"augment": {"low": 0.1, "high": 1.0, "lgo": True}}, r"is no search space"),
    ],
)
def test_a_search_space_that_is_none_is_refused(space, said):
    with pytest.raises(SettingError, match=said):
        Recipe.from_dict({"search": space})


@given(st.dictionaries(st.sampled_from(FIELDS), junk, max_size=3))
def test_any_search_space_is_taken_or_refused_by_an_error_of_ours(space):
    with suppress(SettingError):
        assert Recipe.from_dict({"search": space}).search == space


@given(st.text(min_size=1))
def test_an_unknown_key_is_refused_by_name(key):
    assume(key not in FIELDS)
    with pytest.raises(SettingError) as caught:
        Recipe.from_dict({key: 1})
    assert caught.value.came == f"The recipe has no key '{key}'"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("epoch", "epochs"), ("learningrate", "learning_rate"), ("Lables", "labels"), ("modle", "model")],
)
def test_a_slip_in_a_key_names_the_nearest(typed, meant):
    with pytest.raises(SettingError, match=f"Did you mean '{meant}'"):
        Recipe.from_dict({typed: 1})


def test_a_slip_in_a_word_names_the_nearest():
    with pytest.raises(SettingError, match=r"optimizer = 'adm' is not known. Did you mean 'adam'"):
        Recipe(optimizer="adm")


def test_every_setting_has_a_sentence():
    assert list(about()) == list(about("clip", "clips")) == FIELDS
    assert about("clip", "clips")["batch"] == "Clips per step."
    assert not re.search(r"(?i)\bpictures?\b", " ".join(about("clip", "clips").values()))
    assert all(sentence.endswith(".") for sentence in about().values())


@pytest.mark.parametrize("item", [item for item in dataclasses.fields(Recipe) if "least" in item.metadata])
def test_both_ends_of_a_range_are_in_and_beyond_is_out(item):
    least, most = item.metadata["least"], item.metadata.get("most")
    beyond = [least - 1, *([] if most is None else [most + 1])]
    for value in beyond:
        with pytest.raises(SettingError, match=f"{item.name} = .* out of range"):
            Recipe(**{item.name: value})
    if not item.name.endswith("_share"):
        assert getattr(Recipe(**{item.name: least}), item.name) == least


@pytest.mark.parametrize("name", ["learning_rate", "train_share", "augment"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(SettingError):
        Recipe(**{name: value})


@pytest.mark.parametrize("name", ["seed", "epochs", "augment", "model"])
def test_yes_and_no_are_no_numbers(name):
    with pytest.raises(SettingError, match=f"{name} = True is of the wrong type"):
        Recipe.from_dict({name: True})


def test_a_class_is_named_once():
    with pytest.raises(SettingError, match=r"names a class twice"):
        Recipe(labels=("happy", "happy"))


def test_a_file_that_is_nested_without_end_is_refused(tmp_path):
    (tmp_path / "recipe.toml").write_text("a=" + "[" * 50_000)
    with pytest.raises(SettingError, match=r"is not TOML"):
        Recipe.read(tmp_path / "recipe.toml")


def test_shares_must_make_a_whole():
    with pytest.raises(SettingError, match=r"add up to 1.200"):
        Recipe(train_share=0.9)


def test_defaults_fill_only_what_is_empty():
    filled = Recipe(epochs=3).with_defaults({"epochs": 20, "batch": 32})
    assert (filled.epochs, filled.batch) == (3, 32)


def test_zero_is_a_value_and_not_empty():
    assert Recipe(patience=0, augment=0.0).with_defaults({"patience": 5, "augment": 0.6}) == Recipe(
        patience=0, augment=0.0
    )


def test_a_saved_recipe_explains_itself(tmp_path):
    text = Recipe(epochs=3).save(tmp_path / "recipe.toml").read_text()
    assert "# Passes over the training pictures.\nepochs = 3" in text
    assert "batch" not in tomllib.loads(text)


def test_a_recipe_that_is_not_there(tmp_path):
    with pytest.raises(SettingError, match=r"cannot be read"):
        Recipe.read(tmp_path / "none.toml")


def test_a_folder_is_no_recipe(tmp_path):
    with pytest.raises(SettingError, match=r"cannot be read"):
        Recipe.read(tmp_path)


def test_a_recipe_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Recipe().epochs = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("crop", "inputs"), [("face", "photos"), ("none", "faces"), ("whole", "whole"), ("both", "both")]
)
def test_a_recipe_of_the_release_before_opens(tmp_path, crop, inputs):
    path = tmp_path / "recipe.toml"
    path.write_text(f'model = "svm"\ncrop = "{crop}"\n')
    with pytest.warns(DeprecationWarning, match="The setting 'crop' is now called 'inputs'") as caught:
        assert Recipe.read(path) == Recipe(model="svm", inputs=inputs)
    assert len(caught) == 1
    path.write_text(f'crop = "{crop}"\ninputs = "{inputs}"\n')
    with pytest.raises(SettingError, match="The recipe has no key 'crop'"):
        Recipe.read(path)


def test_a_word_of_before_that_could_mean_two_is_not_guessed():
    with pytest.raises(SettingError, match=r"inputs = 'face' is not known\. Known: 'photos', 'faces', 'whole', 'both'"):
        Recipe(inputs="face")
