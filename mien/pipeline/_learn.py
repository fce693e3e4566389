"""The stages from training to the model file: train, evaluate, explain, export."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate, explain, export, models, split, train
from mien.core.errors import ModelFileError
from mien.core.files import write_bytes, writing
from mien.core.run import read_json, write_json
from mien.media import encode_webp
from mien.pipeline._measure import answers, groups
from mien.pipeline._work import Member, Work, in_tensorflow, raw
from mien.predict import Predictor

if TYPE_CHECKING:
    from mien.core.run import Run
    from mien.core.types import Batches, Integers, Pixels, Probabilities
    from mien.evaluate import Scores

EXPLAINED = 8  # pictures with a heat map in the report
APART = 1e-3  # largest difference in probability allowed between another backend and the file


def learn(work: Work) -> None:
    """Train every member.

    Parameters
    ----------
    work : Work
        The run.
    """
    if models.family(work.recipe.model).network:
        work.run.update(backend=models.backend(), devices=list(models.accelerators()))
    for member in work.members:
        _learn_one(work, member)
    first = work.members[0].run
    if first.folder != work.run.folder:  # the report draws the curves of one
        write_bytes(work.run.history, first.history.read_bytes())


def _learn_one(work: Work, member: Member) -> None:
    state = member.run.state()
    if not state.get("trained"):
        if work.recipe.seeds > 1:
            work.desk.say(f"train: seed {member.recipe.seed}")
        history = train.fit(
            work.fresh(member),
            work.training(member),
            work.side("val"),
            member.recipe,
            member.run,
            watch=work.desk.watch,
            progress=work.desk.progress,
        )
        state = {"trained": True, "stopped": history.stopped, "best_epoch": history.best.epoch}
        member.run.update(**state)
        work.desk.say(f"train: {history.stopped}")
    work.run.update(stopped=state["stopped"], best_epoch=state["best_epoch"])


def measure(work: Work) -> None:
    """Evaluate: fit the calibration on validation, measure on the test side once.

    Parameters
    ----------
    work : Work
        The run.
    """
    labels = work.contract.labels
    shown = work.desk.progress
    temperature = evaluate.temperature(*answers(work.predict(1.0), work.side("val"), shown))
    truth, weights = answers(work.predict(temperature), work.side("test"), shown)
    scores = evaluate.score(truth, weights, labels, seed=work.recipe.seed)
    test = work.manifest.of("test")
    _write_predictions(work, work.run, weights)
    found = {
        "test": scores.to_dict(),
        "baselines": {name: value.to_dict() for name, value in _baselines(work, truth).items()},
        "temperature": temperature,
        "groups": [dataclasses.asdict(row) for row in evaluate.by_group(truth, weights, labels, groups(test))],
        "proof": split.prove(work.manifest).to_dict(),
        "stopped": work.run.state().get("stopped", ""),
        "members": _measure_members(work, truth),
    }
    write_json(work.run.scores, found)
    work.desk.say(f"evaluate: {sentence(found)}")


def sentence(found: dict[str, Any]) -> str:
    """Say how good a run is.

    Parameters
    ----------
    found : dict
        What scores.json holds.

    Returns
    -------
    str
        Accuracy, interval, the commonest class, and the spread of the seeds where there are several.
    """
    test, commonest = (evaluate.Scores.from_dict(part) for part in (found["test"], found["baselines"]["commonest"]))
    words = test.sentence(commonest)
    alone = [member["accuracy"] for member in found.get("members", [])]
    if not alone:
        return words
    mean, spread = np.mean(alone), np.std(alone, ddof=1)
    return f"{words} One of the {len(alone)} models alone: {mean:.1%} on average, give or take {spread:.1%} by seed."


def _measure_members(work: Work, truth: Integers) -> list[dict[str, Any]]:
    if work.recipe.seeds == 1:
        return []
    rows = []
    for member, model in zip(work.members, work.models, strict=True):
        _, weights = answers(
            lambda pixels, model=model: raw(model, pixels, mirror=work.recipe.mirror), work.side("test")
        )
        _write_predictions(work, member.run, weights)
        scores = evaluate.score(truth, weights, work.contract.labels)
        row = {"accuracy": scores.accuracy.value, "balanced_accuracy": scores.balanced_accuracy.value}
        rows.append({"seed": member.recipe.seed, **row})
    return rows


def _baselines(work: Work, truth: Integers) -> dict[str, Scores]:
    labels, training = work.contract.labels, work.side("train")
    known = work.manifest.of("train").frame["label"]
    numbers = np.array([labels.index(label) for label in known])
    neighbours = work.desk.progress(_numbered(training), total=len(training), what="comparing pixels")
    return {
        "commonest": evaluate.commonest(numbers, truth, labels),
        "nearest_neighbour": evaluate.nearest_neighbour(neighbours, _numbered(work.side("test")), labels),
    }


def _numbered(side: Batches) -> Iterator[tuple[Pixels, Integers]]:
    return ((pixels, targets.argmax(1)) for pixels, targets in side.epoch(0))


def _write_predictions(work: Work, run: Run, weights: Probabilities) -> None:
    import polars as pl

    labels = work.contract.labels
    columns = {f"p:{label}": weights[:, number] for number, label in enumerate(labels)}
    frame = work.manifest.of("test").frame.select("id", "content", "label")
    frame = frame.with_columns(predicted=pl.Series([labels[number] for number in weights.argmax(1)]))
    with writing(run.predictions) as beside:
        frame.with_columns(**columns).write_parquet(beside)


def show(work: Work) -> None:
    """Explain: draw which part of some test pictures moved the answer.

    Parameters
    ----------
    work : Work
        The run.
    """
    predict = work.predict(read_json(work.run.scores)["temperature"])
    ids = work.manifest.of("test").frame["content"]
    pictures, numbers = next(_numbered(work.side("test")))
    first = [int(np.flatnonzero(numbers == number)[0]) for number in np.unique(numbers)]
    chosen = [*first, *(row for row in range(len(numbers)) if row not in first)][:EXPLAINED]
    for row in work.desk.progress(chosen, total=len(chosen), what="explaining"):
        shown = explain.overlay(pictures[row], explain.occlusion(predict, pictures[row]))
        write_bytes(work.run.explanations / f"{ids[row][:16]}.webp", encode_webp(shown))


def ship(work: Work) -> None:
    """Export: write the one model file.

    Parameters
    ----------
    work : Work
        The run.

    Raises
    ------
    ModelFileError
        If the file's answers differ from those of the model that was measured.
    """
    if export.needs_another_process(work.models):
        _ship_elsewhere(work)
        return
    found = read_json(work.run.scores)
    data = f"{len(work.manifest.of('train')):,} pictures from {Path(work.run.state()['source']).name}"
    card = export.card(work.contract, family=work.recipe.model, data=data, sentence=sentence(found))
    work.desk.say("export: writing the model file and checking that it answers as the trained model does")
    measured = {"accuracy": found["test"]["accuracy"], "sentence": sentence(found)}
    export.write(
        work.models,
        work.contract,
        work.run.model,
        temperature=found["temperature"],
        mirror=work.recipe.mirror,
        scores=measured,
        card=card,
    )


def _ship_elsewhere(work: Work) -> None:
    work.desk.say("export: in a process of its own, because the export needs TensorFlow")
    in_tensorflow("export_alone", work.run.folder)
    pixels, _ = next(work.side("test").epoch(0))
    temperature = read_json(work.run.scores)["temperature"]
    apart = float(np.abs(Predictor(work.run.model).probabilities(pixels) - work.predict(temperature)(pixels)).max())
    if not apart <= APART:
        work.run.model.unlink()
        raise ModelFileError(
            f"The exported file answers differently from the model that was measured, by up to {apart:.2g}",
            expected=f"at most {APART}",
            todo="Please report this, with recipe.toml; no file was kept",
        )
