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
from mien.core.lineage import Lineage
from mien.core.run import read_json, write_json
from mien.core.units import units_of
from mien.media import encode_webp
from mien.pipeline import _base
from mien.pipeline._measure import answers, basis_of, groups
from mien.pipeline._words import noun
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
    truth, probabilities = answers(work.predict(temperature), work.side("test"), shown)
    test = work.manifest.of("test")
    clusters = units_of(test.frame)
    basis = dataclasses.replace(basis_of(test, crop=work.recipe.crop), seen=_base.seen_before(work.run))
    scores = evaluate.score(truth, probabilities, labels, seed=work.recipe.seed, clusters=clusters, basis=basis)
    _write_predictions(work, work.run, probabilities)
    found = {
        "test": scores.to_dict(),
        "baselines": {name: value.to_dict() for name, value in _baselines(work, truth).items()},
        "temperature": temperature,
        "groups": [dataclasses.asdict(row) for row in evaluate.by_group(truth, probabilities, labels, groups(test))],
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
        Accuracy, interval, what it has to be compared with, and the spread of the seeds where there are several.
    """
    baselines = {name: evaluate.Scores.from_dict(part) for name, part in found["baselines"].items()}
    words = evaluate.sentence(evaluate.Scores.from_dict(found["test"]), baselines)
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
        _, probabilities = answers(
            lambda pixels, model=model: raw(model, pixels, mirror=work.recipe.mirror), work.side("test")
        )
        _write_predictions(work, member.run, probabilities)
        scores = evaluate.score(truth, probabilities, work.contract.labels)
        row = {"accuracy": scores.accuracy.value, "balanced_accuracy": scores.balanced_accuracy.value}
        rows.append({"seed": member.recipe.seed, **row})
    return rows


def _baselines(work: Work, truth: Integers) -> dict[str, Scores]:
    labels, training = work.contract.labels, work.side("train")
    clusters = units_of(work.manifest.of("test").frame)
    neighbours = work.desk.progress(_numbered(training), total=len(training), what="comparing pixels")
    return {
        "commonest": evaluate.commonest(truth, labels, clusters=clusters),
        "nearest_neighbour": evaluate.nearest_neighbour(
            neighbours, _numbered(work.side("test")), labels, clusters=clusters
        ),
    }


def _numbered(side: Batches) -> Iterator[tuple[Pixels, Integers]]:
    return ((pixels, targets.argmax(1)) for pixels, targets in side.epoch(0))


def _write_predictions(work: Work, run: Run, probabilities: Probabilities) -> None:
    import polars as pl

    labels = work.contract.labels
    columns = {f"p:{label}": probabilities[:, number] for number, label in enumerate(labels)}
    frame = work.manifest.of("test").frame.select("id", "content", "label")
    frame = frame.with_columns(predicted=pl.Series([labels[number] for number in probabilities.argmax(1)]))
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
        part = work.contract.deciding(pictures[row])
        shown = explain.overlay(pictures[row][part], explain.occlusion(predict, pictures[row], part=part))
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
    work.desk.say("export: writing the model file and checking that it answers as the trained model does")
    found = read_json(work.run.scores)
    export.write(
        work.models,
        work.contract,
        work.run.model,
        temperature=found["temperature"],
        mirror=work.recipe.mirror,
        info=_info(work, found),
    )


def _info(work: Work, found: dict[str, Any]) -> export.ModelInfo:
    """Say what rides in the model file: its card, its scores, and what it has seen."""
    training, kept = work.manifest.of("train"), work.recipe.lineage != "none"
    source = Path(work.run.state()["source"]).name
    card = export.card(
        work.contract,
        family=work.recipe.model,
        data=f"{len(training):,} {noun(training, work.recipe.crop)} from {source}",
        sentence=sentence(found),
        lineage=kept,
    )
    measured = {name: found["test"][name] for name in ("accuracy", "n", "units", "basis")}
    known = Lineage.of_run(work.run) if kept else Lineage.empty(known=False)
    return export.ModelInfo(card, {**measured, "sentence": sentence(found)}, known.to_text())


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
