"""Which prediction sets, and which calibration? On the faces that chose `face`, each on faces it was not fitted to.

$ python bench/set_rules.py DATA    DATA holds `fer2013.parquet`

What docs/decisions/0040 chose by. Sets: thresholds from four fifths of each class, measured on the rest, 60 draws,
90 %. Calibrations: five folds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from _calibrated import metadata, uncalibrated
from _results import record, table
from box_calibration import validation

from mien import evaluate
from mien.core.prediction_sets import SetRule
from mien.core.types import InputContract
from mien.core.validation_answers import ValidationAnswers
from mien.evaluate._calibration import _by_class
from mien.predict import model_file

DRAWS, LEVEL, FOLDS, KNOWN = 60, 0.9, 5, 0.8


def main(data: Path) -> None:
    """Compare and record."""
    faces, names = validation(data)
    model = onnx.load(model_file("face"))
    labels = InputContract.from_json(metadata(model)["mien.contract"]).labels
    truth, raw = np.array([labels.index(name) for name in names]), uncalibrated(model, faces)
    rows = evaluate.apply_temperature(raw, evaluate.temperature(truth, raw))
    head = ("score, thresholds", "over all", "least class", "classes in a set", "sets of one")
    body = table(head, _sets(truth, rows, labels))
    body += "\n\n" + table(("calibration", "log loss", "right"), _calibrations(truth, raw))
    record("Which sets, which calibration", "python bench/set_rules.py DATA", body)


def _sets(truth: np.ndarray, rows: np.ndarray, labels: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    scores = {"probability": rows, "APS": 1 - _summed(rows, 0.0), "RAPS (0.1, 2)": 1 - _summed(rows, 0.1)}
    for name, score in scores.items():
        for each in (False, True):
            what = "each class 90 %" if each else "one for all"
            yield _measured(f"{name}, {what}", truth, rows, labels, (score, each))
    yield _measured("**probability, each class 87.5 %, all 90 %**", truth, rows, labels, None)


def _summed(rows: np.ndarray, penalty: float) -> np.ndarray:
    """Sum the probabilities down to each class; RAPS adds a penalty for each rank beyond the second."""
    order = np.argsort(-rows, axis=1)
    sums = np.take_along_axis(rows, order, 1).cumsum(1) + penalty * np.maximum(0, np.arange(1, rows.shape[1] + 1) - 2)
    found = np.empty_like(sums)
    np.put_along_axis(found, order, sums, axis=1)
    return found


def _measured(
    name: str, truth: np.ndarray, rows: np.ndarray, labels: tuple[str, ...], how: tuple[np.ndarray, bool] | None
) -> tuple[str, ...]:
    random, found = np.random.default_rng(0), []
    for _ in range(DRAWS):
        known = np.zeros(len(truth), bool)
        for number in range(len(labels)):
            own = random.permutation(np.flatnonzero(truth == number))
            known[own[: int(KNOWN * len(own))]] = True
        inside = _ours(truth, rows, labels, known) if how is None else _plain(truth, *how, known)
        inside[np.arange(len(inside)), rows[~known].argmax(1)] = True
        asked, size = truth[~known], inside.sum(1)
        hit = inside[np.arange(len(asked)), asked]
        classes = [hit[asked == number].mean() for number in range(len(labels))]
        found.append([hit.mean(), size.mean(), (size == 1).mean(), *classes])
    over, size, alone, *classes = np.mean(found, axis=0)
    return (name, f"{over:.1%}", f"{min(classes):.1%}", f"{size:.2f}", f"{alone:.0%}")


def _ours(truth: np.ndarray, rows: np.ndarray, labels: tuple[str, ...], known: np.ndarray) -> np.ndarray:
    answers = ValidationAnswers.build(labels, truth[known], rows[known], np.arange(known.sum()))
    rule: SetRule = answers.rule(LEVEL)
    return np.asarray(rule.members(labels, rows[~known]))


def _plain(truth: np.ndarray, score: np.ndarray, each: bool, known: np.ndarray) -> np.ndarray:
    """Take plain split-conformal thresholds, of all or class by class; a class with too few is always in."""
    given = score[np.arange(len(truth)), truth]
    parts = [known & (truth == number) for number in range(score.shape[1])] if each else [known] * score.shape[1]
    cuts = []
    for part in parts:
        rank = int(np.ceil((part.sum() + 1) * LEVEL))
        cuts.append(-np.inf if rank > part.sum() else np.sort(given[part])[::-1][rank - 1])
    return score[~known] >= np.array(cuts)


def _calibrations(truth: np.ndarray, raw: np.ndarray) -> Iterator[tuple[str, ...]]:
    fold = np.random.default_rng(0).permutation(len(truth)) % FOLDS
    made = {
        "temperature": _temperature,
        "a scale and a bias for each class": _vector,
        "isotonic, class by class": _isotonic,
    }
    for name, fit in made.items():
        answers = np.empty_like(raw)
        for number in range(FOLDS):
            answers[fold == number] = fit(truth[fold != number], raw[fold != number], raw[fold == number])
        losses = -np.log(np.maximum(answers[np.arange(len(truth)), truth], 1e-12))
        yield (name, f"{losses.mean():.3f}", f"{(answers.argmax(1) == truth).mean():.1%}")


def _temperature(truth: np.ndarray, rows: np.ndarray, asked: np.ndarray) -> np.ndarray:
    return evaluate.apply_temperature(asked, evaluate.temperature(truth, rows))


def _vector(truth: np.ndarray, rows: np.ndarray, asked: np.ndarray) -> np.ndarray:
    return _by_class(truth, np.log(np.maximum(rows, 1e-12))).apply(asked)


def _isotonic(truth: np.ndarray, rows: np.ndarray, asked: np.ndarray) -> np.ndarray:
    from sklearn.isotonic import IsotonicRegression

    each = range(rows.shape[1])
    fitted = [IsotonicRegression(out_of_bounds="clip").fit(rows[:, one], truth == one) for one in each]
    found = np.stack([fit.predict(asked[:, one]) for one, fit in enumerate(fitted)], 1) + 1e-4
    return found / found.sum(1, keepdims=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
