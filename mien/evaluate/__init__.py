"""How good is it? (labels, probabilities) -> Scores, with intervals and the baselines that keep one honest."""

from __future__ import annotations

from mien.evaluate._annotators import Annotators, annotators
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
from mien.evaluate._figures import of_answers, wilson
from mien.evaluate._gap import Between, Gap
from mien.evaluate._gap_words import gap_sentence
from mien.evaluate._gaps import gaps
from mien.evaluate._groups import GroupScore, by_group
from mien.evaluate._paired import Difference, Paired, paired
from mien.evaluate._paired_seeds import PairedSeeds, Spread, paired_seeds
from mien.evaluate._reliability import Bin, Reliability
from mien.evaluate._risk_coverage import Covered, RiskCoverage, risk_coverage
from mien.evaluate._robustness import Corrupted, Robustness
from mien.evaluate._robustness_page import Illustration, robustness_page, robustness_parts
from mien.evaluate._score import score
from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores
from mien.evaluate._sets import ClassSets, SetScores, set_scores
from mien.evaluate._swap import holm, mcnemar, swap_test
from mien.evaluate._two_samples import ks_distance, ks_test, shares_test
from mien.evaluate._under_corruption import robustness

__all__ = [
    "BASELINES",
    "NEW",
    "PEOPLE",
    "UNKNOWN",
    "Annotators",
    "Averages",
    "Basis",
    "Between",
    "Bin",
    "ClassScores",
    "ClassSets",
    "Corrupted",
    "Covered",
    "Difference",
    "Estimate",
    "Gap",
    "GroupScore",
    "Illustration",
    "Paired",
    "PairedSeeds",
    "Reliability",
    "RiskCoverage",
    "Robustness",
    "Scores",
    "SetScores",
    "Spread",
    "absent_classes",
    "annotators",
    "apply_temperature",
    "by_group",
    "calibrate",
    "claim",
    "commonest",
    "compared",
    "gap_sentence",
    "gaps",
    "holm",
    "interval_note",
    "ks_distance",
    "ks_test",
    "mcnemar",
    "nearest_answers",
    "nearest_neighbour",
    "of_answers",
    "paired",
    "paired_seeds",
    "risk_coverage",
    "robustness",
    "robustness_page",
    "robustness_parts",
    "score",
    "sentence",
    "set_scores",
    "shares_test",
    "swap_test",
    "temperature",
    "wilson",
]
