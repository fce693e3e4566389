"""A reference made of numbers, logs as a server writes them, and the run that a box's model could have come from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mien.core.answer_counts import AnswerCounts, CountedHours, place
from mien.core.prediction_sets import SetRule
from mien.core.validation_answers import ValidationAnswers
from mien.predict import Predictor
from mien.watch._reference import Reference

LABELS = ("happy", "sad", "angry")
RULE = SetRule(0.9, dict.fromkeys(LABELS, 0.15), "each class")


def draw_answers(count: int, seed: int, *, shares=(0.5, 0.3, 0.2), blur: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Truth [count] and probabilities of it [count, 3]: right about 7 times of 10; less sure with `blur`."""
    draw = np.random.default_rng(seed)
    truth = draw.choice(3, count, p=shares)
    logs = draw.normal(0, 1.3, (count, 3)) + 2.2 * np.eye(3)[truth]
    rows = np.exp(logs)
    rows /= rows.sum(1, keepdims=True)
    return truth, (1 - blur) * rows + blur / 3


def count(rows: np.ndarray) -> AnswerCounts:
    counts = AnswerCounts.empty(LABELS)
    for row in rows.tolist():
        counts.add(dict(zip(LABELS, row, strict=True)), RULE)
    return counts


def make_reference(
    truth: np.ndarray, rows: np.ndarray, units: np.ndarray | None = None, *, known: bool = True
) -> Reference:
    answers = ValidationAnswers(LABELS, truth, np.arange(len(truth)) if units is None else units, rows)
    found = [place(dict(zip(LABELS, row, strict=True)), RULE) for row in rows.tolist()]
    places = {table: np.array([one[table] for one in found]) for table in found[0]}
    return Reference(answers, np.ones(len(truth)), places, "validation pictures", known)


@pytest.fixture(scope="session")
def answered() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return draw_answers


@pytest.fixture(scope="session")
def counted() -> Callable[[np.ndarray], AnswerCounts]:
    return count


@pytest.fixture(scope="session")
def made_of() -> Callable[..., Reference]:
    return make_reference


@pytest.fixture(scope="session")
def box() -> tuple[Predictor, ValidationAnswers]:
    predictor = Predictor("face", threads=1)
    return predictor, ValidationAnswers.from_text(predictor.validation)


@pytest.fixture(scope="session")
def hours(box) -> Callable[..., list[str]]:
    """Lines of a log, a day each: what the box's model says of its validation faces; the last days may be `unsure`."""
    predictor, answers = box

    def made(days: int, each: int = 250, *, unsure: int = 0, seed: int = 0, model: str = "face") -> list[str]:
        draw, lines = np.random.default_rng(seed), []
        for day in range(1, days + 1):
            rows = answers.probabilities[draw.integers(0, len(answers.truth), each)]
            rows = 0.6 * rows + 0.4 / 7 if day > days - unsure else rows
            counts = AnswerCounts.empty(answers.labels)
            for row in rows.tolist():
                counts.add(dict(zip(answers.labels, row, strict=True)), predictor.rule)
            lines.append(CountedHours(model, f"2026-05-{day:02}T14:00Z", f"2026-05-{day:02}T15:00Z", counts).to_line())
        return lines

    return made


@pytest.fixture
def log(tmp_path) -> Callable[[list[str]], Path]:
    def written(lines: list[str]) -> Path:
        path = tmp_path / "answers.jsonl"
        path.write_text("".join(lines))
        return path

    return written
