"""`transfer` on an earlier run and what becomes of its backbone."""

from __future__ import annotations

import numpy as np
import pytest

from mien import models, pipeline, train
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.pipeline import _warm_start

SETTINGS = {"model": "transfer", "epochs": 3, "frozen_epochs": 2, "batch": 8, "patience": 0, "augment": 0.0}


@pytest.fixture(scope="module")
def compact(small_faces, tmp_path_factory):
    """A finished run whose network has normalisations. Not to be written to."""
    recipe = Recipe(folds=1, model="compact", size=24, epochs=1, batch=8)
    return trained(small_faces, recipe, tmp_path_factory.mktemp("runs") / "compact")


def trained(faces, recipe, folder):
    """A run as far as its training."""
    return pipeline.resume(pipeline.begin(faces, recipe, folder), until="train")


def backbone(run):
    """The backbone's arrays in a run's checkpoint."""
    recipe = Recipe.read(run.recipe)
    model = models.build(pipeline.contract(run), recipe, base=_warm_start.network(run))
    train.load_best(model, run)
    return [np.asarray(variable) for variable in model.get_layer("backbone").weights]


def same(some, others):
    return all(np.array_equal(one, two) for one, two in zip(some, others, strict=True))


def test_the_backbone_stands_still_first_and_learns_then(compact, small_faces, tmp_path):
    frozen = Recipe(folds=1, **{**SETTINGS, "epochs": 2}, warm_start=str(compact.folder))
    first = trained(small_faces, frozen, tmp_path / "first")
    theirs = _warm_start.network(first)
    kept = [np.asarray(v) for layer in theirs.layers[:-1] for v in layer.weights]
    assert same(backbone(first), kept)
    both = Recipe(folds=1, **{**SETTINGS, "frozen_epochs": 1, "unfrozen_rate": 1.0}, warm_start=str(compact.folder))
    second = trained(small_faces, both, tmp_path / "second")
    assert InputContract.from_json(second.contract.read_text()).size == 24  # the earlier run's, not the family's
    learnt = backbone(second)
    still = [variable.path for variable in theirs.weights if "moving" in variable.path]
    assert still
    changed = sum(not np.array_equal(one, two) for one, two in zip(learnt, kept, strict=True))
    assert changed == len(kept) - len(still)


def test_a_transfer_can_be_built_on_a_transfer(compact, small_faces, tmp_path):
    one = trained(
        small_faces, Recipe(folds=1, **{**SETTINGS, "epochs": 1}, warm_start=str(compact.folder)), tmp_path / "one"
    )
    two = trained(
        small_faces,
        Recipe(folds=1, **{**SETTINGS, "epochs": 1}, warm_start=str(one.folder), labels=("happy", "sad")),
        tmp_path / "two",
    )
    assert InputContract.from_json(two.contract.read_text()).labels == ("happy", "sad")
    assert same(backbone(two), backbone(one))


def test_what_cannot_be_had_is_refused_before_there_is_a_run(compact, small_faces, tmp_path):
    other = Recipe(folds=1, **SETTINGS, size=32, warm_start=str(compact.folder))
    with pytest.raises(SettingError, match=r"size = 32 came with --from, whose network takes 24 px"):
        pipeline.begin(small_faces, other, tmp_path / "new")
    (tmp_path / "a.h5").write_text("weights")
    with pytest.raises(SettingError, match="is not a file of weights"):
        pipeline.begin(small_faces, Recipe(folds=1, **SETTINGS, weights=str(tmp_path / "a.h5")), tmp_path / "new")
    with pytest.raises(SettingError, match="cannot be read"):
        pipeline.begin(small_faces, Recipe(folds=1, **SETTINGS, weights=str(tmp_path / "b.h5")), tmp_path / "new")
    assert not (tmp_path / "new").exists()
