"""One file a stage: what the run hands it, what it does with the stage's own package, what it leaves."""

from __future__ import annotations

from mien.pipeline.stages._audit import audit
from mien.pipeline.stages._collect import collect
from mien.pipeline.stages._evaluate import evaluate, sentence
from mien.pipeline.stages._explain import explain
from mien.pipeline.stages._export import export
from mien.pipeline.stages._load import load
from mien.pipeline.stages._report import report
from mien.pipeline.stages._split import split
from mien.pipeline.stages._train import train

__all__ = ["audit", "collect", "evaluate", "explain", "export", "load", "report", "sentence", "split", "train"]
