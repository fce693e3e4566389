"""What a run looks at: columns and what is measured, and the votes of annotators."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mien.collect import votes_of
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract, Manifest
from mien.faces import Face
from mien.pipeline._annotators import votes
from mien.pipeline._groups import chosen
from mien.pipeline.stages._collect import _check_even_groups

FERPLUS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "nf")
CONTRACT = InputContract(("happy", "sad"), 24, inputs="faces")


class Seer:
    """A detector that sees one face."""

    name = "seer"

    def find(self, pixels: np.ndarray) -> tuple[Face, ...]:
        return (Face((0, 0, 20, 20)),)


@pytest.fixture
def manifest() -> Manifest:
    """Twenty samples with a light, a number each, a person each, and the votes of FER+."""
    rows = range(20)
    names = [f"{row}.png" for row in rows]
    own = {"light": ["day", "lamp"] * 10, "number": [float(row) for row in rows], "same": ["one"] * 20}
    said = {f"ferplus_{name}": [row % 3 + (name == "happiness") for row in rows] for name in FERPLUS}
    base = {"id": names, "content": [f"{row:064x}" for row in rows], "path": names, "label": ["happy", "sad"] * 10}
    return Manifest.build({**base, "person": [f"p{row}" for row in rows], **own, **said})


def test_auto_takes_few_groups_and_what_can_be_measured_and_no_votes(manifest):
    own, measured = chosen(manifest, CONTRACT, ["auto"], None)
    assert own == ["light"]
    assert list(measured) == ["measured_skin_tone", "measured_light", "measured_contrast", "measured_sharpness"]


def test_what_is_measured_of_faces_needs_a_detector(manifest):
    assert "measured_turn" in chosen(manifest, CONTRACT, ["auto"], Seer())[1]
    with pytest.raises(SettingError, match="no column 'measured_turn'"):
        chosen(manifest, CONTRACT, ["measured_turn"], None)


def test_columns_that_auto_leaves_out_can_be_asked_for_and_votes_cannot(manifest):
    assert chosen(manifest, CONTRACT, ["number", "person"], None) == (["number", "person"], {})
    assert chosen(manifest, CONTRACT, ["same"], None) == (["same"], {})  # one group is shown, and compared with none
    for name in ("ferplus_anger", "lihgt"):
        with pytest.raises(SettingError, match=f"no column '{name}' to group by"):
            chosen(manifest, CONTRACT, [name], None)
    assert chosen(manifest, CONTRACT, [], None) == ([], {})


def test_votes_are_found_by_their_columns_or_named_by_the_recipe(manifest):
    assert votes_of(manifest.frame)["ferplus_anger"] == "angry"
    found = votes(manifest, ("happy", "sad"))
    assert found.shape == (20, 2)
    assert found[4].tolist() == [2.0, 1.0]
    named = votes(manifest, ("sad", "happy"), ["happy=ferplus_sadness", "sad=ferplus_happiness"])
    assert named[4].tolist() == [2.0, 1.0]
    assert votes(manifest, ("happy", "bored")) is None
    bare = manifest.with_frame(manifest.frame.drop("ferplus_nf"))
    assert votes(bare, ("happy", "sad")) is None


def test_even_groups_needs_a_column_and_weights_cannot_be_blended():
    recipe = Recipe(even_groups="light")
    _check_even_groups(recipe, ("light",))
    with pytest.raises(SettingError, match=r"even_groups names the column 'light'.*Did you mean 'lights'"):
        _check_even_groups(recipe, ("lights",))
    mixed = dataclasses.replace(recipe, mixup=0.2)
    with pytest.raises(SettingError, match="sampling = balanced"):
        _check_even_groups(mixed, ("light",))
    _check_even_groups(dataclasses.replace(mixed, sampling="balanced"), ("light",))
