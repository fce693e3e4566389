"""The whole story: a source becomes a run with a report and one model file.

Examples
--------
>>> from mien import pipeline
>>> list(pipeline.STAGES)
['collect', 'audit', 'split', 'load', 'train', 'evaluate', 'explain', 'export', 'report']
"""

from __future__ import annotations

from mien.pipeline._adopt import ForeignModel, foreign_model, read_foreign
from mien.pipeline._context import EnsembleMember, Reporter, RunContext
from mien.pipeline._evaluate_file import Adopted, measure
from mien.pipeline._explain_drawn import DRAWN_FACES, explain_drawn, write_drawn
from mien.pipeline._explain_features import explain_features
from mien.pipeline._explain_file import Explained, check_path, explain_sample
from mien.pipeline._exports import FORMATS, Delivered, adopt, check_format, deliver, litert_alone
from mien.pipeline._groups import ByGroup
from mien.pipeline._measured_data import DataOptions
from mien.pipeline._quantize import Shrunk, shrink
from mien.pipeline._run import STAGES, begin, contract, export_alone, resume, run, summary
from mien.pipeline._under_corruption import UnderCorruption, measure_corrupted
from mien.pipeline._words import noun

__all__ = [
    "DRAWN_FACES",
    "FORMATS",
    "STAGES",
    "Adopted",
    "ByGroup",
    "DataOptions",
    "Delivered",
    "EnsembleMember",
    "Explained",
    "ForeignModel",
    "Reporter",
    "RunContext",
    "Shrunk",
    "UnderCorruption",
    "adopt",
    "begin",
    "check_format",
    "check_path",
    "contract",
    "deliver",
    "explain_drawn",
    "explain_features",
    "explain_sample",
    "export_alone",
    "foreign_model",
    "litert_alone",
    "measure",
    "measure_corrupted",
    "noun",
    "read_foreign",
    "resume",
    "run",
    "shrink",
    "summary",
    "write_drawn",
]
