"""Which part of a sample moved the answer? Works with any callable from rows to probabilities.

Examples
--------
>>> from mien import Predictor, explain
>>> model = Predictor("runs/demo/model.onnx")  # doctest: +SKIP
>>> parts = model.kind.parts(model.model_input("clip.wav"), model.contract)  # doctest: +SKIP
>>> explain.measure(model.probabilities, parts).sentence("angry")  # doctest: +SKIP
"Most moved by 0.8-1.2 s and by 1-2 kHz: without them 'angry' falls from 81 % to 40 %."
"""

from __future__ import annotations

from mien.explain._draw import draw
from mien.explain._explanation import Explanation, Line, Stretch
from mien.explain._measure import measure
from mien.explain._occlusion import occlusion
from mien.explain._overlay import overlay
from mien.explain._page import page

__all__ = ["Explanation", "Line", "Stretch", "draw", "measure", "occlusion", "overlay", "page"]
