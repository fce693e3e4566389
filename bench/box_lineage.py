"""Write what the face model in the box has seen: FER2013's Training, as mien/weights/face.lineage.

    python bench/box_lineage.py DATA

Two models share the file: `face` and `face-int8`. The rows in bench/face_validation.txt chose, all others count as
trained on (docs/decisions/0016).
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from _faces import chosen_rows

from mien import audit, collect
from mien.core.files import write_text
from mien.core.lineage import Lineage
from mien.core.types import Manifest

BOX = Path(__file__).parents[1] / "mien" / "weights"


def main(data: str) -> None:
    """Measure every picture of Training, and write their fingerprints."""
    whole = collect.scan(Path(data) / "fer2013.parquet")
    training = Manifest(whole.frame.filter(pl.col("split") == "train"))
    chose = whole.frame["id"][chosen_rows()]
    measured = audit.check(training).manifest.frame
    sides = measured.with_columns(
        split=pl.when(pl.col("id").is_in(chose.implode())).then(pl.lit("val")).otherwise("split")
    )
    text = Lineage.of(Manifest(sides)).to_text()
    path = write_text(BOX / "face.lineage", text + "\n")
    print(f"{path}: {path.stat().st_size:,} bytes for {len(training):,} pictures")


if __name__ == "__main__":
    main(sys.argv[1])
