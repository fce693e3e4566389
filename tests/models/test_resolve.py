"""What cannot go together is refused in a sentence, before any long work."""

import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.models.families import COMMON
from mien.models.families._defaults import NETWORK

WRONG = {
    "an unknown family": ({"model": "compct"}, r"There is no model 'compct'. Did you mean 'compact'"),
    "another family's setting": ({"model": "compact", "kernel": "rbf"}, r"'compact' does not take kernel = 'rbf'"),
    "a search for it": ({"search": {"kernel": ["rbf"]}}, r"'compact' does not take search.kernel"),
    "a loss for two, with softmax": ({"loss": "binary"}, r"loss = 'binary' came with softmax outputs"),
    "a loss for two, for three": (
        {"loss": "binary", "outputs": "sigmoid", "labels": ("a", "b", "c")},
        r"came with 3 classes. Expected: two. Choose two with --labels",
    ),
    "decay where there is none": ({"optimizer": "adam", "weight_decay": 0.1}, r"Take 'adamw'"),
    "a target in per cent": ({"target": 80.0}, r"target = 80.0 is above 1, and val_balanced_accuracy is a share"),
    "votes that name no column": ({"votes": ("happy",)}, r"votes has 'happy'. Expected: label=column"),
}


@pytest.mark.parametrize(("settings", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_go_together_is_refused(settings, said):
    with pytest.raises(SettingError, match=said):
        models.resolve(Recipe(**settings))


@pytest.mark.parametrize("name", models.names())
def test_every_setting_that_a_family_takes_has_a_value_and_no_other(name):
    settings = models.family(name).settings
    resolved = vars(models.resolve(Recipe(model=name)))
    given = {key for key, value in resolved.items() if value is not None}
    assert given == {*COMMON, *settings}
    assert settings.items() <= resolved.items()


def test_what_is_typed_wins():
    assert models.resolve(Recipe(model="compact", epochs=3)).epochs == 3


def test_every_default_of_a_network_is_a_setting():
    assert set(NETWORK) <= set(vars(Recipe()))


def test_a_vote_for_a_class_that_is_not_there_is_refused():
    recipe = models.resolve(Recipe(votes=("hapy=yes",)))
    with pytest.raises(SettingError, match=r"votes names the class 'hapy'. Did you mean 'happy'"):
        models.check_labels(recipe, ("happy", "sad"))
