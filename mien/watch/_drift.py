"""Compare a log, or a folder, with what a model answered when it was made."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import media
from mien.core.answer_counts import ANSWERS, TABLES, AnswerCounts, of_counts
from mien.core.errors import SettingError
from mien.core.types import Progress, silent
from mien.predict import Predictor, model_file
from mien.watch import _log as logs
from mien.watch._changes import FEWEST, LEVEL, Change, compare, explained
from mien.watch._population import Population, estimate, shares_before
from mien.watch._reference import Reference, answer_files, reference

if TYPE_CHECKING:
    from mien.core.types import Floats
    from mien.kinds import Kind


@dataclass(frozen=True)
class Period:
    """A stretch of time that was compared by itself; of a folder there is one, without a beginning.

    Parameters
    ----------
    begin, end : str
        Such as ``2026-05-03T14:00Z``, or empty.
    counts : AnswerCounts
        What was counted.
    changes : tuple of Change
        What was compared; empty where there were too few answers.
    """

    begin: str
    end: str
    counts: AnswerCounts
    changes: tuple[Change, ...]

    @property
    def changed(self) -> bool:
        """Whether anything has changed by more than chance."""
        return any(one.found for one in self.changes)


@dataclass(frozen=True)
class Drift:
    """Whether the world has changed since a model was made.

    Parameters
    ----------
    source : str
        The log or folder.
    model : str
        What it was compared with.
    kind : Kind
        What the model takes.
    basis : str
        Which answers the model gave when it was made, in words.
    periods : tuple of Period
        In order; one of a folder.
    population : Population or None
        Which shares of classes would bring the answers that have changed; None where they have not, or it is not known.
    shares_known : bool
        Whether shares of answers could be compared.
    damaged : int
        Lines of the log that could not be read.
    """

    source: str
    model: str
    kind: Kind
    basis: str
    periods: tuple[Period, ...]
    population: Population | None
    shares_known: bool
    damaged: int = 0

    @property
    def judged(self) -> Period:
        """The period that is spoken of: the last that has changed, or else the last that was compared."""
        compared = [one for one in self.periods if one.changes]
        return next((one for one in reversed(compared) if one.changed), compared[-1])

    @property
    def changed(self) -> bool:
        """Whether a change was found, with one chance in twenty of finding any where there is none."""
        return self.judged.changed

    def sentences(self) -> list[str]:
        """Say it in words: the verdict first, then what it may mean, and what to do next."""
        from mien.watch._words import sentences

        return sentences(self)

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        shown = [
            {
                "from": one.begin or None,
                "to": one.end or None,
                "changed": one.changed,
                "n": one.counts.n,
                "counts": one.counts.to_dict(),
                "compared": [change.to_dict() for change in one.changes],
            }
            for one in self.periods
        ]
        people = None if self.population is None else vars(self.population)
        head = {"changed": self.changed, "sentences": self.sentences(), "source": self.source, "model": self.model}
        rest = {"shares_known": self.shares_known, "damaged_lines": self.damaged}
        return {**head, "basis": self.basis, "level": LEVEL, **rest, "population": people, "periods": shown}


def drift(
    source: Path | str,
    against: Path | str,
    *,
    model: str = "",
    since: str = "",
    inputs: str = "auto",
    progress: Progress = silent,
) -> Drift:
    """Compare a log of counts, or a folder of samples, with what a model answered when it was made.

    Parameters
    ----------
    source : path
        What ``mien serve --counts FILE`` writes, or a folder of samples, which the model is then asked about.
    against : path
        A model file that says what it answered on validation, the folder of a run, or a name in the box.
    model : str
        Whose rows of a log, where it has several.
    since : str
        A day, ``2026-05-03``, before which a log does not count, UTC.
    inputs : str
        What pictures in a folder are, as `Predictor` takes it.
    progress : Progress
        Shown while samples are answered.

    Returns
    -------
    Drift
        What was compared, and what has changed. One chance in twenty of finding a change where there is none: over all
        that is compared (Holm 1979), and over all periods of a log, of which the k-th may spend 1 / (k (k + 1)) of it,
        so that a log that grows can be looked at once a day for ever. Answers are taken as independent of each other.

    Raises
    ------
    SettingError
        If there are fewer than 20 answers, or classes do not fit.
    MienError
        If log or model cannot be read, or the model does not say what it answered.
    """
    day, path = _day(since), Path(source)
    file = model_file(against)
    predictor = Predictor(file, inputs=inputs)
    log = None if path.is_dir() else logs.read(path, model, day)
    if log is not None and log.rows[0].counts.labels != predictor.labels:
        came = f"The log has the classes {', '.join(log.rows[0].counts.labels)}"
        raise SettingError(came, expected=f"those of the model, {', '.join(predictor.labels)}")
    before = reference(predictor, file, progress=progress)
    kind = predictor.kind
    scores: Floats | None = None
    if log is None:
        counts, scores = _count_folder(predictor, path, progress)
        changes = compare(before, counts, kind, scores=scores) if counts.n >= FEWEST else ()
        found = [Period("", "", counts, changes)]
    else:
        found = _periods(log, before, kind)
    if not any(one.changes for one in found):
        least = FEWEST if log is None else logs.PERIOD
        came = f"'{source}' has {sum(one.counts.n for one in found)} answers"
        raise SettingError(came, expected=f"at least {least}", todo="Wait for more")
    told = Drift(str(source), str(against), kind, before.what, tuple(found), None, before.shares_known)
    people = _population(before, told.judged, scores)
    return replace(told, population=people, damaged=log.damaged if log else 0)


def _count_folder(predictor: Predictor, folder: Path, progress: Progress) -> tuple[AnswerCounts, Floats]:
    """Answer a folder and count; and the highest probability of each answer, [n]."""
    counts, highest = AnswerCounts.empty(predictor.labels), []
    files = [*media.visible_files(folder)]
    for one in answer_files(predictor, files, len(files), progress):
        if one is None:
            counts.unreadable += 1
        elif one[0].probabilities is None:
            counts.nothing += 1
        else:
            counts.add(one[0].probabilities, predictor.rule, one[1])
            highest.append(max(one[0].probabilities.values()))
    return counts, np.array(highest)


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise SettingError(f"The day came as '{text}'", expected="one such as 2026-05-03") from error


def _periods(log: logs.CountsLog, before: Reference, kind: Kind) -> list[Period]:
    found = []
    for number, rows in enumerate(logs.periods(log.rows), 1):
        counts = of_counts(row.counts for row in rows)
        full = counts.n >= logs.PERIOD  # one that is not is looked at once it is
        changes = compare(before, counts, kind, looks=number * (number + 1)) if full else ()
        found.append(Period(rows[0].begin, rows[-1].end, counts, changes))
    return found


def _population(before: Reference, judged: Period, scores: Floats | None) -> Population | None:
    """Estimate which shares of the classes would bring the answers, where these have changed."""
    if not any(one.found and one.name in TABLES for one in judged.changes):
        return None
    found = estimate(before, judged.counts.tables[ANSWERS])
    if found is None:
        return None
    labels, (shares, ends) = before.answers.labels, found
    triples = zip(shares.tolist(), *ends.tolist(), strict=True)
    was = dict(zip(labels, shares_before(before).tolist(), strict=True)) if before.shares_known else {}
    explains = explained(before, judged.counts, scores, shares)
    return Population(dict(zip(labels, triples, strict=True)), was, explains)
