"""How good is it? (labels, probabilities) -> Scores, with intervals and the baselines that keep one honest."""

from __future__ import annotations

from mien.evaluate._baselines import commonest, nearest_neighbour
from mien.evaluate._calibration import apply_temperature, temperature
from mien.evaluate._groups import GroupScore, by_group
from mien.evaluate._score import score
from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores

__all__ = [
    "Averages",
    "ClassScores",
    "Estimate",
    "GroupScore",
    "Scores",
    "apply_temperature",
    "by_group",
    "commonest",
    "nearest_neighbour",
    "score",
    "temperature",
]
