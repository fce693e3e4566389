"""The stage that evaluates: every sample of the test split once, or every sample once over the rounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core import artifacts
from mien.core.types import Batches, Manifest, Predictions
from mien.core.units import units_of
from mien.evaluate import (
    Scores,
    annotators,
    commonest,
    nearest_answers,
    of_answers,
    risk_coverage,
    score,
    set_scores,
)
from mien.evaluate import sentence as spoken
from mien.pipeline import _sets, _warm_start
from mien.pipeline._annotators import votes
from mien.pipeline._context import RunContext, raw
from mien.pipeline._groups import AUTO, ByGroup, columns
from mien.pipeline._measured_data import answers, basis_of
from mien.pipeline._rivals import box_answers, numbered
from mien.pipeline._sets import Validated, validated
from mien.pipeline._usual import usual
from mien.pipeline._words import noun
from mien.split import Proof, prove, prove_rounds

if TYPE_CHECKING:
    import polars as pl

    from mien.core.types import Integers, Probabilities


@dataclass(frozen=True)
class _Round:
    """What one model said of the pictures that it had not seen; `members` holds what each seed alone said."""

    validation: Validated
    manifest: Manifest
    truth: Integers
    probabilities: Probabilities
    nearest: Integers
    members: list[Probabilities] = field(default_factory=list)


def evaluate(context: RunContext) -> None:
    """Evaluate: fit the calibration on validation, measure on the test side once, or once in each round."""
    labels = context.contract.labels
    folds = len(context.open_rounds())
    rounds = list(_measured_rounds(context))
    calibration = (validated(context) if folds else rounds[0].validation).calibration
    known = _sets.write(context, [part.validation for part in rounds])
    frame = _rows(rounds)
    truth = np.concatenate([part.truth for part in rounds])
    probabilities = np.concatenate([part.probabilities for part in rounds])
    manifest = Manifest(frame.drop("fold"))
    basis = basis_of(manifest, inputs=context.recipe.inputs, rounds=folds)
    basis = dataclasses.replace(basis, seen=_warm_start.seen_before(context.run))
    clusters = units_of(frame)
    scores = score(truth, probabilities, labels, seed=context.recipe.seed, clusters=clusters, basis=basis)
    rules = _sets.rules(context, known, [part.manifest for part in rounds])
    artifacts.write_predictions(context.run, Predictions.build(frame, labels, probabilities))
    looked = columns(manifest, context.open_cache(), [AUTO], detector=context.open_detector())
    by_group = ByGroup.of(truth, probabilities, labels, looked, clusters=clusters, rounds=folds)
    counts = votes(manifest, labels, context.recipe.votes or ())
    people = None if counts is None else annotators(truth, probabilities, labels, counts, clusters=clusters)
    rules = _sets.rules(context, known, [part.manifest for part in rounds])
    found = {
        "test": scores.to_dict(),
        "baselines": {name: value.to_dict() for name, value in _baselines(context, manifest, rounds, clusters).items()},
        "trained_on": noun(context.manifest.of("train"), context.recipe.inputs),
        "calibration": calibration.to_dict(),
        "temperature": calibration.temperature,
        "sets": set_scores(truth, probabilities, labels, rules, clusters=clusters, rounds=folds).to_dict(),
        "risk_coverage": risk_coverage(truth, probabilities, labels, rules, clusters=clusters, rounds=folds).to_dict(),
        **by_group.to_dict(),
        "annotators": people and people.to_dict(),
        "proof": _proof(context).to_dict(),
        "stopped": context.run.state().stopped,
        "members": _members(context, frame, rounds),
        "usual": usual(context, scores.accuracy.value),
    }
    artifacts.write_scores(context.run, found)
    context.reporter.say(f"evaluate: {sentence(found)}")


def sentence(found: dict[str, Any]) -> str:
    """Say of what scores.json holds how good a run is, against what, and how far the seeds lie apart."""
    baselines = {name: Scores.from_dict(part) for name, part in found["baselines"].items()}
    words = spoken(Scores.from_dict(found["test"]), baselines)
    alone = [member["accuracy"] for member in found.get("members", [])]
    if not alone:
        return words
    mean, spread = np.mean(alone), np.std(alone, ddof=1)
    return f"{words} One of the {len(alone)} models alone: {mean:.1%} on average, give or take {spread:.1%} by seed."


def _measured_rounds(context: RunContext) -> Iterator[_Round]:
    for part in context.open_rounds() or (context,):
        yield _measured(part)
        if part is not context:
            part.forget()


def _measured(context: RunContext) -> _Round:
    """Ask the model of one round, or of the only one."""
    validation = validated(context)
    predict = context.predict(validation.calibration)
    truth, probabilities = answers(predict, context.side("test"), context.reporter.progress)
    alone = [_alone(context, model) for model in context.load_models()] if context.recipe.seeds > 1 else []
    training = context.side("train")
    what = f"comparing {context.kind.unit}s"
    neighbours = context.reporter.progress(_vectors(context, training), total=len(training), what=what)
    _, nearest = nearest_answers(neighbours, _vectors(context, context.side("test")), len(context.contract.labels))
    return _Round(validation, context.manifest.of("test"), truth, probabilities, nearest, alone)


def _vectors(context: RunContext, side: Batches) -> Iterator[tuple[Any, Integers]]:
    return ((context.kind.vectors(rows), numbers) for rows, numbers in numbered(side))


def _alone(context: RunContext, model: Any) -> Probabilities:  # noqa: ANN401 - a Keras model or an Estimator
    _, probabilities = answers(lambda rows: raw(model, rows, mirror=context.recipe.mirror), context.side("test"))
    return probabilities


def _rows(rounds: list[_Round]) -> pl.DataFrame:
    """List what was measured, in the order in which it was, with the number of its round."""
    import polars as pl

    parts = [part.manifest.frame.with_columns(fold=pl.lit(number)) for number, part in enumerate(rounds, 1)]
    return pl.concat(parts)


def _proof(context: RunContext) -> Proof:
    rounds = context.open_rounds()
    if rounds:
        return prove_rounds([part.manifest for part in rounds], context.manifest)
    return prove(context.manifest)


def _members(context: RunContext, frame: pl.DataFrame, rounds: list[_Round]) -> list[dict[str, Any]]:
    rows, labels = [], context.contract.labels
    truth = np.concatenate([part.truth for part in rounds])
    for place, member in enumerate(context.members if context.recipe.seeds > 1 else ()):
        probabilities = np.concatenate([part.members[place] for part in rounds])
        artifacts.write_predictions(member.run, Predictions.build(frame, labels, probabilities))
        scores = score(truth, probabilities, labels)
        row = {"accuracy": scores.accuracy.value, "balanced_accuracy": scores.balanced_accuracy.value}
        rows.append({"seed": member.recipe.seed, **row})
    return rows


def _baselines(context: RunContext, manifest: Manifest, rounds: list[_Round], clusters: Integers) -> dict[str, Scores]:
    labels = context.contract.labels
    truth = np.concatenate([part.truth for part in rounds])
    nearest = np.concatenate([part.nearest for part in rounds])
    found = {"commonest": commonest(truth, labels, clusters=clusters)}
    for name, said in (("nearest_neighbour", nearest), ("box", box_answers(context, manifest))):
        if said is not None:
            found[name] = of_answers(truth, said, labels, clusters=clusters)
    return found
