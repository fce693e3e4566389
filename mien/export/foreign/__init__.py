"""A model that Mien did not make: read safely, and wrapped into one Mien file that answers as it does.

Examples
--------
>>> from mien.export import foreign
>>> foreign.Reading("0..1", "bgr")
Reading(scale='0..1', colour='bgr', layout='nhwc')
"""

from __future__ import annotations

from mien.export.foreign._classes import check_classes, classes_beside
from mien.export.foreign._evidence import Guess, guess
from mien.export.foreign._form import form_of
from mien.export.foreign._layers import Facts
from mien.export.foreign._net import ForeignNet, open_net
from mien.export.foreign._read import needs_tensorflow, read_graph, settled
from mien.export.foreign._reading import Reading
from mien.export.foreign._wrap import answered, write_foreign

__all__ = [
    "Facts",
    "ForeignNet",
    "Guess",
    "Reading",
    "answered",
    "check_classes",
    "classes_beside",
    "form_of",
    "guess",
    "needs_tensorflow",
    "open_net",
    "read_graph",
    "settled",
    "write_foreign",
]
