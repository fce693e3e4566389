"""The kind ``picture``: a photo, a face crop, a drawing; and how a model's inputs are cut of one."""

from mien.kinds.picture._kind import KIND, rows, stacked
from mien.kinds.picture._parts import patches

__all__ = ["KIND", "patches", "rows", "stacked"]
