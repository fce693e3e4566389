"""Keras layers that Keras has not, or has slower. Importing them imports Keras, so a family does it where it builds."""

from __future__ import annotations

from mien.models.layers._attention_pool import AttentionPool
from mien.models.layers._bias_after_pool import Conv2D, MaxPooling2D
from mien.models.layers._frozen import exportable, still
from mien.models.layers._log_mel import LogMel

__all__ = ["AttentionPool", "Conv2D", "LogMel", "MaxPooling2D", "exportable", "still"]
