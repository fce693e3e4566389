"""Put a finished run of `voice` into the box, with its card, its terms, and how good its rounds were.

    python bench/box_voice.py runs/voice

The run is one of RAVDESS alone, measured in rounds of whole actors: those figures travel in the file. What it has heard
lies beside it, in mien/weights/voice.lineage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onnx

from mien.core.files import write_text
from mien.core.onnx_metadata import LINEAGE_KEY
from mien.core.run import Run
from mien.predict import Predictor

HOUSE = Path(__file__).parents[1]
BOX = HOUSE / "mien" / "weights"
TERMS = {
    "license": "CC-BY-NC-SA-4.0",
    "data": ["RAVDESS, Livingstone & Russo 2018, https://doi.org/10.5281/zenodo.1188976"],
    "note": (
        "The model of voices in the box learnt from RAVDESS, whose terms (CC BY-NC-SA 4.0) forbid commercial use; "
        "Mien's code, and models you train on clips of your own, are free of that."
    ),
}


def main(folder: str) -> None:
    """Write the file, its card and its lineage."""
    run = Run.open(folder)
    model = onnx.load(run.model)
    props = {item.key: item.value for item in model.metadata_props}
    write_text(BOX / "voice.lineage", props.pop(LINEAGE_KEY) + "\n")
    props |= {"mien.card": (HOUSE / "docs" / "voice.md").read_text("utf-8"), "mien.terms": json.dumps(TERMS)}
    onnx.helper.set_model_props(model, props)
    (BOX / "voice.onnx").write_bytes(model.SerializeToString())
    box = Predictor("voice")
    print(f"{(BOX / 'voice.onnx').stat().st_size / 1e6:.2f} MB. {box.scores['sentence']} {box.note}")


if __name__ == "__main__":
    main(sys.argv[1])
