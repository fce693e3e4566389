"""What the audit looks for in clips alone."""

from __future__ import annotations

from mien.kinds.sound._checks import _content, _ending, _length, _level, _sides

__all__ = ["CHECKS"]

CHECKS = (_level.CHECK, _length.CHECK, _content.CHECK, _sides.CHECK, _ending.CHECK)
