"""What a search tries where the recipe does not say."""

from __future__ import annotations

import dataclasses

import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe


def test_who_chooses_by_itself_says_so():
    with pytest.raises(
        SettingError, match=r"'probe' has nothing to search: .* Train it: mien run FOLDER --model probe"
    ):
        models.space(Recipe(model="probe"))


@pytest.mark.parametrize("name", [name for name in models.names() if name != "probe"])
def test_each_family_has_a_space_that_holds_its_defaults(name):
    space = models.space(Recipe(model=name))
    usual = models.family(name).settings
    assert len(space) >= 2
    Recipe(model=name, search=space)  # every end and choice is a value that the setting takes
    for setting, part in space.items():
        if isinstance(part, list):
            assert usual[setting] in part
        else:
            assert part["low"] <= usual[setting] <= part["high"]


def test_the_space_of_compact():
    assert models.space(Recipe()) == {
        "learning_rate": {"low": 0.0005, "high": 0.032, "log": True},
        "batch": [32, 64, 128],
        "weight_decay": {"low": 0.00625, "high": 0.4, "log": True},
        "label_smoothing": {"low": 0.0, "high": 0.2},
        "augment": {"low": 0.0, "high": 1.0},
    }


def test_what_the_recipe_sets_itself_stays():
    assert set(models.space(Recipe(batch=16, augment=0.1))) == {"learning_rate", "weight_decay", "label_smoothing"}


def test_a_recipe_s_own_space_is_taken_as_it_is():
    own = {"batch": [16, 32]}
    assert models.space(Recipe(batch=16, search=own)) == own


def test_a_family_s_own_space_wins(monkeypatch):
    own = dataclasses.replace(models.family("compact"), search={"augment": [0.0, 0.5]})
    monkeypatch.setattr("mien.models._space.family", lambda _: own)
    assert models.space(Recipe()) == {"augment": [0.0, 0.5]}


@pytest.mark.parametrize("name", ["seed", "model", "labels", "split_seed", "train_share", "seeds", "warm_start"])
def test_what_would_be_other_data_cannot_be_searched(name):
    choices = {"seed": [1, 2], "seeds": [1, 2], "split_seed": [1], "train_share": [0.7], "labels": [["a", "b"]]}
    search = {name: choices.get(name, ["compact"])}
    with pytest.raises(SettingError, match=rf"search.{name} cannot be searched: every trial has the same data"):
        models.space(Recipe(search=search))


def test_a_recipe_that_sets_everything_leaves_nothing():
    recipe = Recipe(learning_rate=0.1, batch=8, weight_decay=0.1, label_smoothing=0.1, augment=0.1)
    with pytest.raises(SettingError, match="There is nothing to search: the recipe sets"):
        models.space(recipe)


def test_a_setting_of_another_family_is_refused():
    with pytest.raises(SettingError, match=r"'compact' does not take search\.cost"):
        models.space(Recipe(search={"cost": [1.0]}))
