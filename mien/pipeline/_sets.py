"""What a run's prediction sets are made of: what its models said of samples that they had not learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.core import artifacts
from mien.core.calibration import Calibration
from mien.core.prediction_sets import CONFIDENCE, SetRule
from mien.core.types import Manifest, Predictions
from mien.core.units import units_of
from mien.core.validation_answers import ValidationAnswers
from mien.evaluate import calibrate
from mien.pipeline._measured_data import answers

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers
    from mien.pipeline._context import RunContext


@dataclass(frozen=True)
class Validated:
    """What a model said of its validation split, calibrated."""

    calibration: Calibration
    manifest: Manifest  # of that split
    truth: Integers  # [N]
    probabilities: Floats  # [N, classes]


def validated(context: RunContext) -> Validated:
    """Ask a run's model, or that of a round, about its validation split, and calibrate it there."""
    manifest = context.manifest.of("val")
    truth, raw = answers(context.predict(), context.side("val"), context.reporter.progress)
    found = calibrate(truth, raw, clusters=units_of(manifest.frame))
    return Validated(found, manifest, truth, found.apply(raw))


def write(context: RunContext, parts: Sequence[Validated]) -> ValidationAnswers:
    """Keep in the run's folder what was said, of several rounds all, and return it."""
    import polars as pl

    frames = [part.manifest.frame.with_columns(fold=pl.lit(number)) for number, part in enumerate(parts, 1)]
    rows = np.concatenate([part.probabilities for part in parts])
    said = Predictions.build(pl.concat(frames), context.contract.labels, rows)
    artifacts.write_validation(context.run, said)
    return _answers(said, _units(context))


def read(context: RunContext) -> ValidationAnswers | None:
    """Return what `write` kept; None in a run of before."""
    said = artifacts.read_validation(context.run)
    return None if said is None else _answers(said, _units(context))


def rules(context: RunContext, known: ValidationAnswers, rounds: Sequence[Manifest]) -> list[SetRule]:
    """Make the rule for each sample that was measured, round by round, without what it or its kin say."""
    if len(rounds) == 1:
        return [known.rule(CONFIDENCE)] * len(rounds[0])
    units, found = _units(context), []
    for manifest in rounds:
        own = np.array([units[one] for one in manifest.frame["id"]], np.int64)
        found += [known.without(own).rule(CONFIDENCE)] * len(manifest)
    return found


def _units(context: RunContext) -> Mapping[str, int]:
    frame = context.manifest.frame
    return dict(zip(frame["id"].to_list(), units_of(frame).tolist(), strict=True))


def _answers(said: Predictions, units: Mapping[str, int]) -> ValidationAnswers:
    of = np.array([units[one] for one in said.frame["id"]], np.int64)
    return ValidationAnswers.build(said.labels, said.truth, said.probabilities, of)
