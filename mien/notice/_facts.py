"""What a model file says of itself that those who are read, and those who answer for it, have to know."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.core.confusions import taken_for
from mien.core.terms import Terms
from mien.evaluate import NEW
from mien.notice._language import Language
from mien.predict import Predictor, model_file


@dataclass(frozen=True)
class ClassFigures:
    """How often one class is recognised: shares, 0..1, and on how many samples."""

    label: str
    share: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class ModelFigures:
    """How good a model is: shares, 0..1; `guess` is the commonest class's; `confused` a share, a truth, an answer."""

    right: float
    low: float
    high: float
    n: int
    new: bool
    guess: float | None = None
    classes: tuple[ClassFigures, ...] = ()
    confused: tuple[float, str, str] | None = None

    @property
    def worst(self) -> ClassFigures | None:
        """The class that is recognised least."""
        return min(self.classes, key=lambda one: one.share, default=None)


@dataclass(frozen=True)
class Facts:
    """What is known of a model file; `figures` are None where it does not say how good it is."""

    file: str
    digest: str
    kind: str
    labels: tuple[str, ...]
    terms: Terms
    figures: ModelFigures | None

    @classmethod
    def read(cls, path: Path | str) -> Facts:
        """Read a model file, the folder of a run, or a model in the box; one that is none is a `ModelFileError`."""
        place = model_file(path)
        model = Predictor(place)
        digest = hashlib.sha256(place.read_bytes()).hexdigest()
        name = f"{Path(path).resolve().name}/{place.name}" if place.parent == Path(path) else place.name
        labels = model.contract.labels
        return cls(name, digest, model.contract.kind, labels, model.terms, _figures(model.scores))

    def right(self, words: Language) -> tuple[str, str, str]:
        """Write how often it is right and wrong of 100, and on how many it was measured; it must have figures."""
        figures = self.figures
        if figures is None:
            return words.say("notice.unmeasured"), "", ""
        right = words.of_100(figures.right)
        key = "right" if figures.new else "right_unknown"
        wrong = words.say("notice.wrong", wrong=mistaken(words, figures.right))
        measured = words.of_kind(self.kind, "measured", n=words.number(figures.n))
        return words.of_kind(self.kind, key, right=right), wrong, measured


def mistaken(words: Language, right: float) -> str:
    """Write the share, 0..1, that is left over, so that both together are 100.

    >>> from mien.notice._language import language
    >>> mistaken(language("en"), 0.655), mistaken(language("en"), 0.9996)
    ('34', '<1')
    """
    text = words.of_100(right)
    return str(100 - int(text)) if text.isdecimal() else words.of_100(1 - right)


def _figures(scores: Mapping[str, Any]) -> ModelFigures | None:
    """Read what stands under ``mien.scores``; None where it is not what `evaluate` wrote."""
    try:
        accuracy, n = scores["accuracy"], int(scores["n"])
        spans = [float(accuracy[name]) for name in ("value", "low", "high")]
        new = scores.get("basis", {}).get("seen") == NEW
        rows = [
            ClassFigures(str(row["label"]), *_shares(row["recall"]), int(row["support"]))
            for row in scores.get("classes", ())
        ]
        rows = [row for row in rows if row.n > 0]
        guess = max(row.n for row in rows) / sum(row.n for row in rows) if rows else None
        return ModelFigures(
            spans[0], spans[1], spans[2], n, new, guess, tuple(rows), next(iter(taken_for(scores)), None)
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError, ZeroDivisionError):
        return None


def _shares(values: Mapping[str, Any]) -> tuple[float, float, float]:
    return float(values["value"]), float(values["low"]), float(values["high"])
