"""Two families that are close are both trained, and the one that is right more often on validation stays."""

from __future__ import annotations

import shutil
from typing import Any

from mien import evaluate, models
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.pipeline._context import RunContext
from mien.pipeline._decide import FREE
from mien.pipeline._measured_data import answers


def compare(context: RunContext) -> None:
    """Train the candidates of a run, and go on with the better one: what it has learnt is kept."""
    names = context.run.state().candidates
    if len(names) < 2 or context.open_rounds() or context.recipe.seeds > 1 or context.run.state().bout:
        return
    context.reporter.say(f"train: {' and '.join(names)} are close for as many {context.kind.many}, so both are trained")
    contract = context.contract
    recipes = {name: models.resolve(_as(context.recipe, name), context.kind.name) for name in names}
    fitting = [name for name in names if models.contract(recipes[name], contract.labels).shape == contract.shape]
    rows = [_tried(context, name, recipes[name]) for name in fitting]
    best = max(rows, key=lambda row: row["accuracy"])  # of equals the first
    words = ", ".join(f"{row['name']} is right on {100 * row['accuracy']:.1f}" for row in rows)
    why = f"Of 100 validation {context.kind.many} {words}; so {best['name']} stays."
    _take(context, recipes[best["name"]], Run(context.run.folder / "bout" / best["name"]))
    context.run.update(bout=rows, decided=(*context.run.state().decided, why))
    shutil.rmtree(context.run.folder / "bout", ignore_errors=True)
    context.reporter.say(f"decide: {why}")


def _as(recipe: Recipe, name: str) -> Recipe:
    """Return the same choice of data for another family, whose settings are its own."""
    return Recipe(**{**{key: getattr(recipe, key) for key in FREE}, "model": name})


def _tried(context: RunContext, name: str, recipe: Recipe) -> dict[str, Any]:
    own = RunContext(Run(context.run.folder / "bout" / name), recipe, context.reporter, whole=context)
    own.write_manifest(context.manifest)
    (member,) = own.members
    own.train(member)
    truth, probabilities = answers(own.predict(), own.side("val"), context.reporter.progress)
    found = evaluate.score(truth, probabilities, context.contract.labels).accuracy
    return {"name": name, "accuracy": found.value, "low": found.low, "high": found.high}


def _take(context: RunContext, recipe: Recipe, run: Run) -> None:
    """Make a candidate's training the run's own."""
    for own, theirs in ((context.run.checkpoints, run.checkpoints), (context.run.tensorboard, run.tensorboard)):
        if theirs.exists():
            shutil.rmtree(own, ignore_errors=True)
            theirs.rename(own)
    run.history.replace(context.run.history)
    state = run.state()
    context.run.update(trained=state.trained, stopped=state.stopped, best_epoch=state.best_epoch)
    context.write_recipe(recipe)
