"""Can its certainty be trusted? Probabilities and prediction sets against what they promise."""

from __future__ import annotations

from math import log

from mien import html
from mien.core.calibration import Calibration
from mien.evaluate import Covered, Estimate, Reliability, RiskCoverage, Scores, SetScores
from mien.kinds import Kind
from mien.report._run_files import RunFiles

_EMPTY = html.Html("")


def calibration(files: RunFiles, test: Scores) -> html.Html:
    """Show how sure it was against how often it was right; nothing where that was not measured."""
    if test.calibration_error is None:
        return _EMPTY
    error, found = html.percent(test.calibration_error, unit=False), test.reliability
    words = "When it gives an answer a probability of 80 %, is it right 80 times in 100? "
    if found is None:  # a run of before
        return html.block("Can its certainty be trusted?", html.text(f"{words}On average it is off by {error} points."))
    off = (
        f"On average it is off by {error} points ({html.span(found.low, found.high)}), beyond what chance alone makes."
    )
    facts = html.facts(_facts(files, test, found))
    return html.tag("div", _diagram(found, words + off, files.kind), html.details("More of its certainty", facts))


def _diagram(found: Reliability, about: str, kind: Kind) -> html.Html:
    rows = [html.Promise(one.n, one.sure, one.right, one.low, one.high) for one in found.bins]
    return html.reliability("Can its certainty be trusted?", rows, about=about, many=kind.many)


def _facts(files: RunFiles, test: Scores, found: Reliability) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        ("calibration error, less chance", html.percent(found.error)),
        ("the same as it is counted: the fewer samples, the larger", html.percent(found.counted)),
        ("class by class, less chance", html.percent(found.by_class)),
    ]
    if test.log_loss is not None:
        rows.append(
            (f"log loss (lower is better; guessing gives {log(len(test.classes)):.2f})", f"{test.log_loss:.3f}")
        )
    if {"calibration", "temperature"} & set(files.scores):
        how = Calibration.from_dict(files.scores.get("calibration", files.scores))
        what = "a scale and a bias for each class" if how.by_class else f"a temperature of {how.temperature:.2f}"
        rows.append(("calibration, fitted on validation", what))
    return rows


def sets(files: RunFiles) -> html.Html:
    """Show how often its sets hold the truth, class by class; nothing in a run of before."""
    values = files.scores.get("sets")
    if not values:
        return _EMPTY
    found, asked = SetScores.from_dict(values), html.percent(values["confidence"])
    promised = (("promised", found.confidence),)
    whole = html.Estimate("all", *_ends(found.coverage), marks=promised)
    rows = [html.Estimate(one.label, *_ends(one.coverage), label=one.label) for one in found.classes if one.n]
    about = f"{found.sentence} Diamond: the {asked} that was asked for; another share can be asked for at every door."
    return html.intervals("Is the truth in the set?", [whole, *rows], about=about)


def risk_coverage(files: RunFiles) -> html.Html:
    """Show what leaving out the least sure answers is worth; nothing in a run of before."""
    values = files.scores.get("risk_coverage")
    if not values:
        return _EMPTY
    found = RiskCoverage.from_dict(values)
    mark = ("where it is sure", _kept(found.sure)) if found.sure else None
    rows = [_kept(one) for one in found.points]
    return html.coverage(
        "What if it answers only when surer?", rows, about=found.sentence, many=files.kind.many, mark=mark
    )


def _kept(found: Covered) -> html.Kept:
    return html.Kept(found.coverage, *_ends(found.right))


def _ends(found: Estimate) -> tuple[float, float, float]:
    return found.value, found.low, found.high
