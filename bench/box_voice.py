"""Put a finished run of `voice` into the box, with its card, its terms, and how good its rounds were.

    python bench/box_voice.py runs/voice DATA

How good it is was measured on other trainings of the same recipe, each without some actors, by `bench/voices.py`: its
answers, in bench/voices.json, make the figures that travel in the file. What the model has heard lies beside it, in
mien/weights/voice.lineage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onnx
import voices

from mien import evaluate
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


def main(folder: str, data: str) -> None:
    """Write the file, its card, its figures and its lineage."""
    run = Run.open(folder)
    model = onnx.load(run.model)
    props = {item.key: item.value for item in model.metadata_props}
    write_text(BOX / "voice.lineage", props.pop(LINEAGE_KEY) + "\n")
    card = (HOUSE / "docs" / "voice.md").read_text("utf-8")
    props |= {"mien.card": card, "mien.terms": json.dumps(TERMS), "mien.scores": json.dumps(_scores(Path(data)))}
    onnx.helper.set_model_props(model, props)
    (BOX / "voice.onnx").write_bytes(model.SerializeToString())
    box = Predictor("voice")
    print(f"{(BOX / 'voice.onnx').stat().st_size / 1e6:.2f} MB. {box.scores['sentence']} {box.note}")


def _scores(data: Path) -> dict[str, object]:
    """Score what trainings without them have answered of RAVDESS's actors."""
    manifest = voices.scanned(data)
    kept = json.loads(voices.KEPT.read_text())
    folds = [one for name, one in kept.items() if name.startswith("ravdess,")]
    truth, answers, speakers = voices.gathered(manifest, folds, "ravdess")
    answers = answers / answers.sum(1, keepdims=True)  # they were rounded
    basis = evaluate.Basis("clips", evaluate.NEW, unit="people", kind="sound")
    scores = evaluate.score(truth, answers, manifest.labels, clusters=speakers, basis=basis)
    usual = {"commonest": evaluate.commonest(truth, manifest.labels)}
    sentence = evaluate.sentence(scores, usual)
    measured = {"accuracy": vars(scores.accuracy), "n": scores.n, "units": scores.units, "basis": basis.to_dict()}
    return {**measured, "trained_on": "clips", "sentence": sentence}


if __name__ == "__main__":
    main(*sys.argv[1:])
