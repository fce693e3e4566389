"""A trained model becomes one ``.onnx`` file: uint8 pixels in, calibrated probabilities out.

Examples
--------
>>> from mien import export
>>> export.TOLERANCE
0.0001
"""

from __future__ import annotations

from mien.export._card import card
from mien.export._int8 import quantize
from mien.export._onnx import TOLERANCE, needs_another_process, write

__all__ = ["TOLERANCE", "card", "needs_another_process", "quantize", "write"]
