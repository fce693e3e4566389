"""The frame of the families that learn from features: what is their own is what they learn, and in how much room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mien import kinds
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.classical import Learn, OnFeatures, check_features
from mien.models.families._family import Family
from mien.models.features import Embedding

if TYPE_CHECKING:
    import keras

Learner = Callable[[Recipe, int, Embedding | None], Learn]


def on_features(
    about: str, learner: Learner, defaults: Mapping[str, Any], by_kind: Mapping[str, Mapping[str, Any]]
) -> Family:
    """Make a family of `OnFeatures`; before anything is learnt, `learner` refuses what a file of 5 MB cannot hold."""

    def build(contract: InputContract, recipe: Recipe, base: keras.Model | None = None) -> OnFeatures:
        embedding = None if base is None else Embedding(base, contract)
        return OnFeatures(contract, recipe, learner(recipe, len(contract.labels), embedding), embedding)

    def check(recipe: Recipe) -> None:
        check_features(recipe)
        learner(recipe, max(len(recipe.labels), 2), None)

    return Family(
        about,
        "rgb",
        build,
        defaults,
        network=False,
        kinds=(kinds.PICTURE, kinds.SOUND),
        by_kind=by_kind,
        build_on=build,
        check=check,
    )
