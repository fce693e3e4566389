"""How well `voice` tells emotions of speakers it has never heard: RAVDESS in folds of whole actors.

$ python bench/voices.py DATA [FOLDS] [SEEDS]      the folder `ravdess`, and which of them, such as 0,1,2 and 0; what
                                                  was measured before is kept in the user's cache, and not again

Fold n holds actors 4n+1 to 4n+4, two women and two men, out; of the others, two choose the epoch. RAVDESS is acted:
everyday speech is far harder.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from _results import record, table

from mien import load, models, train
from mien.collect import scan
from mien.core.files import cache_folder
from mien.core.recipe import Recipe
from mien.core.run import Run

FOUR = ("angry", "happy", "sad", "surprise")
KEPT = cache_folder() / "bench-voices.json"


def main() -> None:
    """Measure what was not measured yet, and write the table."""
    data, folds, seeds = Path(sys.argv[1]), _numbers(2, range(5)), _numbers(3, range(5))
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for seed in seeds:
        for fold in folds:
            name = f"fold {fold}, seed {seed}"
            if name not in kept:
                kept[name] = _measured(data, fold, seed)
                KEPT.parent.mkdir(parents=True, exist_ok=True)
                KEPT.write_text(json.dumps(kept, indent=1))
                print(name, kept[name], flush=True)
    record("Voices", f"python bench/voices.py {data.name}", _body(kept))


def _numbers(place: int, usual: range) -> list[int]:
    return [int(part) for part in sys.argv[place].split(",")] if len(sys.argv) > place else [*usual]


def _measured(data: Path, fold: int, seed: int) -> dict[str, float]:
    manifest = scan(data)
    actors = np.array([int(Path(name).stem.rpartition("-")[2]) for name in manifest.frame["id"]])
    others = [actor for actor in range(1, 21) if (actor - 1) // 4 != fold]
    chosen = others[(2 * seed) % 16 : (2 * seed) % 16 + 2]  # neighbours: a woman and a man
    side = np.where((actors - 1) // 4 == fold, "test", np.where(np.isin(actors, chosen), "val", "train"))
    manifest = manifest.with_frame(manifest.frame.with_columns(split=pl.Series(side.tolist())))
    recipe = models.resolve(Recipe(model="voice", seed=seed))
    contract = models.contract(recipe, manifest.labels, manifest.kind)
    begun = time.time()
    with tempfile.TemporaryDirectory() as folder:
        cache = load.build(manifest, contract, KEPT.parent / "bench-voices")
        sides = {name: cache.batches(manifest.of(name), labels=contract.labels, batch=64) for name in ("val", "test")}
        training = cache.training(manifest.of("train"), recipe, labels=contract.labels)
        model = models.build(contract, recipe, training=True)
        train.fit(model, training, sides["val"], recipe, Run.create(Path(folder) / "run"))
        answers = np.concatenate([model.predict_on_batch(rows) for rows, _ in sides["test"].epoch(0)])
    numbers = sides["test"].numbers
    four = [contract.labels.index(label) for label in FOUR]
    kept = np.isin(numbers, four)
    return {
        "balanced": _balanced(numbers, answers.argmax(1)),
        "four": _balanced(np.searchsorted(four, numbers[kept]), answers[kept][:, four].argmax(1)),
        "minutes": (time.time() - begun) / 60,
    }


def _balanced(numbers: np.ndarray, said: np.ndarray) -> float:
    return float(np.mean([(said[numbers == number] == number).mean() for number in np.unique(numbers)]))


def _body(kept: dict[str, dict[str, float]]) -> str:
    rows = [
        (name, f"{one['balanced']:.3f}", f"{one['four']:.3f}", f"{one['minutes']:.1f}") for name, one in kept.items()
    ]
    means = [np.mean([one[key] for one in kept.values()]) for key in ("balanced", "four", "minutes")]
    rows.append((f"**mean of {len(kept)} of 25**", *(f"**{mean:.3f}**" for mean in means[:2]), f"{means[2]:.1f}"))
    return table(("actors held out", "balanced accuracy, 8 classes", "4 classes", "minutes"), rows)


if __name__ == "__main__":
    main()
