"""The whole story: a source becomes a run with a report and one model file.

Examples
--------
>>> from mien import pipeline
>>> list(pipeline.STAGES)
['collect', 'audit', 'split', 'load', 'train', 'evaluate', 'explain', 'export', 'report']
"""

from __future__ import annotations

from mien.pipeline._context import EnsembleMember, Reporter, RunContext
from mien.pipeline._evaluate_file import Reading, measure
from mien.pipeline._explain_file import Explained, check_path, explain_sample
from mien.pipeline._exports import FORMATS, Delivered, check_format, deliver, litert_alone
from mien.pipeline._groups import ByGroup
from mien.pipeline._quantize import Shrunk, shrink
from mien.pipeline._run import STAGES, begin, contract, export_alone, resume, run, summary
from mien.pipeline._under_corruption import UnderCorruption, measure_corrupted
from mien.pipeline._words import noun

__all__ = [
    "FORMATS",
    "STAGES",
    "ByGroup",
    "Delivered",
    "EnsembleMember",
    "Explained",
    "Reading",
    "Reporter",
    "RunContext",
    "Shrunk",
    "UnderCorruption",
    "begin",
    "check_format",
    "check_path",
    "contract",
    "deliver",
    "explain_sample",
    "export_alone",
    "litert_alone",
    "measure",
    "measure_corrupted",
    "noun",
    "resume",
    "run",
    "shrink",
    "summary",
]
