"""How well `voice` tells emotions of speakers it has never heard: RAVDESS in folds of whole actors.

$ python bench/voices.py DATA [FOLDS] [SEEDS]      the folder `ravdess`, and which of them, such as 0,1,2 and 0; what
                                                  stands in bench/voices.json is not asked again
$ python bench/voices.py DATA random               a fifth of the clips held out by lot, as usual recipes do

Fold n holds actors 4n+1 to 4n+4, two women and two men, out; of the others, two choose the epoch. RAVDESS is acted:
everyday speech is far harder.
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

FOUR = ("angry", "happy", "sad", "surprise")
KEPT = Path(__file__).with_suffix(".json")
FOLDS, DRAWS = 5, 2000

Kept = dict[str, dict[str, Any]]


def main() -> None:
    """Measure what was not measured yet, and write the table."""
    manifest = scan(Path(sys.argv[1]))
    folds, seeds = (["random"], range(1)) if sys.argv[2:] == ["random"] else (_numbers(2), _numbers(3))
    kept: Kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for seed in seeds:
        for fold in folds:
            name = f"fold {fold}, seed {seed}"
            if name not in kept:
                begun = time.time(), time.process_time()
                answers = _answers(manifest, fold, seed)
                minutes = [
                    round((now - then) / 60, 1)
                    for now, then in zip((time.time(), time.process_time()), begun, strict=True)
                ]
                kept[name] = {"answers": answers, "minutes": minutes[0], "core_minutes": minutes[1]}
                write_text(KEPT, json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
                print(name, _scores(manifest, [kept[name]]), minutes, flush=True)
    record("Voices", f"python bench/voices.py {Path(sys.argv[1]).name}", _body(manifest, kept))


def _numbers(place: int) -> list[int]:
    return [int(part) for part in sys.argv[place].split(",")] if len(sys.argv) > place else [*range(FOLDS)]


def actors(manifest: Manifest) -> np.ndarray:
    """Read who speaks off each clip's folder, int64 [N]."""
    return np.array([int(Path(name).stem.rpartition("-")[2]) for name in manifest.frame["id"]])


def sides(manifest: Manifest, fold: int | str, seed: int) -> np.ndarray:
    """Say on which split each clip is, str [N]."""
    actor = actors(manifest)
    if fold == "random":
        lot = np.random.default_rng(seed).permutation(len(actor)) / len(actor)
        return np.where(lot < 0.2, "test", np.where(lot < 0.3, "val", "train"))
    others = [number for number in range(1, 21) if (number - 1) // 4 != fold]
    chosen = others[(2 * seed) % 16 : (2 * seed) % 16 + 2]  # neighbours: a woman and a man
    return np.where((actor - 1) // 4 == fold, "test", np.where(np.isin(actor, chosen), "val", "train"))


def _answers(manifest: Manifest, fold: int | str, seed: int) -> dict[str, list[float]]:
    """Train once, and return what it answered for each clip held out: probabilities in the order of labels."""
    split = sides(manifest, fold, seed)
    manifest = manifest.with_frame(manifest.frame.with_columns(split=pl.Series(split.tolist())))
    recipe = models.resolve(Recipe(model="voice", seed=seed))
    contract = models.contract(recipe, manifest.labels, manifest.kind)
    with tempfile.TemporaryDirectory() as folder:
        cache = load.build(manifest, contract, cache_folder() / "bench-voices")
        val, test = (cache.batches(manifest.of(name), labels=contract.labels, batch=64) for name in ("val", "test"))
        training = cache.training(manifest.of("train"), recipe, labels=contract.labels)
        model = models.build(contract, recipe, training=True)
        train.fit(model, training, val, recipe, Run.create(Path(folder) / "run"))
        found = np.concatenate([model.predict_on_batch(rows) for rows, _ in test.epoch(0)])
    names = manifest.of("test").frame["id"]
    return {name: [round(float(value), 3) for value in row] for name, row in zip(names, found, strict=True)}


def _scores(manifest: Manifest, trainings: list[dict[str, Any]]) -> list[float]:
    """Return balanced accuracies over all that these answered, of 8 and of 4 classes."""
    truth, answers, _ = _gathered(manifest, trainings)
    return [_balanced(*each) for each in (_eight(truth, answers), _four(manifest, truth, answers))]


def _gathered(manifest: Manifest, trainings: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay all answers in a row: truths int64 [N], answers float64 [N, C], actors int64 [N]."""
    labels = dict(zip(manifest.frame["id"], manifest.frame["label"], strict=True))
    speakers = dict(zip(manifest.frame["id"], actors(manifest), strict=True))
    pairs = [pair for one in trainings for pair in one["answers"].items()]
    truth = np.array([manifest.labels.index(labels[name]) for name, _ in pairs])
    return truth, np.array([row for _, row in pairs]), np.array([speakers[name] for name, _ in pairs])


def _eight(truth: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return truth, answers.argmax(1)


def _four(manifest: Manifest, truth: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep the clips of four classes, and let only these four be answered."""
    four = [manifest.labels.index(label) for label in FOUR]
    of = np.isin(truth, four)
    return truth[of], np.array(four)[answers[of][:, four].argmax(1)]


def _balanced(truth: np.ndarray, answered: np.ndarray) -> float:
    return float(np.mean([(answered[truth == number] == number).mean() for number in np.unique(truth)]))


def _interval(truth: np.ndarray, answered: np.ndarray, speakers: np.ndarray) -> str:
    """Draw whole speakers again, 2,000 times."""
    random, each = np.random.default_rng(0), [np.flatnonzero(speakers == one) for one in np.unique(speakers)]
    drawn = [np.concatenate([each[one] for one in random.integers(len(each), size=len(each))]) for _ in range(DRAWS)]
    low, high = np.percentile([_balanced(truth[rows], answered[rows]) for rows in drawn], [2.5, 97.5])
    return f"{low:.3f} to {high:.3f}"


def _body(manifest: Manifest, kept: Kept) -> str:
    folds = {name: one for name, one in kept.items() if "random" not in name}
    rows = [_row(manifest, name, [one]) for name, one in kept.items()]
    rows.append(_row(manifest, f"**all, {len(folds)} of 25 trainings**", [*folds.values()]))
    truth, answers, speakers = _gathered(manifest, [*folds.values()])
    four = np.isin(truth, [manifest.labels.index(label) for label in FOUR])
    within = (
        f"Intervals of 95 % over {len(np.unique(speakers))} speakers: 8 classes "
        f"{_interval(*_eight(truth, answers), speakers)}, 4 classes "
        f"{_interval(*_four(manifest, truth, answers), speakers[four])}. Core minutes: of both cores together."
    )
    return (
        table(("held out", "balanced accuracy, 8 classes", "4 classes", "minutes", "core minutes"), rows)
        + f"\n\n{within}"
    )


def _row(manifest: Manifest, name: str, trainings: list[dict[str, Any]]) -> tuple[str, ...]:
    minutes = [f"{np.mean([one[key] for one in trainings]):.1f}" for key in ("minutes", "core_minutes")]
    return (name, *(f"{score:.3f}" for score in _scores(manifest, trainings)), *minutes)


if __name__ == "__main__":
    main()
