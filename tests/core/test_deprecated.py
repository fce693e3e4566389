"""Names of the release before still work, and warn with the line that uses them."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from mien import faces, models
from mien.core.answer import Answer
from mien.core.deprecated import renamed, renamed_argument, renamed_attribute
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.predict import Predictor, uses_detector

RENAMED = [  # module, old name, new name
    ("mien.faces", "Finder", "Detector"),
    ("mien.faces", "finder", "detector"),
    ("mien.faces", "finders", "detectors"),
    ("mien.media", "Film", "Video"),
    ("mien.media", "check_film_name", "check_video_name"),
    ("mien.media", "write_film", "write_video"),
    ("mien.predict", "Moment", "FrameResult"),
    ("mien.predict", "Seen", "TrackedFace"),
    ("mien.predict", "finds", "uses_detector"),
    ("mien.predict", "watch", "track"),
    ("mien.report", "draw_moment", "draw_frame"),
]


@pytest.mark.parametrize(("module", "old", "new"), RENAMED)
def test_what_a_module_exported_before(module, old, new):
    found = importlib.import_module(module)
    with pytest.warns(DeprecationWarning, match=rf"^{module}\.{old} is now called '{new}'$") as caught:
        assert getattr(found, old) is getattr(found, new)
    assert caught[0].filename == __file__
    assert old not in found.__all__
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'nothing'"):
        _ = found.nothing


def test_an_argument_under_its_old_name():
    @renamed_argument("finder", "detector")
    def named(one: int, *, detector: str = "") -> tuple[int, str]:
        """Say what came."""
        return one, detector

    with pytest.warns(DeprecationWarning, match="The argument 'finder' of .*named is now called 'detector'") as caught:
        assert named(1, finder="fcos") == (1, "fcos")
    assert caught[0].filename == __file__
    assert named(1, detector="yunet") == (1, "yunet")
    assert named.__doc__ == "Say what came."


def test_an_attribute_and_a_method_under_their_old_names():
    class Thing:
        new = 3
        old = renamed_attribute("old", "new")
        say = renamed_attribute("say", "speak")

        def speak(self, word: str) -> str:
            return word

    with pytest.warns(DeprecationWarning, match="Thing.old is now called 'new'") as caught:
        assert Thing().old == 3
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="Thing.say is now called 'speak'"):
        assert Thing().say("yes") == "yes"


def test_the_old_name_is_looked_up_when_it_is_used():
    assert callable(renamed("mien.predict", {"watch": "no_such_name"}))


def test_classes_have_their_earlier_names():
    with pytest.warns(DeprecationWarning, match="Answer.finder is now called 'detector'"):
        assert Answer("a.jpg", detector="fcos").finder == "fcos"
    with pytest.warns(DeprecationWarning, match="The argument 'points' of Face.* is now called 'landmarks'"):
        face = faces.Face((0, 0, 9, 9), points=np.zeros((5, 2), np.float32))
    with pytest.warns(DeprecationWarning, match="Face.points is now called 'landmarks'"):
        assert face.points is face.landmarks
    with pytest.warns(DeprecationWarning, match="The argument 'finder' of Predictor.* is now called 'detector'"):
        predictor = Predictor(finder="fcos", inputs="photos")
    for old, new in (("finder", "detector"), ("sees", "model_input"), ("asked", "with_options")):
        with pytest.warns(DeprecationWarning, match=f"Predictor.{old} is now called '{new}'"):
            assert getattr(predictor, old) == getattr(predictor, new)


def renamed_crop(inputs: str = ""):
    """Expect the warning, with this file's line."""
    return pytest.warns(DeprecationWarning, match=f"crops?.* is now called 'inputs'.*{inputs}")


@pytest.mark.parametrize(("crop", "inputs"), [("face", "photos"), ("none", "faces"), ("whole", "whole")])
def test_what_was_crop_has_its_words_of_then(crop, inputs):
    with renamed_crop(f"and what was '{crop}' there is '{inputs}'" if crop != inputs else "") as caught:
        recipe = Recipe(crop=crop)
    assert (recipe.inputs, caught[0].filename) == (inputs, __file__)
    with renamed_crop():
        assert recipe.crop == crop
    with renamed_crop() as caught:
        predictor = Predictor(crop=crop)
    assert caught[0].filename == __file__  # though two arguments have other names
    with renamed_crop():
        other = Predictor().with_options(crop=crop)
    for one in (predictor, other):
        assert one.__reduce__()[0].keywords["inputs"] == inputs
    with renamed_crop():
        assert uses_detector(predictor.contract, crop=crop) is (inputs == "photos")


@pytest.mark.parametrize(("crop", "inputs"), [("face", "faces"), ("whole", "whole"), ("both", "both")])
def test_a_contract_of_crop_has_other_words(crop, inputs):
    with renamed_crop():
        contract = InputContract(("happy", "sad"), 48, crop=crop)
    assert contract == InputContract(("happy", "sad"), 48, inputs=inputs)
    with renamed_crop():
        assert contract.crop == crop


def test_a_family_with_crops():
    with renamed_crop():
        family = models.Family(about="A test.", colour="rgb", build=print, crops=("whole", "face", "none"))
    assert family.inputs == ("whole", "photos", "faces")
    with renamed_crop():
        assert family.crops == ("whole", "face", "none")
