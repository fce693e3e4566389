"""What an input is: one seam between the stages and pictures, or any other kind of sample.

A stage asks a `Kind`; no stage knows pictures from sounds otherwise. A package of yours brings one by the entry-point
group ``mien.kinds``: docs/kinds.md.

Examples
--------
>>> from mien import kinds
>>> kinds.kind("picture").count(2)
'2 pictures'
"""

from mien.kinds._article import article
from mien.kinds._check import Check, Issue, Sample, found, schema
from mien.kinds._corruption import STRENGTHS, Corruption
from mien.kinds._kind import Kind
from mien.kinds._parts import Axis, Parts
from mien.kinds._prepared import Prepared, Preview
from mien.kinds._property import Property
from mien.kinds._quality import Quality
from mien.kinds._registry import PICTURE, SOUND, detect, kind, names
from mien.kinds._variation import Variation
from mien.kinds._window import Window

__all__ = [
    "PICTURE",
    "SOUND",
    "STRENGTHS",
    "Axis",
    "Check",
    "Corruption",
    "Issue",
    "Kind",
    "Parts",
    "Prepared",
    "Preview",
    "Property",
    "Quality",
    "Sample",
    "Variation",
    "Window",
    "article",
    "detect",
    "found",
    "kind",
    "names",
    "schema",
]
