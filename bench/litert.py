"""The face model in every form that `mien export` gives it: size, time, and how far its answers are from Keras's.

$ python bench/litert.py DATA

DATA holds `fer2013.parquet`. The net is the box's, as a training starts from it. The ranges of the 8-bit files come
from 512 faces of Training; the answers are compared on PublicTest's faces, without their labels.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from _faces import CALLS, SEVEN, decoded, milliseconds, public_test
from _results import record, table

from mien import Predictor, export, models
from mien.core.recipe import Recipe

RANGES = 512


def training(data: Path) -> np.ndarray:
    """Read some faces of Training, uint8 [512, 48, 48, 3]."""
    frame = pl.read_parquet(data / "fer2013.parquet").filter(pl.col("split") == "Training").sample(RANGES, seed=0)
    return decoded(frame)


def forms(model: object, contract: object, folder: Path, some: np.ndarray) -> dict[str, tuple[Path, Callable]]:
    """Export the net in every form; return file and way to ask it."""
    onnx = export.write(model, contract, folder / "face.onnx", mirror=True)
    small = export.quantize(onnx, folder / "face-int8.onnx", iter([some]))
    lite = export.write_litert(model, onnx, folder / "face.tflite", mirror=True)
    tiny = export.write_litert(model, onnx, folder / "face-int8.tflite", mirror=True, samples=[some])
    found = {}
    for name, path in (("ONNX", onnx), ("ONNX, 8 bits", small)):
        found[name] = (path, Predictor(path, threads=1, inputs="faces").probabilities)
    for name, path in (("LiteRT", lite), ("LiteRT, 8 bits", tiny)):
        found[name] = (path, export.read_litert(path).probabilities)
    return found


def main() -> None:
    """Measure and write down."""
    data = Path(sys.argv[1])
    faces, some = public_test(data).pixels, training(data)
    recipe = models.resolve(Recipe(model="face"))
    contract = models.contract(recipe, SEVEN)
    model = models.build(contract, recipe)
    sides = [np.asarray(model.predict(pixels, batch_size=256, verbose=0)) for pixels in (faces, faces[:, :, ::-1])]
    keras = np.mean(sides, axis=0)
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for name, (path, answer) in forms(model, contract, Path(folder), some).items():
            said = np.concatenate([answer(faces[start : start + 1]) for start in range(len(faces))])
            away = np.abs(said - keras)
            same = float(np.mean(said.argmax(1) == keras.argmax(1)))
            size = f"{path.stat().st_size / 1e6:.2f} MB"
            rows.append(
                (
                    name,
                    size,
                    f"{milliseconds(answer, faces[:1]):.2f} ms",
                    f"{same:.2%}",
                    f"{away.max():.2g}",
                    f"{away.mean():.2g}",
                )
            )
            print(rows[-1], flush=True)
    columns = ("form", "file", "one face", "same class as Keras", "largest difference", "mean difference")
    record(
        "The face model in every form",
        "python bench/litert.py DATA",
        table(columns, rows)
        + f"\n\n{len(faces):,} faces of FER2013's PublicTest, one at a time, without their labels. One thread "
        f"(LiteRT: its default), median of {CALLS}; mirror image included. Differences are of probabilities.",
    )


if __name__ == "__main__":
    main()
