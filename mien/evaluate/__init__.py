"""How good is it? (labels, probabilities) -> Scores, with intervals and the baselines that keep one honest."""

from __future__ import annotations

from mien.evaluate._baselines import commonest, nearest_answers, nearest_neighbour
from mien.evaluate._basis import (
    BASELINES,
    NEW,
    PEOPLE,
    UNKNOWN,
    Basis,
    absent_classes,
    claim,
    compared,
    interval_note,
    sentence,
)
from mien.evaluate._calibration import apply_temperature, calibrate, temperature
from mien.evaluate._figures import of_answers
from mien.evaluate._groups import GroupScore, by_group
from mien.evaluate._paired import Difference, Paired, paired
from mien.evaluate._paired_seeds import PairedSeeds, Spread, paired_seeds
from mien.evaluate._reliability import Bin, Reliability
from mien.evaluate._risk_coverage import Covered, RiskCoverage, risk_coverage
from mien.evaluate._score import score
from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores
from mien.evaluate._sets import ClassSets, SetScores, set_scores
from mien.evaluate._swap import holm, mcnemar, swap_test

__all__ = [
    "BASELINES",
    "NEW",
    "PEOPLE",
    "UNKNOWN",
    "Averages",
    "Basis",
    "Bin",
    "ClassScores",
    "ClassSets",
    "Covered",
    "Difference",
    "Estimate",
    "GroupScore",
    "Paired",
    "PairedSeeds",
    "Reliability",
    "RiskCoverage",
    "Scores",
    "SetScores",
    "Spread",
    "absent_classes",
    "apply_temperature",
    "by_group",
    "calibrate",
    "claim",
    "commonest",
    "compared",
    "holm",
    "interval_note",
    "mcnemar",
    "nearest_answers",
    "nearest_neighbour",
    "of_answers",
    "paired",
    "paired_seeds",
    "risk_coverage",
    "score",
    "sentence",
    "set_scores",
    "swap_test",
    "temperature",
]
