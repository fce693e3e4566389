"""The stage that evaluates: every picture of the test split once, or every picture once over the rounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate, split
from mien.core import artifacts
from mien.core.types import Manifest, Predictions
from mien.core.units import units_of
from mien.pipeline import _base
from mien.pipeline._measure import answers, basis_of, groups
from mien.pipeline._rivals import box_answers, numbered
from mien.pipeline._usual import usual
from mien.pipeline._words import noun
from mien.pipeline._work import Work, raw

if TYPE_CHECKING:
    import polars as pl

    from mien.core.types import Integers, Probabilities
    from mien.evaluate import Scores


@dataclass(frozen=True)
class _Round:
    """What one model said of the pictures that it had not seen; `members` holds what each seed alone said."""

    temperature: float
    manifest: Manifest
    truth: Integers
    probabilities: Probabilities
    nearest: Integers
    members: list[Probabilities] = field(default_factory=list)


def measure(work: Work) -> None:
    """Evaluate: fit the calibration on validation, measure on the test side once, or once in each round.

    Parameters
    ----------
    work : Work
        The run.
    """
    labels = work.contract.labels
    rounds = list(_measured_rounds(work))
    temperature = _temperature(work) if work.rounds else rounds[0].temperature
    frame = _rows(rounds)
    truth = np.concatenate([part.truth for part in rounds])
    probabilities = np.concatenate([part.probabilities for part in rounds])
    manifest = Manifest(frame.drop("fold"))
    basis = dataclasses.replace(
        basis_of(manifest, crop=work.recipe.crop, rounds=len(work.rounds)), seen=_base.seen_before(work.run)
    )
    clusters = units_of(frame)
    scores = evaluate.score(truth, probabilities, labels, seed=work.recipe.seed, clusters=clusters, basis=basis)
    artifacts.write_predictions(work.run, Predictions.build(frame, labels, probabilities))
    found = {
        "test": scores.to_dict(),
        "baselines": {name: value.to_dict() for name, value in _baselines(work, manifest, rounds, clusters).items()},
        "trained_on": noun(work.manifest.of("train"), work.recipe.crop),
        "temperature": temperature,
        "groups": [
            dataclasses.asdict(row)
            for row in evaluate.by_group(
                truth, probabilities, labels, groups(manifest), clusters=clusters, rounds=len(work.rounds)
            )
        ],
        "proof": _proof(work).to_dict(),
        "stopped": work.run.state().stopped,
        "members": _members(work, frame, rounds),
        "usual": usual(work, scores.accuracy.value),
    }
    artifacts.write_scores(work.run, found)
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


def _temperature(work: Work) -> float:
    return evaluate.temperature(*answers(work.predict(1.0), work.side("val"), work.desk.progress))


def _measured_rounds(work: Work) -> Iterator[_Round]:
    for part in work.rounds or (work,):
        yield _measured(part)
        if part is not work:  # the networks of one round at a time; those of a single split are explained and exported
            part.forget()


def _measured(work: Work) -> _Round:
    """Ask the model of one round, or of the only one."""
    temperature = _temperature(work)
    truth, probabilities = answers(work.predict(temperature), work.side("test"), work.desk.progress)
    alone = [_alone(work, model) for model in work.models] if work.recipe.seeds > 1 else []
    training = work.side("train")
    neighbours = work.desk.progress(numbered(training), total=len(training), what="comparing pixels")
    _, nearest = evaluate.nearest_answers(neighbours, numbered(work.side("test")), len(work.contract.labels))
    return _Round(temperature, work.manifest.of("test"), truth, probabilities, nearest, alone)


def _alone(work: Work, model: Any) -> Probabilities:  # noqa: ANN401 - a Keras model or an Estimator
    _, probabilities = answers(lambda pixels: raw(model, pixels, mirror=work.recipe.mirror), work.side("test"))
    return probabilities


def _rows(rounds: list[_Round]) -> pl.DataFrame:
    """List what was measured, in the order in which it was, with the number of its round."""
    import polars as pl

    parts = [part.manifest.frame.with_columns(fold=pl.lit(number)) for number, part in enumerate(rounds, 1)]
    return pl.concat(parts)


def _proof(work: Work) -> split.Proof:
    if work.rounds:
        return split.prove_rounds([part.manifest for part in work.rounds], work.manifest)
    return split.prove(work.manifest)


def _members(work: Work, frame: pl.DataFrame, rounds: list[_Round]) -> list[dict[str, Any]]:
    rows, labels = [], work.contract.labels
    truth = np.concatenate([part.truth for part in rounds])
    for place, member in enumerate(work.members if work.recipe.seeds > 1 else ()):
        probabilities = np.concatenate([part.members[place] for part in rounds])
        artifacts.write_predictions(member.run, Predictions.build(frame, labels, probabilities))
        scores = evaluate.score(truth, probabilities, labels)
        row = {"accuracy": scores.accuracy.value, "balanced_accuracy": scores.balanced_accuracy.value}
        rows.append({"seed": member.recipe.seed, **row})
    return rows


def _baselines(work: Work, manifest: Manifest, rounds: list[_Round], clusters: Integers) -> dict[str, Scores]:
    labels = work.contract.labels
    truth = np.concatenate([part.truth for part in rounds])
    nearest = np.concatenate([part.nearest for part in rounds])
    found = {
        "commonest": evaluate.commonest(truth, labels, clusters=clusters),
        "nearest_neighbour": evaluate.of_answers(truth, nearest, labels, clusters=clusters),
    }
    box = box_answers(work, manifest)
    if box is not None:
        found["box"] = evaluate.of_answers(truth, box, labels, clusters=clusters)
    return found
