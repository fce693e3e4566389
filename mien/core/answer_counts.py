"""What a model has answered, as counts: how often each class, how sure, of samples of which quality.

A count says nothing of a single answer. The server writes them by the hour (docs/serve.md), `mien watch` compares them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mien.core.answer import verdict
from mien.core.errors import StorageError
from mien.core.prediction_sets import SetRule

FORMAT = 1
WORDS = ("looks", "probably", "between", "not sure")  # the kinds of a verdict
SIZES, BINS = 5, 10  # of a prediction set, the last for what is larger; of the highest probability
ANSWERS, SURE, SETS, CONFIDENCE = "answers", "words", "sets", "confidence"
TABLES = (ANSWERS, SURE, SETS, CONFIDENCE)
MOST_CLASSES, MOST_COUNT = 1_000, 1 << 40  # that a row may have


def place(probabilities: Mapping[str, float], rule: SetRule) -> dict[str, int]:
    """Say where an answer counts in each of the `TABLES`.

    Examples
    --------
    >>> place({"happy": 0.95, "sad": 0.05}, SetRule())
    {'answers': 0, 'words': 0, 'sets': 0, 'confidence': 9}
    """
    said = verdict(probabilities, rule)
    labels, values = [*probabilities], [*probabilities.values()]
    highest = max(values)
    return {
        ANSWERS: labels.index(said.prediction_set[0]),
        SURE: WORDS.index(said.kind),
        SETS: min(len(said.prediction_set), SIZES) - 1,
        CONFIDENCE: min(int(highest * BINS), BINS - 1),
    }


@dataclass
class AnswerCounts:
    """Counts of the answers of one model.

    Parameters
    ----------
    labels : tuple of str
        Its classes.
    tables : dict of str to list of int
        How many answers each class got (``answers``), each kind of verdict (``words``), each size of a prediction set
        (``sets``), and each tenth of the highest probability (``confidence``).
    quality : dict of str to list of int
        How many samples were of each range of what `Kind.qualities` names.
    nothing, unreadable, others : int
        Samples without a face or without speech; that could not be read; that were answered with some of the classes
        alone, and count nowhere else.

    Examples
    --------
    >>> counts = AnswerCounts.empty(("happy", "sad"))
    >>> counts.add({"happy": 0.95, "sad": 0.05}, SetRule())
    >>> counts.n, counts.tables["answers"]
    (1, [1, 0])
    """

    labels: tuple[str, ...]
    tables: dict[str, list[int]]
    quality: dict[str, list[int]] = field(default_factory=dict)
    nothing: int = 0
    unreadable: int = 0
    others: int = 0

    @classmethod
    def empty(cls, labels: Sequence[str]) -> AnswerCounts:
        """Begin with none."""
        sizes = (len(labels), len(WORDS), SIZES, BINS)
        return cls(tuple(labels), {name: [0] * size for name, size in zip(TABLES, sizes, strict=True)})

    @property
    def n(self) -> int:
        """How many answers were counted."""
        return sum(self.tables[ANSWERS])

    def add(
        self, probabilities: Mapping[str, float], rule: SetRule, quality: Mapping[str, tuple[int, int]] | None = None
    ) -> None:
        """Count an answer; `quality` has a range's number, and how many there are, for each name."""
        for name, number in place(probabilities, rule).items():
            self.tables[name][number] += 1
        for name, (number, size) in (quality or {}).items():
            self.quality.setdefault(name, [0] * size)[number] += 1

    def __add__(self, other: AnswerCounts) -> AnswerCounts:
        """Count both together; they are of the same classes."""
        return AnswerCounts(
            self.labels,
            _sums(self.tables, other.tables),
            _sums(self.quality, other.quality),
            self.nothing + other.nothing,
            self.unreadable + other.unreadable,
            self.others + other.others,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        rest = {"nothing": self.nothing, "unreadable": self.unreadable, "others": self.others}
        return {"labels": [*self.labels], **self.tables, "quality": self.quality, **rest}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> AnswerCounts:
        """Read what `to_dict` returned; ValueError, KeyError or TypeError where it is damaged."""
        labels = found["labels"]
        if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
            raise ValueError("labels")
        if not 2 <= len(labels) <= MOST_CLASSES or len(set(labels)) < len(labels):
            raise ValueError("labels")
        empty = cls.empty(labels)
        tables = {name: _counts(found[name], len(empty.tables[name])) for name in TABLES}
        if len({sum(row) for row in tables.values()}) > 1:
            raise ValueError("sums")
        quality = {str(name): _counts(row, None) for name, row in dict(found.get("quality", {})).items()}
        rest = [_counts([found.get(name, 0)], 1)[0] for name in ("nothing", "unreadable", "others")]
        return cls(tuple(labels), tables, quality, *rest)


@dataclass(frozen=True)
class CountedHours:
    """One row of a log of counts: from when to when, ``2026-05-03T14:00Z``, and of which model."""

    model: str
    begin: str
    end: str
    counts: AnswerCounts

    @property
    def day(self) -> str:
        """The day on which it begins, in UTC."""
        return self.begin[:10]

    def to_line(self) -> str:
        """Write it as a line of JSON."""
        head = {"format": FORMAT, "model": self.model, "from": self.begin, "to": self.end}
        return json.dumps({**head, **self.counts.to_dict()}, ensure_ascii=False) + "\n"

    @classmethod
    def from_line(cls, line: str) -> CountedHours | None:
        """Read a line; None where it is damaged, `StorageError` if it is a newer Mien's."""
        try:
            found = json.loads(line)
            if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
                came = f"The log of counts has format {found['format']}"
                raise StorageError(came, expected=str(FORMAT), todo="Install a newer Mien")
            begin, end = (_moment(found[name]) for name in ("from", "to"))
            return cls(str(found["model"]), begin, end, AnswerCounts.from_dict(found))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None


def of_counts(rows: Iterable[AnswerCounts]) -> AnswerCounts:
    """Count several together, at least one, all of the same classes."""
    first, *rest = rows
    return sum(rest, first)


def _moment(text: Any) -> str:  # noqa: ANN401 - JSON
    return str(np.datetime_as_string(np.datetime64(str(text).removesuffix("Z"), "m"))) + "Z"


def _counts(row: Any, size: int | None) -> list[int]:  # noqa: ANN401 - JSON
    whole = isinstance(row, list) and all(type(one) is int and 0 <= one < MOST_COUNT for one in row)
    if not whole or len(row) != (size or len(row)) or len(row) > MOST_CLASSES:
        raise ValueError("counts")
    return list(row)


def _sums(first: Mapping[str, list[int]], second: Mapping[str, list[int]]) -> dict[str, list[int]]:
    found = {name: [*row] for name, row in first.items()}
    for name, row in second.items():
        before = found.get(name, [0] * len(row))
        if len(before) == len(row):  # ranges of another release count nowhere
            found[name] = [one + two for one, two in zip(before, row, strict=True)]
    return found
