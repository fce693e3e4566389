"""How well `voice` tells emotions of speakers it has never heard: RAVDESS, and nEMO, in folds of whole speakers.

$ python bench/voices.py DATA [FOLDS] [SEEDS] [TRAINING]    DATA holds `ravdess` and `nemo`; which folds and seeds, such
                                                           as 0,1,2 and 0, and on what it trains: ravdess, both, or
                                                           random, which holds a fifth of RAVDESS's clips out by lot
                                                           as usual recipes do. What stands in bench/voices.json is
                                                           not asked again.

Fold n holds out actors 4n+1 to 4n+4 of RAVDESS, two women and two men, and two speakers of nEMO, which is Polish; of
the other actors, two choose the epoch. Both sets are acted: everyday speech is far harder.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from _results import record, table

from mien import load, models, train
from mien.collect import scan
from mien.core.files import cache_folder, write_text
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest

TRAININGS = ("ravdess", "both", "random")
FOUR = ("angry", "happy", "sad", "surprise")
SIX = ("angry", "fear", "happy", "neutral", "sad", "surprise")  # nEMO's
KEPT = Path(__file__).with_suffix(".json")
FOLDS, DRAWS = 5, 2000

Kept = dict[str, dict[str, Any]]


def main() -> None:
    """Measure what was not measured yet, and write the table."""
    manifest = scanned(Path(sys.argv[1]))
    training = sys.argv[4] if len(sys.argv) > 4 else "ravdess"
    folds = range(1) if training == "random" else _numbers(2)
    kept: Kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for seed in _numbers(3):
        for fold in folds:
            name = f"{training}, fold {fold}, seed {seed}"
            if name not in kept:
                begun = time.time(), time.process_time()
                answers = _answers(manifest, training, fold, seed)
                spent = [round((now - then) / 60, 1) for now, then in zip(_clocks(), begun, strict=True)]
                kept[name] = {"answers": answers, "minutes": spent[0], "core_minutes": spent[1]}
                write_text(KEPT, _text(kept))
                print(name, _scores(manifest, [kept[name]]), spent, flush=True)
    record("Voices", "python bench/voices.py DATA", _body(manifest, kept))


def complete() -> dict[str, dict[str, Any]]:
    """Return the trainings on RAVDESS of seeds whose folds are all there: else easy actors would count twice."""
    kept: Kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    names = {seed: [f"ravdess, fold {fold}, seed {seed}" for fold in range(FOLDS)] for seed in range(100)}
    return {name: kept[name] for each in names.values() if set(each) <= set(kept) for name in each}


def _numbers(place: int) -> list[int]:
    return [int(part) for part in sys.argv[place].split(",")] if len(sys.argv) > place else [*range(FOLDS)]


def _clocks() -> tuple[float, float]:
    return time.time(), time.process_time()


def _text(kept: Kept) -> str:
    """Write one training a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in sorted(kept)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def scanned(data: Path) -> Manifest:
    """List both sets; people and emotions are known by the names of their files."""
    frames = [scan(data / name).frame.with_columns(set=pl.lit(name)) for name in ("ravdess", "nemo")]
    return Manifest(pl.concat(frames, how="diagonal_relaxed"))


def sides(manifest: Manifest, training: str, fold: int, seed: int) -> np.ndarray:
    """Say on which split each clip is, str [N]; ``out`` where on none."""
    frame = manifest.frame
    ravdess = (frame["set"] == "ravdess").to_numpy()
    if training == "random":
        lot = np.random.default_rng(seed).permutation(len(frame)) / len(frame)
        return np.where(~ravdess, "out", np.where(lot < 0.2, "test", np.where(lot < 0.3, "val", "train")))
    people = frame["person"].to_list()
    poles = sorted({person for person, here in zip(people, ravdess, strict=True) if not here})
    others = [number for number in range(1, 21) if (number - 1) // 4 != fold]
    chosen = others[(2 * seed) % 16 : (2 * seed) % 16 + 2]  # neighbours: a woman and a man
    found = []
    for person, here in zip(people, ravdess, strict=True):
        number = int(person.split()[-1]) if here else 0
        held = (number - 1) // 4 == fold if here else poles.index(person) // 2 == fold
        rest = "val" if number in chosen else "train" if here or training == "both" else "out"
        found.append("test" if held else rest)
    return np.array(found)


def _answers(manifest: Manifest, training: str, fold: int, seed: int) -> dict[str, list[float]]:
    """Train once, and return what it answered for each clip held out: probabilities in the order of labels."""
    split = sides(manifest, training, fold, seed)
    manifest = manifest.with_frame(manifest.frame.with_columns(split=pl.Series(split.tolist())))
    manifest = manifest.with_frame(manifest.frame.filter(pl.col("split") != "out"))
    recipe = models.resolve(Recipe(model="voice", seed=seed))
    contract = models.contract(recipe, manifest.labels, manifest.kind)
    with tempfile.TemporaryDirectory() as folder:
        cache = load.build(manifest, contract, cache_folder() / "bench-voices")
        val, test = (cache.batches(manifest.of(name), labels=contract.labels, batch=64) for name in ("val", "test"))
        varied = cache.training(manifest.of("train"), recipe, labels=contract.labels)
        model = models.build(contract, recipe, training=True)
        train.fit(model, varied, val, recipe, Run.create(Path(folder) / "run"))
        found = np.concatenate([model.predict_on_batch(rows) for rows, _ in test.epoch(0)])
    names = manifest.of("test").frame["id"]
    return {name: [round(float(value), 3) for value in row] for name, row in zip(names, found, strict=True)}


def _scores(manifest: Manifest, trainings: list[dict[str, Any]]) -> list[float]:
    """Return balanced accuracies over all that these answered: RAVDESS, of 8 and of 4 classes, and nEMO of its 6."""
    ravdess, nemo = (gathered(manifest, trainings, name) for name in ("ravdess", "nemo"))
    found = [_balanced(*_among(ravdess, manifest.labels)), _balanced(*_among(ravdess, manifest.labels, FOUR))]
    return [*found, _balanced(*_among(nemo, manifest.labels, SIX))] if len(nemo[0]) else found


def gathered(manifest: Manifest, trainings: list[dict[str, Any]], name: str) -> tuple[np.ndarray, ...]:
    """Lay all answers of a set in a row: truths int64 [N], answers float64 [N, C], speakers str [N]."""
    of = manifest.frame.filter(pl.col("set") == name)
    known = {one: (manifest.labels.index(label), person) for one, label, person in of["id", "label", "person"].rows()}
    pairs = [(known[one], row) for part in trainings for one, row in part["answers"].items() if one in known]
    answers = np.array([row for _, row in pairs]).reshape(-1, len(manifest.labels))
    return np.array([truth for (truth, _), _ in pairs]), answers, np.array([person for (_, person), _ in pairs])


def _balanced(truth: np.ndarray, answered: np.ndarray, speakers: object = None) -> float:
    return float(np.mean([(answered[truth == number] == number).mean() for number in np.unique(truth)]))


def _among(
    gathered: tuple[np.ndarray, ...], labels: tuple[str, ...], few: tuple[str, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keep the clips of a few classes, and let only these be answered: truths, answered, speakers."""
    truth, answers, speakers = gathered
    numbers = np.array([labels.index(label) for label in few or labels])
    of = np.isin(truth, numbers)
    return truth[of], numbers[answers[of][:, numbers].argmax(1)], speakers[of]


def _interval(truth: np.ndarray, answered: np.ndarray, speakers: np.ndarray) -> str:
    """Draw whole speakers again, 2,000 times."""
    random, each = np.random.default_rng(0), [np.flatnonzero(speakers == one) for one in np.unique(speakers)]
    drawn = [np.concatenate([each[one] for one in random.integers(len(each), size=len(each))]) for _ in range(DRAWS)]
    low, high = np.percentile([_balanced(truth[rows], answered[rows]) for rows in drawn], [2.5, 97.5])
    return f"{low:.3f} to {high:.3f}"


def _body(manifest: Manifest, kept: Kept) -> str:
    rows, words = [], ["Intervals of 95 % over speakers, of the seeds of which all folds are there."]
    for training in TRAININGS:
        of = {name: one for name, one in kept.items() if name.startswith(f"{training},")}
        rows += [_row(manifest, name, [one]) for name, one in of.items()]
        held = complete() if training == "ravdess" else {}
        names, whole = [*held], [*held.values()]
        for start in range(0, len(whole), FOLDS):  # a seed after the other
            seed = names[start].rpartition(" ")[2]
            rows.append(_row(manifest, f"**ravdess, seed {seed}, all folds**", whole[start : start + FOLDS]))
        if whole:
            rows.append(_row(manifest, f"**{training}, {len(whole)} trainings, whole seeds**", whole))
            sets = [gathered(manifest, whole, name) for name in ("ravdess", "ravdess", "nemo")]
            parts = [_among(one, manifest.labels, few) for one, few in zip(sets, ((), FOUR, SIX), strict=True)]
            words.append(f"{training}: {', '.join(_interval(*part) for part in parts)}.")
    head = ("trained on, held out", "RAVDESS, 8 classes", "4 classes", "nEMO, 6 classes", "minutes", "core minutes")
    return table(head, rows) + "\n\nBalanced accuracy. " + " ".join(words)


def _row(manifest: Manifest, name: str, trainings: list[dict[str, Any]]) -> tuple[str, ...]:
    scores = [f"{score:.3f}" for score in _scores(manifest, trainings)]
    minutes = [f"{np.mean([one[key] for one in trainings]):.1f}" for key in ("minutes", "core_minutes")]
    return (name, *scores, *["-"] * (3 - len(scores)), *minutes)


if __name__ == "__main__":
    main()
