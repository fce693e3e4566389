"""The whole story on one page, from left to right.

collect -> audit -> split -> load -> train -> evaluate -> explain -> export -> report

Each stage leaves its result in the run's folder before the next begins, so an interrupted run goes on where it was.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import audit, collect, evaluate, explain, export, models, report, split, train
from mien.core.errors import SettingError
from mien.core.files import write_bytes, write_text
from mien.core.recipe import Recipe
from mien.core.run import Run, environment, read_json, write_json
from mien.core.types import InputContract, Manifest
from mien.media import encode_webp
from mien.pipeline import _place
from mien.pipeline._measure import answers, groups
from mien.pipeline._work import Desk, Work

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities
    from mien.evaluate import Scores

EXPLAINED = 8  # pictures with a heat map in the report


def run(source: str | Path, recipe: Recipe | None = None, *, folder: str | Path, replace: bool = False) -> Run:
    """Turn a source into a run: report, scores and model file.

    Parameters
    ----------
    source : str or path
        A folder of class folders, an archive or a table of them, or ``sample:faces``.
    recipe : Recipe, optional
        Settings; `compact` with its own defaults when left out.
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
    return resume(begin(source, recipe or Recipe(), folder, replace=replace))


def begin(source: str | Path, recipe: Recipe, folder: str | Path, *, replace: bool = False) -> Run:
    """Make a run's folder with the resolved recipe, and do nothing more.

    Parameters
    ----------
    source : str or path
        As for `run`.
    recipe : Recipe
        Settings.
    folder : path
        Where the run goes.
    replace : bool
        Put it in the place of an earlier run, which stays until the new one has its data.

    Returns
    -------
    Run
        To `resume`.
    """
    resolved = recipe.with_defaults(models.family(recipe.model).defaults)
    made = _place.take(folder, replace=replace)
    named = str(source) if str(source).startswith("sample:") else str(Path(source).absolute())
    with _place.giving_up(made):
        made.update(source=named, done=[])
        resolved.save(made.recipe)
        write_json(made.environment, environment())
    return made


def resume(made: Run, *, until: str = "report", desk: Desk | None = None) -> Run:
    """Do what is left of a run.

    Parameters
    ----------
    made : Run
        From `begin`, or one that was interrupted.
    until : str
        The last stage to do.
    desk : Desk, optional
        Where to tell how it goes.

    Returns
    -------
    Run
        The same run.

    Raises
    ------
    SettingError
        If `until` is no stage.
    """
    if until not in STAGES:
        raise SettingError(f"There is no stage '{until}'", expected=", ".join(STAGES))
    work = Work(made, Recipe.read(made.recipe), desk or Desk())
    with _place.giving_up(made):
        _tell(work, until)
    return made


def _tell(work: Work, until: str) -> None:
    made = work.run
    for name, stage in STAGES.items():
        if not made.done(name):
            with _timed(made, name):
                stage(work)
            made.finish(name)
        if name == "load":
            _place.settle(made)
        if name == until:
            break


def contract(made: Run) -> InputContract:
    """Say what a run's model eats.

    Parameters
    ----------
    made : Run
        Past its split.

    Returns
    -------
    InputContract
        Its labels and size.
    """
    return Work(made, Recipe.read(made.recipe), Desk()).contract


def summary(made: Run) -> dict[str, Any]:
    """Say what a finished run made and how good it is.

    Parameters
    ----------
    made : Run
        Finished.

    Returns
    -------
    dict
        ``run``, ``report``, ``model`` (paths), ``sentence``, ``proof``, ``accuracy``, ``balanced_accuracy``,
        ``baselines`` and ``seconds`` (stage to seconds).
    """
    found = read_json(made.scores)
    test, proof = evaluate.Scores.from_dict(found["test"]), split.prove(Manifest.read(made.manifest))
    return {
        "run": str(made.folder),
        "report": str(made.report),
        "model": str(made.model),
        "sentence": _sentence(found),
        "proof": proof.sentence,
        "accuracy": test.accuracy.value,
        "balanced_accuracy": test.balanced_accuracy.value,
        "baselines": {name: value["accuracy"]["value"] for name, value in found["baselines"].items()},
        "seconds": made.state().get("seconds", {}),
    }


def _sentence(found: dict[str, Any]) -> str:
    test, commonest = (evaluate.Scores.from_dict(part) for part in (found["test"], found["baselines"]["commonest"]))
    return test.sentence(commonest)


def _collect(work: Work) -> None:
    manifest = collect.scan(work.run.state()["source"], labels=work.recipe.labels, progress=work.desk.progress)
    work.keep(manifest)
    work.desk.say(
        f"collect: {len(manifest):,} pictures in {len(manifest.labels)} classes, {', '.join(manifest.labels)}"
    )


def _audit(work: Work) -> None:
    manifest = work.manifest
    findings = audit.check(manifest, progress=work.desk.progress)
    findings.save(work.run.findings)
    clean = audit.require_usable(audit.clean(manifest, findings))
    work.keep(clean)
    work.desk.say(f"audit: {len(findings):,} findings, {len(manifest) - len(clean.used):,} pictures set aside")


def _split(work: Work) -> None:
    recipe = work.recipe
    shares = {"train": recipe.train_share, "val": recipe.val_share, "test": recipe.test_share}
    divided = split.assign(work.manifest, **shares, seed=recipe.seed)
    work.keep(divided)
    proof = split.prove(divided)
    work.desk.say(f"split: {proof.train:,} train, {proof.val:,} validation, {proof.test:,} test. {proof.sentence}")


def _load(work: Work) -> None:
    failed = work.cache.failed
    if failed:
        work.keep(work.manifest.set_aside(dict.fromkeys(failed, "unreadable")))
        work.desk.say(f"load: {len(failed):,} pictures could not be decoded and were set aside")
    write_text(work.run.contract, work.contract.to_json())


def _train(work: Work) -> None:
    history = train.fit(
        work.model,
        work.side("train", training=True),
        work.side("val"),
        work.recipe,
        work.run,
        progress=work.desk.progress,
        each=work.desk.epoch,
    )
    work.run.update(stopped=history.stopped, best_epoch=history.best.epoch)
    work.desk.say(f"train: {history.stopped}")


def _evaluate(work: Work) -> None:
    labels = work.contract.labels
    shown = work.desk.progress
    temperature = evaluate.temperature(*answers(work.predict(1.0), work.side("val"), shown))
    truth, weights = answers(work.predict(temperature), work.side("test"), shown)
    scores = evaluate.score(truth, weights, labels, seed=work.recipe.seed)
    test = work.manifest.of("test")
    _write_predictions(work, weights)
    found = {
        "test": scores.to_dict(),
        "baselines": {name: value.to_dict() for name, value in _baselines(work, truth).items()},
        "temperature": temperature,
        "groups": [dataclasses.asdict(row) for row in evaluate.by_group(truth, weights, labels, groups(test))],
        "proof": split.prove(work.manifest).to_dict(),
        "stopped": work.run.state().get("stopped", ""),
    }
    write_json(work.run.scores, found)
    work.desk.say(f"evaluate: {_sentence(found)}")


def _baselines(work: Work, truth: Integers) -> dict[str, Scores]:
    labels, training = work.contract.labels, work.side("train")
    known = np.concatenate([numbers for _, numbers in training.epoch(0)])
    neighbours = work.desk.progress(training.epoch(0), total=len(training), what="comparing pixels")
    return {
        "commonest": evaluate.commonest(known, truth, labels),
        "nearest_neighbour": evaluate.nearest_neighbour(neighbours, work.side("test").epoch(0), labels),
    }


def _write_predictions(work: Work, weights: Probabilities) -> None:
    import polars as pl

    from mien.core.files import writing

    labels = work.contract.labels
    columns = {f"p:{label}": weights[:, number] for number, label in enumerate(labels)}
    frame = work.manifest.of("test").frame.select("id", "label")
    frame = frame.with_columns(predicted=pl.Series([labels[number] for number in weights.argmax(1)]))
    with writing(work.run.predictions) as beside:
        frame.with_columns(**columns).write_parquet(beside)


def _explain(work: Work) -> None:
    predict = work.predict(read_json(work.run.scores)["temperature"])
    ids = work.manifest.of("test").frame["content"]
    pictures, numbers = next(iter(work.side("test").epoch(0)))
    first = [int(np.flatnonzero(numbers == number)[0]) for number in np.unique(numbers)]
    chosen = [*first, *(row for row in range(len(numbers)) if row not in first)][:EXPLAINED]
    for row in work.desk.progress(chosen, total=len(chosen), what="explaining"):
        shown = explain.overlay(pictures[row], explain.occlusion(predict, pictures[row]))
        write_bytes(work.run.explanations / f"{ids[row][:16]}.webp", encode_webp(shown))


def _export(work: Work) -> None:
    found = read_json(work.run.scores)
    data = f"{len(work.manifest.of('train')):,} pictures from {Path(work.run.state()['source']).name}"
    card = export.card(work.contract, family=work.recipe.model, data=data, sentence=_sentence(found))
    work.desk.say("export: writing the model file and checking that it answers as Keras does")
    measured = {"accuracy": found["test"]["accuracy"], "sentence": _sentence(found)}
    export.write(
        work.model, work.contract, work.run.model, temperature=found["temperature"], scores=measured, card=card
    )


def _report(work: Work) -> None:
    report.write(work.run)


@contextmanager
def _timed(made: Run, stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    made.update(seconds={**made.state().get("seconds", {}), stage: round(time.perf_counter() - began, 2)})


STAGES: dict[str, Callable[[Work], None]] = {
    "collect": _collect,
    "audit": _audit,
    "split": _split,
    "load": _load,
    "train": _train,
    "evaluate": _evaluate,
    "explain": _explain,
    "export": _export,
    "report": _report,
}
