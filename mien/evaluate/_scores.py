"""What an evaluation says: plain values, to and from JSON, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from mien.core.errors import ModelFileError
from mien.evaluate._basis import Basis, claim
from mien.evaluate._checks import Integers
from mien.evaluate._reliability import Reliability
from mien.html import percent, span

SCORES_FORMAT = 1


@dataclass(frozen=True)
class Estimate:
    """A figure and how far chance alone may have moved it.

    Parameters
    ----------
    value : float
        The figure, 0..1.
    low, high : float
        Its 95 % interval, 0..1.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return percent, such as ``84 (81\u201387)``."""
        return f"{percent(self.value, unit=False)} ({span(self.low, self.high)})"


@dataclass(frozen=True)
class Averages:
    """Precision, recall and F1 averaged over the classes, 0..1."""

    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class ClassScores:
    """How one class fares.

    Parameters
    ----------
    label : str
        The class.
    precision : Estimate
        Of the samples given this label, the share that had it; 0 where none was given it.
    recall : Estimate
        Of the samples that have this label, the share that was given it; 0 where there are none.
    f1 : Estimate
        Harmonic mean of the two; 0 where both are.
    support : int
        Samples that have this label.
    """

    label: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    support: int


@dataclass(frozen=True, eq=False)
class Scores:
    """How good the answers are, and on what they were measured.

    Parameters
    ----------
    labels : tuple of str
        The classes, in the order of rows and columns.
    n : int
        Samples measured on.
    accuracy : Estimate
        Share of right answers.
    balanced_accuracy : Estimate
        Mean recall of the classes that occur: guessing gives 1/classes, however uneven they are.
    classes : tuple of ClassScores
        One a class, in the order of `labels`.
    macro : Averages
        Plain means over all classes.
    weighted : Averages
        Means weighted by how often each class occurs.
    confusion : int64 [classes, classes]
        Counts; a row is what it was, a column what was answered.
    log_loss : float or None
        Mean of -ln(probability given to the truth), 0 and up; None without probabilities.
    brier : float or None
        Mean squared distance of the probabilities from the truth, 0..2; None without probabilities.
    calibration_error : float or None
        Mean gap between the top probability and the share of right answers, 0..1, less what chance alone makes of it;
        None without probabilities.
    reliability : Reliability or None
        The same by how sure the answers are, with its interval; None without probabilities, or in files of before.
    units : int
        How many of what the intervals are drawn over: `n` where every sample stands alone.
    basis : Basis
        What was measured on.
    """

    labels: tuple[str, ...]
    n: int
    accuracy: Estimate
    balanced_accuracy: Estimate
    classes: tuple[ClassScores, ...]
    macro: Averages
    weighted: Averages
    confusion: Integers
    log_loss: float | None = None
    brier: float | None = None
    calibration_error: float | None = None
    reliability: Reliability | None = None
    units: int = 0
    basis: Basis = field(default_factory=Basis)

    def sentences(self) -> dict[str, str]:
        """Explain each figure: field name to one plain sentence."""
        chance = percent(1 / len(self.labels), unit=False)
        words = {
            "accuracy": claim(self),
            "balanced_accuracy": f"If every class were equally common, it would be right on "
            f"{self.balanced_accuracy} of 100; blind guessing gives {chance}.",
            "macro": f"Averaged over the classes, {self.macro.precision} of 100 answers hold, and "
            f"{self.macro.recall} of 100 samples are found.",
        }
        if self.log_loss is not None and self.brier is not None and self.calibration_error is not None:
            words |= {
                "log_loss": f"The surprise at the truth is {self.log_loss:.2f} on average: 0 is perfect, and equal "
                f"probabilities for every class give {np.log(len(self.labels)):.2f}.",
                "brier": f"The probabilities miss the truth by {self.brier:.2f} on average: 0 is perfect, 2 is sure "
                f"and wrong every time.",
                "calibration_error": f"When it says how sure it is, it is off by "
                f"{percent(self.calibration_error, unit=False)} points of 100 on average{self._beyond_chance()}.",
            }
        return words

    def _beyond_chance(self) -> str:
        return "" if self.reliability is None else f" ({span(self.reliability.low, self.reliability.high)})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        values = {name: getattr(self, name) for name in ("n", "units", "log_loss", "brier", "calibration_error")}
        nested = {name: asdict(getattr(self, name)) for name in ("accuracy", "balanced_accuracy", "macro", "weighted")}
        return {
            "format": SCORES_FORMAT,
            "basis": self.basis.to_dict(),
            "labels": list(self.labels),
            **nested,
            **values,
            "classes": [asdict(row) for row in self.classes],
            "confusion": self.confusion.tolist(),
            "reliability": self.reliability.to_dict() if self.reliability else None,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scores:
        """Read what `to_dict` wrote; `ModelFileError` if the values are not scores, or a newer Mien's."""
        try:
            if int(values["format"]) > SCORES_FORMAT:
                raise ModelFileError(f"The scores have format {values['format']}", todo="Install a newer Mien")
            optional = ("log_loss", "brier", "calibration_error")
            known = {name: None if values[name] is None else float(values[name]) for name in optional}
            return cls(
                tuple(str(label) for label in values["labels"]),
                int(values["n"]),
                Estimate(**values["accuracy"]),
                Estimate(**values["balanced_accuracy"]),
                tuple(ClassScores(str(row["label"]), *_parts(row), int(row["support"])) for row in values["classes"]),
                Averages(*_parts(values["macro"])),
                Averages(*_parts(values["weighted"])),
                np.array(values["confusion"], dtype=np.int64),
                **known,
                reliability=Reliability.from_dict(values["reliability"]) if values.get("reliability") else None,
                units=int(values.get("units", values["n"])),
                basis=Basis.from_dict(values.get("basis", {})),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError("The scores are damaged", todo="Run: mien evaluate") from error


def _parts(row: Mapping[str, Any]) -> tuple[Estimate, Estimate, Estimate]:
    return Estimate(**row["precision"]), Estimate(**row["recall"]), Estimate(**row["f1"])
