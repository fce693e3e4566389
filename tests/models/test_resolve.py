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


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in models.names() for kind in models.family(name).kinds]
)
def test_every_setting_that_a_family_takes_has_a_value_and_no_other(name, kind):
    settings = models.family(name).settings_of(kind)
    resolved = vars(models.resolve(Recipe(model=name), kind))
    given = {key for key, value in resolved.items() if value is not None}
    assert given == {*COMMON, *settings}
    assert settings.items() <= resolved.items()


@pytest.mark.parametrize("name", ["svm", "forest"])
def test_what_a_family_decides_by_the_kind_waits_for_it(name):
    open_yet = models.resolve(Recipe(model=name))
    assert (open_yet.features, open_yet.size, open_yet.seconds) == (None, None, None)
    pictures, clips = (models.resolve(open_yet, kind) for kind in ("picture", "sound"))
    assert (pictures.features, pictures.size, pictures.seconds) == (("hog", "lbp"), 48, None)
    assert (clips.size, clips.seconds) == (None, 3.0)
    assert {"pitch", "rhythm"} < set(clips.features)


@pytest.mark.parametrize(
    ("settings", "kind", "said"),
    [
        (
            {"features": ("pitch",)},
            "picture",
            r"features = \['pitch'\] came, and the data holds pictures. Expected: of pic",
        ),
        ({"features": ("mfcc", "hog")}, "sound", r"features = \['mfcc', 'hog'\] came, and the data holds clips"),
        (
            {"features": ("mfcc", "hog")},
            None,
            r"features = \['mfcc', 'hog'\] came. Expected: .* Name those of one kind",
        ),
        ({"size": 64}, "sound", r"'svm' does not take size = 64 of clips"),
        ({"seconds": 2.0}, "picture", r"'svm' does not take seconds = 2.0 of pictures"),
        ({"components": 2048}, None, r"components = 2048 .* make a model file of 32.4 MB"),
    ],
)
def test_what_the_kind_does_not_have_is_refused(settings, kind, said):
    with pytest.raises(SettingError, match=said):
        models.resolve(Recipe(model="svm", **settings), kind)


def test_what_is_typed_wins():
    assert models.resolve(Recipe(model="compact", epochs=3)).epochs == 3


def test_every_default_of_a_network_is_a_setting():
    assert set(NETWORK) <= set(vars(Recipe()))


def test_a_vote_for_a_class_that_is_not_there_is_refused():
    recipe = models.resolve(Recipe(votes=("hapy=yes",)))
    with pytest.raises(SettingError, match=r"votes names the class 'hapy'. Did you mean 'happy'"):
        models.check_labels(recipe, ("happy", "sad"))
