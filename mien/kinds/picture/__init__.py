"""The kind ``picture``: a photo, a face crop, a drawing; and how a model's inputs are cut of one."""

from mien.kinds.picture._kind import KIND, rows, stacked

__all__ = ["KIND", "rows", "stacked"]
