"""A trained model becomes one ``.onnx`` file: uint8 pixels in, calibrated probabilities out; and what comes of it.

Examples
--------
>>> from mien import export
>>> export.TOLERANCE
0.0001
"""

from __future__ import annotations

from mien.export._card import FORGETS, SECTIONS, UNMEASURED, CardFacts, ModelInfo, card, compose_card
from mien.export._data_card import DataFacts, count_table, data_card
from mien.export._front_matter import front_matter
from mien.export._int8 import quantize
from mien.export._interpreter import LiteRT, read_litert
from mien.export._litert import write_litert
from mien.export._markdown import class_table, confused, share
from mien.export._onnx import TOLERANCE, needs_another_process, write
from mien.export._web import write_site

__all__ = [
    "FORGETS",
    "SECTIONS",
    "TOLERANCE",
    "UNMEASURED",
    "CardFacts",
    "DataFacts",
    "LiteRT",
    "ModelInfo",
    "card",
    "class_table",
    "compose_card",
    "confused",
    "count_table",
    "data_card",
    "front_matter",
    "needs_another_process",
    "quantize",
    "read_litert",
    "share",
    "write",
    "write_litert",
    "write_site",
]
