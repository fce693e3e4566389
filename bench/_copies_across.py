"""How much of FER2013's PublicTest stands in Training too, and what that does to the box's figure."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
from _faces import SEVEN, interval, measured, public_test
from _results import record, table

from mien import audit, collect
from mien.predict import Predictor, in_the_box, model_file

KINDS = ("the same bytes", "the same pixels", "a near copy")  # each without those before it


def across(data: Path, state: Path) -> None:
    """Find the copies, ask the box, record."""
    kinds = np.array(_kinds(data, state / "across.json"))
    faces = public_test(data)
    box = Predictor(model_file(in_the_box()[0]), inputs="faces")
    weights = box.probabilities(faces.pixels)

    def figure(rows: np.ndarray) -> str:
        return interval(measured(list(faces.labels[rows]), weights[rows], box.labels, SEVEN).accuracy)

    sides = {
        "all of PublicTest": np.ones(len(kinds), bool),
        "without copies of anything in Training": kinds == "",
        "copies alone": kinds != "",
        **{f"{kind} alone": kinds == kind for kind in KINDS},
    }
    rows = [(name, f"{side.sum():,}", f"{side.mean():.1%}", figure(side)) for name, side in sides.items() if side.any()]
    body = table(("pictures of PublicTest", "count", "share", "right, seven classes"), rows)
    body += (
        "\n\nEach picture counts at the first of: the same bytes, the same pixels, in one group with a picture of"
        " Training by the audit (near copy, also through a chain). The model is `face` from the box; pictures of"
        " Training with PublicTest's pixels were out of its training, near copies were not. Intervals: bootstrap, 95 %."
    )
    record("FER2013's own copies", "python bench/sceptic.py across DATA STATE", body)


def _kinds(data: Path, out: Path) -> list[str]:
    """Say for each picture of PublicTest what ties it to Training; empty where nothing does."""
    if not out.exists():
        manifest = collect.scan(data / "fer2013.parquet")
        frame = audit.check(manifest).manifest.frame
        train, test = (frame.filter(pl.col("split") == side) for side in ("train", "test"))
        columns = zip(KINDS, ("content", "pixels", "copies"), strict=True)
        tied = [
            pl.when(pl.col(column).is_in(train[column].drop_nulls().implode())).then(pl.lit(kind))
            for kind, column in columns
        ]
        out.write_text(json.dumps(test.select(kind=pl.coalesce(*tied, pl.lit("")))["kind"].to_list()))
    return json.loads(out.read_text())
