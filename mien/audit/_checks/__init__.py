"""The checks, in the order in which their issues are shown: a new one is a file here and its line below."""

from __future__ import annotations

from mien.audit._checks import _animated, _blank, _copies, _ending, _opening, _twins
from mien.audit._checks._base import SCHEMA, Check, Issue, Sample

__all__ = ["CHECKS", "ISSUES", "SCHEMA", "Check", "Issue", "Sample"]

CHECKS: tuple[Check, ...] = (
    *(_opening.CHECK, _twins.CHECK, _copies.CHECK),
    *(_blank.CHECK, _ending.CHECK, _animated.CHECK),
)
ISSUES: tuple[Issue, ...] = tuple(issue for check in CHECKS for issue in check.issues)
