"""The checks, in the order in which their issues are shown: what holds for every kind first, then the kind's own."""

from __future__ import annotations

from mien import kinds
from mien.audit._checks import _copies, _opening, _twins
from mien.kinds import Check, Issue, Kind, Sample

__all__ = ["ISSUES", "Check", "Issue", "Sample", "checks", "issues"]


def checks(kind: Kind) -> tuple[Check, ...]:
    """Give what is looked for in samples of a kind."""
    return (_opening.check(kind), _twins.check(kind), _copies.check(kind), *kind.checks())


def issues(kind: Kind) -> tuple[Issue, ...]:
    """Give what may be found in samples of a kind."""
    return tuple(issue for check in checks(kind) for issue in check.issues)


ISSUES: tuple[Issue, ...] = issues(kinds.kind())  # of pictures: docs/audit.md has a section for each
