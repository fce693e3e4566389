"""Write docs/face.md, and how often the box is right on faces of which it knows no copy, into the files of the box.

$ python bench/box_card.py DATA STATE

DATA holds fer2013.parquet; STATE is where `bench/sceptic.py across` has left which faces of PublicTest have a copy, or
a near copy, in Training.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from _faces import public_test

from mien import evaluate
from mien.predict import Predictor

HOUSE = Path(__file__).parents[1]


def main(data: Path, state: Path) -> None:
    """Measure each file on what is new to it, and write what it says of itself."""
    faces = public_test(data)
    new = np.array(json.loads((state / "across.json").read_text())) == ""
    for path in sorted((HOUSE / "mien" / "weights").glob("*.onnx")):
        scores, sentence = measured(Predictor(path, inputs="faces"), faces.pixels[new], faces.labels[new])
        model = onnx.load(path)
        props = {item.key: item.value for item in model.metadata_props}
        said = {"accuracy": vars(scores.accuracy), "n": scores.n, "units": scores.units}
        props |= {
            "mien.card": (HOUSE / "docs" / "face.md").read_text("utf-8"),
            "mien.scores": json.dumps({**said, "basis": scores.basis.to_dict(), "sentence": sentence}),
        }
        onnx.helper.set_model_props(model, props)
        path.write_bytes(model.SerializeToString())
        print(path.name, sentence)


def measured(box: Predictor, pixels: np.ndarray, labels: np.ndarray) -> tuple[evaluate.Scores, str]:
    """Return scores, and the sentence with the commonest class beside them."""
    truth = np.array([box.labels.index(label) for label in labels])
    said = np.concatenate([box.probabilities(pixels[at : at + 64]) for at in range(0, len(pixels), 64)])
    basis = evaluate.Basis("face crops", evaluate.NEW, unit="face crops")
    scores = evaluate.score(truth, said, box.labels, basis=basis)
    return scores, evaluate.sentence(scores, {"commonest": evaluate.commonest(truth, box.labels)})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
