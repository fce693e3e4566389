"""Which method's map tells the truth of `face`? Deletion and insertion, the pointing game, and the cost of a map.

$ python bench/explanations.py DATA [COUNT] [CAPTUM]

DATA holds `fer2013.parquet`; COUNT drawn faces and as many validation faces are explained, by default 12. CAPTUM is the
Python of an environment with PyTorch and Captum, whose `FeatureAblation` and `ShapleyValueSampling` explain the same
answers by hiding the same patches, so that only the methods differ.

Drawn faces act with known muscles: a map should peak among the pixels that differ from the same face at rest.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from _results import record, table
from box_calibration import validation

from mien import Predictor, explain, faces
from mien.kinds import Parts
from mien.samples.faces import EMOTIONS, draw, sample_parameters

ACTED = ("happy", "surprise", "sad", "angry")
CHANGED = 12  # grey levels of 255 by which a pixel must differ
CAPTUM = Path(__file__).with_name("_captum.py")
Case = tuple[Parts, int, "np.ndarray | None"]  # what is explained, the class, where the acting muscles are


def main(data: Path, count: int, captum: str | None) -> None:
    """Explain, check, and write the table."""
    model = Predictor("face", threads=1)
    drawn, real = list(_drawn(model, count)), list(_validation(model, data, count))
    found = {name: [_measured(model, name, case) for case in drawn + real] for name in explain.METHODS}
    if captum:
        for name, grids in _captum(model, captum, drawn + real).items():
            pairs = zip(grids, drawn + real, strict=True)
            found[f"Captum's {name}"] = [_figures(model, grid, 0.0, case) for grid, case in pairs]
    command = f"python bench/explanations.py DATA {count}" + (" CAPTUM" if captum else "")
    record("What moved faces", command, _body(found, drawn, len(real)))


def _drawn(model: Predictor, count: int) -> Iterator[Case]:
    """Draw faces that the model finds and answers as they act."""
    number = 0
    while count:
        label = ACTED[number % len(ACTED)]
        acting = sample_parameters(45, number, label, intensity=1.0)
        number += 1
        picture = draw(acting, 256)
        found = model.detector.find(picture)
        row = faces.crop(picture, found[0], 48) if found else None
        if row is None or model.labels[int(model.probabilities(row[None])[0].argmax())] != label:
            continue
        moved = (*EMOTIONS[label], 25, 26)  # lips part and jaws drop with any of them
        units = {unit: 0.0 if unit in moved else value for unit, value in acting.expression.units.items()}
        rest = dataclasses.replace(acting, expression=dataclasses.replace(acting.expression, units=units))
        still = faces.crop(draw(rest, 256), found[0], 48)
        region = np.abs(row.astype(int) - still).max(axis=2) >= CHANGED
        yield model.kind.parts(row, model.contract), model.labels.index(label), region
        count -= 1


def _validation(model: Predictor, data: Path, count: int) -> Iterator[Case]:
    pixels, _ = validation(data)
    for row in pixels[np.random.default_rng(45).choice(len(pixels), count, replace=False)]:
        yield model.kind.parts(row, model.contract), int(model.probabilities(row[None])[0].argmax()), None


def _measured(model: Predictor, name: str, case: Case) -> dict[str, float]:
    began = time.process_time()
    grid = explain.measure(model.probabilities, case[0], label=case[1], method=name).grid
    return _figures(model, grid, time.process_time() - began, case)


def _figures(model: Predictor, grid: np.ndarray, seconds: float, case: Case) -> dict[str, float]:
    parts, label, region = case
    plain = model.probabilities(parts.hide(np.zeros((1, *grid.shape), np.float32)))[0, label]
    found = explain.Explanation(label, float(plain), grid.astype(np.float32))
    checked = explain.faithfulness(model.probabilities, parts, found)
    points = np.nan if region is None else float(explain.points_at(found.heat(parts), region))
    names = ("before", "after", "random", "deletion", "insertion", "chance")
    kept = {name: float(getattr(checked, name)) for name in names}
    return {**kept, "passes": float(not checked.fails), "points": points, "seconds": seconds}


def _captum(model: Predictor, python: str, cases: list[Case]) -> dict[str, list[np.ndarray]]:
    """Ask Captum in its own environment: it gets rows, and what is hidden is mixed there as here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.npz"
        bare = [parts.hide(np.zeros((1, 8, 8), np.float32))[0] for parts, _, _ in cases]
        np.savez(path, rows=np.stack(bare), labels=[label for _, label, _ in cases])
        packages = next(one for one in sys.path if one.endswith("site-packages"))
        subprocess.run([python, str(CAPTUM), str(path), packages, str(Path.cwd())], check=True)
        with np.load(path) as stored:
            return {name: list(stored[name]) for name in stored.files if name not in ("rows", "labels")}


def _body(found: dict[str, list[dict[str, float]]], drawn: list[Case], real: int) -> str:
    first = next(iter(found.values()))
    share = np.mean([region.mean() for _, _, region in drawn if region is not None])
    rows = []
    for name, each in found.items():
        mean = {key: np.nanmean([one[key] for one in each]) for key in each[0]}
        hits = sum(one["points"] == 1 for one in each)
        cost = f"{1000 * mean['seconds']:,.0f}" if mean["seconds"] else "not measured"
        passed = sum(one["passes"] for one in each)
        figures = (f"{mean[key]:.3f}" for key in ("deletion", "insertion", "after"))
        rows.append((name, *figures, f"{passed:.0f} of {len(each)}", f"{hits} of {len(drawn)}", cost))
    mean = {key: np.mean([one[key] for one in first]) for key in ("before", "chance", "random")}
    words = (
        f"`face` on {len(drawn)} drawn faces that it answers as they act, and {real} validation faces of FER2013 "
        f"(bench/face_validation.txt). The answers have {mean['before']:.2f} on average; random orders have an area of "
        f"{mean['chance']:.3f}, and a fifth hidden at random leaves {mean['random']:.3f}. To pass is to have a larger "
        f"gap between the two areas than 20 random orders. Pointing: the map's peak lies where the acting muscles "
        f"change the drawn face, {share:.0%} of its pixels. CPU of one thread."
    )
    columns = ("method", "deletion (low)", "insertion (high)", "left without its fifth", "passes", "points", "ms a map")
    return f"{words}\n\n{table(columns, rows)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12, sys.argv[3] if len(sys.argv) > 3 else None)
