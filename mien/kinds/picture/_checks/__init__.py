"""What the audit looks for in pictures alone."""

from __future__ import annotations

from mien.kinds.picture._checks import _animated, _blank, _ending

__all__ = ["CHECKS"]

CHECKS = (_blank.CHECK, _ending.CHECK, _animated.CHECK)
