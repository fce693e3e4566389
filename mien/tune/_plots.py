"""The drawings of a search: a setting against the score, and the progress of the best."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import html
from mien.tune._trial import DONE, PRUNED, Trial

if TYPE_CHECKING:
    from mien.tune._study import Study

SOME = 8  # trials before anything is said of the best quarter


def setting(study: Study, name: str) -> html.Html | None:
    """Draw the values of one setting against the scores; None where fewer than two values were tried."""
    trials = [trial for trial in _scored(study) if name in trial.settings]
    values = [trial.settings[name] for trial in trials]
    if len({str(value) for value in values}) < 2:
        return None
    part, best = study.space[name], study.best
    axis = _axis(part)
    across = [word(value) if axis.choices else float(value) for value in values]
    points = [_point(trial, place, best) for trial, place in zip(trials, across, strict=True)]
    about = _best_quarter(trials, name, words=bool(axis.choices))
    names = ("trial", name, "score, of 100")
    return html.scatter(name, points, about=about, axis=axis, floor_=_floor(trials), names=names)


def progress(study: Study) -> html.Html | None:
    """Draw every trial in its turn, and the best so far as a staircase; None where no trial has a score."""
    trials, best = _scored(study), study.best
    if not trials:
        return None
    line, top = [], 0.0
    for trial in trials:
        top = max(top, (trial.score or 0.0) if trial.state == DONE else 0.0)
        if top:
            line.append((float(trial.number), top))
    points = [_point(trial, float(trial.number), best) for trial in trials]
    axis = html.Axis(float(trials[0].number), float(max(trials[-1].number, trials[0].number + 1)), whole=True)
    about = "The score of every trial in its turn; the line is the best so far."
    if any(trial.state == PRUNED for trial in trials):
        about += " Hollow: given up early, with the best that it had reached."
    floor, names = _floor(trials), ("trial", "number", "score, of 100")
    return html.scatter("Trial by trial", points, about=about, axis=axis, floor_=floor, line=line, names=names)


def _scored(study: Study) -> list[Trial]:
    return [trial for trial in study.ended if trial.score is not None and trial.state in {DONE, PRUNED}]


def _point(trial: Trial, across: float | str, best: Trial | None) -> html.Point:
    kind = "usual" if trial.state == DONE else "weak"
    if best is not None and trial.number == best.number:
        kind = "best"
    return html.Point(f"trial {trial.number}", across, trial.score or 0.0, kind)


def _axis(part: Any) -> html.Axis:  # noqa: ANN401 - a list or a table
    if isinstance(part, list):
        return html.Axis(choices=tuple(dict.fromkeys(word(choice) for choice in part)))
    return html.Axis(float(part["low"]), float(part["high"]), log=bool(part.get("log")))


def word(value: Any) -> str:  # noqa: ANN401
    """Put the value of a setting into a word."""
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _floor(trials: list[Trial]) -> float:
    """Return the score below which points are drawn at the edge, where a few would press the others together."""
    scores = np.array([trial.score for trial in trials], float)
    low, common, top = scores.min(), np.quantile(scores, 0.2), scores.max()
    return float(common if common - low > (top - common) / 2 else low)


def _best_quarter(trials: list[Trial], name: str, *, words: bool) -> str:
    count = len(trials) // 4
    if len(trials) < SOME:
        return "Each point is a trial."
    best = sorted(trials, key=lambda trial: -(trial.score or 0.0))[:count]
    values = [trial.settings[name] for trial in best]
    if words:
        commonest, many = Counter(word(value) for value in values).most_common(1)[0]
        return f"Of the {count} best trials, {many} had {commonest}."
    return f"The {count} best trials lay between {min(values):.3g} and {max(values):.3g}."
