"""Which part of the picture moved the answer? Works with any callable from pixels to probabilities."""

from __future__ import annotations

from mien.explain._occlusion import occlusion
from mien.explain._overlay import overlay

__all__ = ["occlusion", "overlay"]
