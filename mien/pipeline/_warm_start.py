"""The run that another starts from: a copy of what is needed of it, and what it has seen, so that nothing leaks.

``base/`` in a run's folder is a small run by itself: recipe, contract, best weights, and its own ``base/``. So a run
can be repeated, resumed and exported when the earlier one is long gone.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mien import evaluate, models, train
from mien.core import artifacts
from mien.core.errors import SettingError, SourceError
from mien.core.files import storage_error
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.kinds import kind
from mien.predict import Predictor

if TYPE_CHECKING:
    import keras

SEEN = "seen by the model that this one learns from"  # why a test or validation row is set aside


def copy_into(run: Run, recipe: Recipe) -> None:
    """Copy the run that a recipe starts from into a new run, and check that it fits."""
    if not recipe.warm_start:
        return
    earlier = trained(recipe.warm_start, "--from")
    _copy(earlier, run.base())
    before = artifacts.read_contract(run.base())
    contract = models.contract(recipe, before.labels, before.kind)
    models.build(contract, recipe, base=network(run))  # refuses weights of another architecture
    add_lineage(run, Lineage.of_run(earlier))


def add_others(run: Run, recipe: Recipe) -> None:
    """Write down what the weights in the box, and the search that chose the recipe, have seen."""
    box = None if recipe.warm_start else models.family(recipe.model).starts_from(recipe)
    if box is not None:
        add_lineage(run, Lineage.from_text(Predictor(box, inputs="faces").lineage))
    if recipe.tuned_on:
        there = Run(Path(recipe.tuned_on)).manifest.exists()
        add_lineage(run, Lineage.of_run(Run.open(recipe.tuned_on)).tuned() if there else Lineage.empty(known=False))


def sized(recipe: Recipe) -> Recipe:
    """Take the size, or the length, of the run that a recipe starts from, where it names none."""
    if not recipe.warm_start or recipe.size is not None or recipe.seconds is not None:
        return recipe
    contract = artifacts.read_contract(trained(recipe.warm_start, "--from"))
    return kind(contract.kind).sized(recipe, contract)


def network(run: Run) -> keras.Model | None:
    """Build the network that a run starts from; None where the run starts afresh."""
    base = run.base()
    if not base.recipe.exists():
        return None
    contract, recipe = artifacts.read_contract(base), artifacts.read_recipe(base)
    model = models.build(contract, recipe, base=network(base), pretrained=False)
    train.load_best(model, base)
    return model


def trained(path: str, option: str) -> Run:
    """Open a run whose training is done. Of several seeds, it is the first."""
    run = Run.open(path)
    if not run.done("train"):
        came = f"The run '{path}' of {option} is not trained yet"
        raise SettingError(came, todo=f"Finish it: mien run --resume {path}")
    recipe = artifacts.read_recipe(run)
    if not models.family(recipe.model).network:
        raise SettingError(f"The run '{path}' of {option} is of '{recipe.model}'", expected="a run of a network")
    return run


def add_lineage(run: Run, lineage: Lineage) -> None:
    """Write down what a model that a run learns from, or the search that chose its recipe, has seen."""
    artifacts.write_lineage(run, artifacts.read_lineage(run) + lineage)


def seen_before(run: Run) -> str:
    """Say whether the test split of a run is new to its model; ``unknown`` where nobody knows what taught it."""
    return evaluate.NEW if artifacts.read_lineage(run).known else evaluate.UNKNOWN


def without_seen(run: Run, manifest: Manifest, *, needed: Sequence[str] = ("val", "test")) -> Manifest:
    """Set aside what the earlier model has seen: of the test split all, of validation what it was trained on.

    Validation chooses, and may choose for both; only what was trained on would mislead it.
    """
    if not run.lineage.exists():
        return manifest
    lineage, left, what = artifacts.read_lineage(run), manifest, kind(manifest.kind)
    for split, known in (("test", lineage), ("val", lineage.of_role("trained"))):
        side = manifest.of(split)
        reasons = known.seen(side, what.confirm_copies)
        named = zip(side.frame["id"], reasons, strict=True)
        left = left.set_aside({one: f"{SEEN} ({reason})" for one, reason in named if reason is not None})
    for split in needed:
        if not len(left.of(split)):
            came = f"The model that this one learns from has seen every {what.one} of the {split} split"
            todo = "Add some, or use the split of the earlier run: the same data, shares and split_seed"
            raise SourceError(came, expected=f"{what.many} that are new to both", todo=todo)
    return left


def _copy(earlier: Run, base: Run) -> None:
    members = earlier.folder / "members"
    first = earlier if earlier.checkpoints.exists() else Run(min(members.iterdir(), key=lambda one: int(one.name)))
    try:
        base.checkpoints.mkdir(parents=True)
        shutil.copy2(earlier.recipe, base.recipe)
        shutil.copy2(earlier.contract, base.contract)
        shutil.copy2(first.checkpoints / "best.npz", base.checkpoints / "best.npz")
        if earlier.base().folder.exists():
            shutil.copytree(earlier.base().folder, base.base().folder)
    except OSError as error:
        raise storage_error(base.folder, error) from error
