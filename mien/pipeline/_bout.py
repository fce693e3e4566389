"""Two families that are close are both trained, and the one that is right more often on validation stays."""

from __future__ import annotations

import shutil
from typing import Any

from mien import evaluate, models
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.pipeline._decide import FREE
from mien.pipeline._measure import answers
from mien.pipeline._work import Work


def hold(work: Work) -> None:
    """Train the candidates of a run, and go on with the better one: what it has learnt is kept.

    Parameters
    ----------
    work : Work
        The run, loaded; measured by one test split, which nobody looks at here.
    """
    names = work.run.state().candidates
    if len(names) < 2 or work.rounds or work.recipe.seeds > 1 or work.run.state().bout:
        return
    work.desk.say(f"train: {' and '.join(names)} are close for as many pictures, so both are trained")
    contract = work.contract
    recipes = {name: models.resolve(_as(work.recipe, name)) for name in names}
    fitting = [name for name in names if models.contract(recipes[name], contract.labels).shape == contract.shape]
    rows = [_tried(work, name, recipes[name]) for name in fitting]
    best = max(rows, key=lambda row: row["accuracy"])  # of equals the first
    words = ", ".join(f"{row['name']} is right on {100 * row['accuracy']:.1f}" for row in rows)
    why = f"Of 100 validation pictures {words}; so {best['name']} stays."
    _take(work, recipes[best["name"]], Run(work.run.folder / "bout" / best["name"]))
    work.run.update(bout=rows, decided=(*work.run.state().decided, why))
    shutil.rmtree(work.run.folder / "bout", ignore_errors=True)
    work.desk.say(f"decide: {why}")


def _as(recipe: Recipe, name: str) -> Recipe:
    """Return the same choice of data for another family, whose settings are its own."""
    return Recipe(**{**{key: getattr(recipe, key) for key in FREE}, "model": name})


def _tried(work: Work, name: str, recipe: Recipe) -> dict[str, Any]:
    own = Work(Run(work.run.folder / "bout" / name), recipe, work.desk, whole=work)
    own.keep(work.manifest)
    (member,) = own.members
    own.train(member)
    truth, probabilities = answers(own.predict(1.0), own.side("val"), work.desk.progress)
    found = evaluate.score(truth, probabilities, work.contract.labels).accuracy
    return {"name": name, "accuracy": found.value, "low": found.low, "high": found.high}


def _take(work: Work, recipe: Recipe, run: Run) -> None:
    """Make a candidate's training the run's own."""
    for own, theirs in ((work.run.checkpoints, run.checkpoints), (work.run.tensorboard, run.tensorboard)):
        if theirs.exists():
            shutil.rmtree(own, ignore_errors=True)
            theirs.rename(own)
    run.history.replace(work.run.history)
    state = run.state()
    work.run.update(trained=state.trained, stopped=state.stopped, best_epoch=state.best_epoch)
    work.settle(recipe)
