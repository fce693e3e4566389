"""What a model said of its validation samples: of it come the thresholds of prediction sets.

Quantiles of what the truth got, class by class (Sadinle, Lei & Wasserman 2019); people with several samples count once
(Lee, Barber & Willett 2023, "Distribution-free inference with hierarchical data"). docs/decisions/0040 says why.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.calibration import LEAST, Calibration, fit_temperature
from mien.core.errors import ModelFileError
from mien.core.prediction_sets import ALL, CONFIDENCE, EACH, LEVELS, SetRule

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers

CLASS_SLACK = 1.25  # misses in one class may be so many times those of all: promised 90 %, at least 87.5 % in each
SETS_KEY, VALIDATION_KEY = "mien.sets", "mien.validation"  # of a model file's metadata
FORMAT = 1
NEVER = 2.0  # a threshold that nothing reaches: the class is named where it is the most probable
DIGITS = 1e6  # thresholds are cut to so many parts, so that every reader has the same number
MOST, MOST_CLASSES = 4_000, 1_000  # validation samples that a file keeps, and classes
MOST_SEEN = 1 << 40  # samples of a class


@dataclass(frozen=True, eq=False)
class ValidationAnswers:
    """What a model said of its validation samples: what prediction sets are made of, for any of its classes.

    Parameters
    ----------
    labels : tuple of str
        The classes.
    truth : int64 [N]
        Class numbers.
    units : int64 [N]
        Which samples are one witness: copies, and samples of one person.
    probabilities : float64 [N, classes]
        Calibrated; of every row the sum is 1.
    drawn_of : tuple of int
        How many samples of each class these were drawn from; empty where that is not known, as in files of before.
    """

    labels: tuple[str, ...]
    truth: Integers
    units: Integers
    probabilities: Floats
    drawn_of: tuple[int, ...] = ()

    @classmethod
    def build(cls, labels: Sequence[str], truth: Integers, probabilities: Floats, units: Integers) -> ValidationAnswers:
        """Keep at most 4,000 samples, drawn by lot within the classes that have many, in the precision of the file."""
        most = _most(len(labels))
        random, kept = np.random.default_rng(0), []
        for number in range(len(labels)):
            rows = np.flatnonzero(truth == number)
            kept.append(rows if len(rows) <= most else np.sort(random.choice(rows, most, replace=False)))
        rows = np.concatenate(kept)
        counts = tuple(np.bincount(truth, minlength=len(labels)).tolist())
        return cls(tuple(labels), truth[rows], units[rows], _rounded(probabilities[rows].astype(np.float16)), counts)

    @property
    def weights(self) -> Floats | None:
        """What each sample counts so that the classes have the shares that they had, [N]; None where not known."""
        kept = np.bincount(self.truth, minlength=len(self.labels))
        if not self.drawn_of:
            # Files of before do not say it: they were cut where a class holds as many as may be kept of it.
            return None if kept.max(initial=0) >= _most(len(self.labels)) else np.ones(len(self.truth))
        weights: Floats = (np.array(self.drawn_of) / np.maximum(kept, 1))[self.truth]
        return weights

    def without(self, units: Integers) -> ValidationAnswers:
        """Leave out some units."""
        return self._some(~np.isin(self.units, units))

    def restricted(self, labels: Sequence[str]) -> tuple[ValidationAnswers, Calibration]:
        """Keep samples of some classes, answered with these alone, and say what makes such answers honest again."""
        columns = [self.labels.index(label) for label in labels]
        some = self._some(np.isin(self.truth, columns))
        rows = np.maximum(some.probabilities[:, columns], LEAST)
        logs = np.log(rows / rows.sum(axis=1, keepdims=True))
        truth = np.array([columns.index(number) for number in some.truth], np.int64)
        found = Calibration.of_temperature(fit_temperature(truth, logs)) if len(truth) else Calibration()
        return ValidationAnswers(tuple(labels), truth, some.units, found.apply(np.exp(logs))), found

    def rule(self, confidence: float = CONFIDENCE) -> SetRule:
        """Make the rule for one of the `LEVELS`."""
        return self.rules([confidence])[0]

    def rules(self, levels: Sequence[float] = LEVELS) -> list[SetRule]:
        """Make the rule for each level: thresholds by class, lowered until the promise holds over all as well."""
        scores = self._scores()
        by_class = np.stack([self._of_class(scores, number, levels) for number in range(len(self.labels))], 1)
        found = []
        for level, own in zip(levels, by_class, strict=True):
            known = np.nan_to_num(own, nan=NEVER)
            covered = np.where(scores >= known[self.truth], np.inf, scores)
            (common,) = _thresholds(covered, self.units, [level])
            if np.isnan(common):
                found.append(SetRule(level))
                continue
            cut = np.floor(np.minimum(np.minimum(known, common), NEVER) * DIGITS) / DIGITS
            holds = ALL if np.isnan(own).any() else EACH
            found.append(SetRule(level, dict(zip(self.labels, cut.tolist(), strict=True)), holds))
        return found

    def counts(self) -> dict[str, int]:
        """Say how many witnesses each class has."""
        return {label: len(np.unique(self.units[self.truth == number])) for number, label in enumerate(self.labels)}

    def _scores(self) -> Floats:
        """Say what the truth got; infinite where it is the answer, which is in every set."""
        first = self.probabilities.argmax(axis=1) == self.truth
        given: Floats = self.probabilities[np.arange(len(self.truth)), self.truth]
        return np.where(first, np.inf, given)

    def _of_class(self, scores: Floats, number: int, levels: Sequence[float]) -> Floats:
        own = self.truth == number
        return _thresholds(scores[own], self.units[own], [1 - CLASS_SLACK * (1 - level) for level in levels])

    def _some(self, rows: Any) -> ValidationAnswers:  # noqa: ANN401 - a mask
        return ValidationAnswers(
            self.labels, self.truth[rows], self.units[rows], self.probabilities[rows], self.drawn_of
        )

    def sets_json(self) -> str:
        """Write the thresholds of every level, for readers that know nothing else: a page, a phone."""
        rules = self.rules()
        rows = [None if one.thresholds is None else [*one.thresholds.values()] for one in rules]
        counted = {"labels": self.labels, "units": self.counts(), "levels": LEVELS}
        return json.dumps({"format": FORMAT, **counted, "thresholds": rows, "holds": [one.holds for one in rules]})

    def to_text(self) -> str:
        """Write it for a model file's metadata; `from_text` reads it back."""
        numbers = np.unique(self.units, return_inverse=True)[1]
        columns = (self.truth.astype("<u2"), numbers.astype("<u4"), self.probabilities.astype("<f2"))
        packed = zlib.compress(b"".join(column.tobytes() for column in columns), 9)
        head = {"format": FORMAT, "labels": self.labels, "n": len(self.truth), "drawn_of": self.drawn_of}
        return json.dumps({**head, "data": base64.b64encode(packed).decode()})

    @classmethod
    def from_text(cls, text: str) -> ValidationAnswers:
        """Read what `to_text` wrote; `ModelFileError` if it is damaged, or a newer Mien's."""
        try:
            return cls._read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError) as error:
            raise ModelFileError("The model's validation answers are damaged", todo="Export it anew") from error

    @classmethod
    def _read(cls, found: dict[str, Any]) -> ValidationAnswers:
        if int(found["format"]) > FORMAT:
            raise ModelFileError(f"The validation answers have format {found['format']}", todo="Install a newer Mien")
        labels, count = tuple(map(str, found["labels"])), int(found["n"])
        if not (0 <= count <= MOST_CLASSES * MOST and 2 <= len(labels) <= MOST_CLASSES):
            raise ValueError(count)
        ends = np.cumsum([2 * count, 4 * count, 2 * count * len(labels)])
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.b64decode(found["data"], validate=True), int(ends[-1]) + 1)
        truth = np.frombuffer(data[: ends[0]], "<u2").astype(np.int64)
        units = np.frombuffer(data[ends[0] : ends[1]], "<u4").astype(np.int64)
        rows = np.frombuffer(data[ends[1] :], "<f2").reshape(count, len(labels))
        if len(truth) != len(units) or truth.max(initial=0) >= len(labels) or not (rows.sum(1) > 0).all():
            raise ValueError(len(truth))
        of = tuple(int(number) for number in found.get("drawn_of", ()))
        if of and (len(of) != len(labels) or not 0 <= min(of) <= max(of) <= MOST_SEEN):
            raise ValueError(of)
        return cls(labels, truth, units, _rounded(rows), of)


def _most(classes: int) -> int:
    return max(MOST // 10, MOST // classes)


def _rounded(rows: Any) -> Floats:  # noqa: ANN401 - float16 [N, C]
    return np.asarray(rows, np.float64)


def _thresholds(scores: Floats, units: Integers, levels: Sequence[float]) -> Floats:
    """Find the highest threshold that as many units reach as each level asks for; NaN where there are too few.

    A unit's samples share one vote; one more unit, the one that will come, reaches nothing.
    """
    numbers, counts = np.unique(units, return_inverse=True, return_counts=True)[1:]
    order = np.argsort(-scores, kind="stable")
    reached = np.cumsum(1 / counts[numbers[order]])
    places = np.searchsorted(reached, np.asarray(levels) * (len(counts) + 1) - 1e-9)
    ranked = np.append(np.minimum(scores[order], NEVER), np.nan)
    found: Floats = ranked[np.minimum(places, len(scores))]
    return found
