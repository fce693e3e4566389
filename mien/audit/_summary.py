"""Findings counted by issue: the table that the page and the command line show."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from mien.audit._checks import issues
from mien.core.types import Findings
from mien.kinds import PICTURE, Issue, kind


class Tally(NamedTuple):
    """One issue: its word and title, how many samples have it and how many of them `clean` sets aside, what to do."""

    issue: str
    title: str
    severity: str
    pictures: int
    aside: int
    about: str
    todo: str


def summary(findings: Findings, what: str = PICTURE) -> tuple[Tally, ...]:
    """Count the findings by issue, in the order in which issues are checked; unknown ones last.

    >>> row = {"id": "a", "issue": "empty", "severity": "error", "score": 1.0, "why": "", "todo": ""}
    >>> [(line.issue, line.pictures) for line in summary(Findings.build([row]))]
    [('empty', 1)]
    """
    known = {issue.word: issue for issue in issues(kind(what))}
    lines = []
    for word, severity, count, aside in _counted(findings).iter_rows():
        issue = known.get(word) or _foreign(findings, word, severity)
        lines.append(Tally(word, issue.title, severity, count, aside, issue.about, issue.todo))
    order = {word: place for place, word in enumerate(known)}
    return tuple(sorted(lines, key=lambda line: (order.get(line.issue, len(order)), line.issue)))


def _foreign(findings: Findings, word: str, severity: str) -> Issue:
    """Make an issue of what another stage has found: in its own words."""
    first = findings.frame.filter(findings.frame["issue"] == word).row(0, named=True)
    return Issue(word, word.capitalize(), severity, str(first["why"] or ""), str(first["todo"] or ""))


def set_aside_by(findings: Findings) -> pl.DataFrame:
    """Give the findings for which a row is set aside. Without the column ``sets_aside``, errors count."""
    return _with_decision(findings.frame).filter("sets_aside")


def _with_decision(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if "sets_aside" in frame.columns else frame.with_columns(sets_aside=pl.col("severity") == "error")


def _counted(findings: Findings) -> pl.DataFrame:
    by, ids = _with_decision(findings.frame).group_by("issue", maintain_order=True), pl.col("id")
    return by.agg(pl.col("severity").first(), ids.n_unique(), aside=ids.filter("sets_aside").n_unique())
