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

from mien.explain._counterfactual import Change, Counterfactual, counterfactual
from mien.explain._counterfactual_page import counterfactual_page, counterfactual_sheet
from mien.explain._draw import draw, sheet
from mien.explain._explanation import Explanation, Line, Stretch
from mien.explain._faithfulness import Faithfulness, faithfulness, points_at, rank_correlation
from mien.explain._first_passing import checked, first_passing
from mien.explain._importance import FeatureReport, Importance, importance
from mien.explain._key import KEY, key
from mien.explain._measure import measure
from mien.explain._methods import METHODS, Method, method
from mien.explain._occlusion import occlusion
from mien.explain._overlay import overlay
from mien.explain._page import page

__all__ = [
    "KEY",
    "METHODS",
    "Change",
    "Counterfactual",
    "Explanation",
    "Faithfulness",
    "FeatureReport",
    "Importance",
    "Line",
    "Method",
    "Stretch",
    "checked",
    "counterfactual",
    "counterfactual_page",
    "counterfactual_sheet",
    "draw",
    "faithfulness",
    "first_passing",
    "importance",
    "key",
    "measure",
    "method",
    "occlusion",
    "overlay",
    "page",
    "points_at",
    "rank_correlation",
    "sheet",
]
