"""Eight drawn faces, and what the model in the box says of them: `python tests/golden/make_face.py` after a new box.

`face.png` holds the faces side by side, 48 px each; `face.json` the calibration of the model file and its answers.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

from mien import Predictor, media
from mien.predict import model_file
from mien.samples.faces import LABELS, draw, sample_parameters

HERE = Path(__file__).parent


def main() -> None:
    faces = [draw(sample_parameters(0, number, LABELS[number % len(LABELS)]), 144) for number in range(8)]
    crops = np.stack([media.fit(face, 48) for face in faces])
    Image.fromarray(np.concatenate(list(crops), axis=1)).save(HERE / "face.png")
    props = {item.key: item.value for item in onnx.load(model_file("face")).metadata_props}
    answers = Predictor("face", inputs="faces").probabilities(crops).round(5).tolist()
    text = json.dumps({"calibration": json.loads(props["mien.calibration"]), "face": answers}, indent=1)
    (HERE / "face.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
