"""Put a finished run of `voice` into the box; `bench/box_figures.py` and `docs/make_cards.py` then say how good it is.

    python bench/box_voice.py runs/voice

What the model has heard lies beside it, in mien/weights/voice.lineage.
"""

from __future__ import annotations

import sys
from pathlib import Path

import onnx

from mien.core.files import write_text
from mien.core.onnx_metadata import LINEAGE_KEY
from mien.core.run import Run

HOUSE = Path(__file__).parents[1]
BOX = HOUSE / "mien" / "weights"


def main(folder: str) -> None:
    """Write the file and its lineage."""
    run = Run.open(folder)
    model = onnx.load(run.model)
    props = {item.key: item.value for item in model.metadata_props}
    write_text(BOX / "voice.lineage", props.pop(LINEAGE_KEY) + "\n")
    onnx.helper.set_model_props(model, props)
    (BOX / "voice.onnx").write_bytes(model.SerializeToString())
    print(f"{(BOX / 'voice.onnx').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
