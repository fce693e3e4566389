"""Write what the face model in the box has seen: FER2013's Training, as mien/weights/face.lineage.

    python bench/box_lineage.py DATA

Two models share the file: `face` and `face-int8`. A tenth of Training chose, the rest trained (docs/decisions/0016).
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from mien import audit, collect, split
from mien.core.files import write_text
from mien.core.lineage import Lineage
from mien.core.types import Manifest

BOX = Path(__file__).parents[1] / "mien" / "weights"


def main(data: str) -> None:
    """Measure every picture of Training, and write their fingerprints."""
    whole = collect.scan(Path(data) / "fer2013.parquet")
    training = Manifest(whole.frame.filter(pl.col("split") == "train"))
    measured = audit.check(training).manifest
    divided = split.assign(measured).frame  # what the audit would set aside has been seen as well
    text = Lineage.of(Manifest(divided)).to_text()
    path = write_text(BOX / "face.lineage", text + "\n")
    print(f"{path}: {path.stat().st_size:,} bytes for {len(training):,} pictures")


if __name__ == "__main__":
    main(sys.argv[1])
