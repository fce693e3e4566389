"""The kind ``picture``: a photo, a face crop, a drawing; and how a model's inputs are cut of one."""

from __future__ import annotations

from mien.kinds.picture._kind import KIND
from mien.kinds.picture._rows import rows, stacked

__all__ = ["KIND", "rows", "stacked"]
