"""Put a finished run of the family `face` into the box: what `mien predict` and `--model face` use.

    python bench/box.py runs/face

Writes mien/weights/face.onnx, face-int8.onnx, and face.npz: the weights as Keras has them, in 16 bits, for a warm
start. `bench/box_figures.py` and `docs/make_cards.py` then say how good they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from mien import pipeline
from mien.core.files import write_bytes
from mien.core.recipe import Recipe
from mien.core.run import Run

HOUSE = Path(__file__).parents[1]
BOX = HOUSE / "mien" / "weights"


def main(folder: str) -> None:
    run = Run.open(folder)
    BOX.mkdir(exist_ok=True)
    write_bytes(BOX / "face.onnx", run.model.read_bytes())
    made = pipeline.shrink(run, BOX / "face-int8.onnx")
    print(made.sentence)
    work = pipeline.RunContext(run, Recipe.read(run.recipe), pipeline.Reporter())
    (model,) = work.load_models()
    last = {id(model.layers[-1].kernel), id(model.layers[-1].bias)}
    body = [variable for variable in model.weights if id(variable) not in last]
    weights = [*body, model.layers[-1].kernel, model.layers[-1].bias]
    arrays = {f"w{number}": np.asarray(weight, np.float16) for number, weight in enumerate(weights)}
    np.savez_compressed(BOX / "face.npz", labels=np.array(work.contract.labels), **arrays)
    for path in sorted(BOX.iterdir()):
        print(f"{path.relative_to(HOUSE)}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
