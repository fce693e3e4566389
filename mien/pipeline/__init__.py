"""The whole story: a source becomes a run with a report and one model file.

Examples
--------
>>> from mien import pipeline
>>> list(pipeline.STAGES)
['collect', 'audit', 'split', 'load', 'train', 'evaluate', 'explain', 'export', 'report']
"""

from __future__ import annotations

from mien.pipeline._deliver import FORMATS, Delivered, check_format, deliver, litert_alone
from mien.pipeline._measure import explain_picture, measure
from mien.pipeline._shrink import Shrunk, shrink
from mien.pipeline._story import STAGES, begin, contract, export_alone, resume, run, summary
from mien.pipeline._words import noun
from mien.pipeline._work import Desk, Member, Work

__all__ = [
    "FORMATS",
    "STAGES",
    "Delivered",
    "Desk",
    "Member",
    "Shrunk",
    "Work",
    "begin",
    "check_format",
    "contract",
    "deliver",
    "explain_picture",
    "export_alone",
    "litert_alone",
    "measure",
    "noun",
    "resume",
    "run",
    "shrink",
    "summary",
]
