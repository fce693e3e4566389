"""Keras layers that do the same sums sooner. Importing them imports Keras, so a family does it where it builds."""

from __future__ import annotations

from mien.models.layers._bias_after_pool import Conv2D, MaxPooling2D
from mien.models.layers._frozen import exportable, still

__all__ = ["Conv2D", "MaxPooling2D", "exportable", "still"]
