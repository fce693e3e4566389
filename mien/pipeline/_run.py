"""The whole story on one page, from left to right.

collect -> audit -> split -> load -> train -> evaluate -> explain -> export -> report

Each stage takes what earlier ones have left in the run's folder and leaves its own there before the next begins, so an
interrupted run goes on where it was: docs/decisions/0029-stages-and-files.md.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien import models
from mien.core import artifacts
from mien.core.answer import good_for
from mien.core.errors import SettingError
from mien.core.recipe import AUTO, Recipe
from mien.core.run import Run
from mien.core.types import InputContract
from mien.evaluate import Scores
from mien.pipeline import _distillation, _replacement, _warm_start, stages
from mien.pipeline._context import Reporter, RunContext
from mien.pipeline._decide import is_open
from mien.predict import Predictor, model_file
from mien.split import Proof


@dataclass(frozen=True)
class Stage:
    """A step of the data's way."""

    verb: Callable[[RunContext], None]  # does it
    takes: tuple[str, ...]  # what it reads: properties of `Run`, and ``source``, what the user named
    leaves: tuple[str, ...]  # what it writes or changes: properties of `Run`

    def __call__(self, context: RunContext) -> None:
        self.verb(context)


STAGES = {
    "collect": Stage(stages.collect, ("source", "recipe"), ("manifest",)),
    "audit": Stage(stages.audit, ("manifest",), ("manifest", "findings")),
    "split": Stage(stages.split, ("manifest", "recipe", "lineage"), ("manifest", "recipe")),
    "load": Stage(stages.load, ("manifest", "recipe"), ("manifest", "findings", "contract")),
    "train": Stage(stages.train, ("manifest", "recipe", "contract"), ("checkpoints", "history", "tensorboard")),
    "evaluate": Stage(stages.evaluate, ("manifest", "checkpoints", "lineage"), ("scores", "predictions")),
    "explain": Stage(stages.explain, ("manifest", "checkpoints", "scores"), ("explanations",)),
    "export": Stage(stages.export, ("checkpoints", "contract", "scores", "lineage"), ("model",)),
    "report": Stage(stages.report, ("recipe", "manifest", "findings", "history", "scores", "predictions"), ("report",)),
}


def run(source: str | Path, recipe: Recipe | None = None, *, folder: str | Path, replace: bool = False) -> Run:
    """Turn a source into a run: report, scores and model file.

    Parameters
    ----------
    source : str or path
        A folder of class folders, an archive or a table of them, or ``sample:faces``.
    recipe : Recipe, optional
        Settings. When left out, or with ``model = "auto"`` and no setting of training, the data decides.
    folder : path
        Where the run goes.
    replace : bool
        Put it in the place of an earlier run, which stays until the new one has its data.

    Returns
    -------
    Run
        With ``report.html`` and ``model.onnx`` in it.

    Raises
    ------
    MienError
        Whatever a stage could not do, in a sentence.
    """
    return resume(begin(source, recipe or Recipe(model=AUTO), folder, replace=replace))


def begin(source: str | Path, recipe: Recipe, folder: str | Path, *, replace: bool = False) -> Run:
    """Make a run's folder with the resolved recipe, and do nothing more; `replace` as for `run`."""
    unset = vars(Recipe())
    typed = [name for name, value in vars(recipe).items() if value != unset[name]]
    models.require(recipe.model)
    resolved = _resolved(recipe, typed)
    made = _replacement.begin(folder, replace=replace)
    named = str(source) if str(source).startswith("sample:") else str(Path(source).absolute())
    with _replacement.rolled_back(made):
        made.update(source=named, done=(), typed=tuple(typed))
        artifacts.write_recipe(made, resolved)
        artifacts.write_environment(made)
        _warm_start.copy_into(made, resolved)
        _distillation.copy_into(made, resolved)
        if resolved.model != AUTO:
            _warm_start.add_others(made, resolved)
    return made


def _resolved(recipe: Recipe, typed: list[str]) -> Recipe:
    """Fill in what the family decides; where the data is to decide on the family, that waits for the data.

    Settings that no kind's usual family takes are refused now.
    """
    if is_open(recipe, typed):
        return recipe
    if recipe.model == AUTO and not (recipe.warm_start or recipe.teacher):
        models.check_settings(recipe)
        return recipe
    if recipe.model == AUTO:
        recipe = dataclasses.replace(recipe, model=models.taking(_learns_from(recipe))[0])
    resolved = _absolute(models.resolve(_warm_start.sized(recipe)))
    models.fetch(resolved)
    return resolved


def _learns_from(recipe: Recipe) -> str:
    """Name the kind of sample that the earlier run, or the teacher, knows."""
    if recipe.warm_start:
        return artifacts.read_contract(_warm_start.trained(recipe.warm_start, "--from")).kind
    return Predictor(model_file(recipe.teacher)).contract.kind


def _absolute(recipe: Recipe) -> Recipe:
    # A run is resumed from anywhere.
    names = ["warm_start", "teacher", "tuned_on"]
    names += [] if recipe.weights in ("box", "imagenet", "none") else ["weights"]
    places: dict[str, Any] = {name: str(Path(value).absolute()) for name in names if (value := getattr(recipe, name))}
    return dataclasses.replace(recipe, **places)


def resume(made: Run, *, until: str = "report", reporter: Reporter | None = None) -> Run:
    """Do what is left of a run up to the stage `until`; `SettingError` if there is none of that name."""
    if until not in STAGES:
        raise SettingError(f"There is no stage '{until}'", expected=", ".join(STAGES))
    context = RunContext(made, artifacts.read_recipe(made), reporter or Reporter())
    with _replacement.rolled_back(made):
        _run_stages(context, until)
    return made


def _run_stages(context: RunContext, until: str) -> None:
    made = context.run
    for name, stage in STAGES.items():
        if not made.done(name):
            context.reporter.stage(name)
            began = time.perf_counter()
            stage(context)
            made.update(seconds={**made.state().seconds, name: round(time.perf_counter() - began, 2)})
            made.finish(name)
        if name == "load":
            _replacement.commit(made)
        if name == until:
            break


def contract(made: Run) -> InputContract:
    """Say what the model of a run that is past its split eats."""
    return RunContext(made, artifacts.read_recipe(made), Reporter()).contract


def summary(made: Run) -> dict[str, Any]:
    """Say what a finished run made and how good it is, as JSON values: paths, sentences, and seconds by stage."""
    found = artifacts.read_scores(made)
    test, proof = Scores.from_dict(found["test"]), Proof.from_dict(found["proof"])
    return {
        "run": str(made.folder),
        "report": str(made.report),
        "model": str(made.model),
        "sentence": stages.sentence(found),
        "trained_on": found.get("trained_on", ""),
        "good_for": good_for(found.get("trained_on", "")),
        "proof": proof.sentence,
        "accuracy": test.accuracy.value,
        "balanced_accuracy": test.balanced_accuracy.value,
        "baselines": {name: value["accuracy"]["value"] for name, value in found["baselines"].items()},
        "seconds": dict(made.state().seconds),
    }


def export_alone(folder: str | Path) -> None:
    """Write the model file of a measured run, and nothing else; in a process with TensorFlow."""
    made = Run.open(folder)
    stages.export(RunContext(made, artifacts.read_recipe(made), Reporter()))
