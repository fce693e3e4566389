"""What does it cost to let an uneven group count alike, and what does it bring? FER2013, a tenth of it made dark.

$ python bench/even_groups.py DATA

DATA holds `fer2013.parquet`. Of 8,000 faces of Training, four classes, every tenth is darkened as the corruption
`low_light` does (strength 4), and the column `light` says so. The recipe `quick` is trained as it comes, with classes
that count alike, and with `even_groups`, by the loss and by how often samples come; three seeds each, in turns. All are
asked about 2,000 other faces of Training, as they are and dark: the same faces in both groups, so that a gap is due to
the light alone.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import polars as pl
from _faces import FOUR, decoded
from _results import record, table

from mien import collect, evaluate, kinds, load, models, recipes, train
from mien.core.recipe import Recipe
from mien.core.run import Run

SEEDS = range(3)
TRAINING, CHOOSING, ASKED = 8_000, 800, 2_000  # faces
EVERY, STRENGTH = 10, 4  # which faces are dark, and how much
EVEN = "classes even"
WAYS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    EVEN: {"balance": 1.0},
    "`even_groups`, by weight": {"even_groups": "light"},
    "`even_groups`, `sampling = balanced`": {"even_groups": "light", "sampling": "balanced"},
}

Answers = dict[str, np.ndarray]  # group to int64 [N], of the same faces


def main() -> None:
    """Train every way with every seed, in turns, and write the table."""
    data, found = Path(sys.argv[1]), {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as place:
        truth = laid_out(data / "fer2013.parquet", Path(place) / "uneven.parquet")
        for seed in SEEDS:
            for name, way in WAYS.items():
                found[name].append(answers(Path(place), way, seed))
                print(seed, name, {group: f"{(said == truth).mean():.3f}" for group, said in found[name][-1].items()})
    record("Even groups and their price", "python bench/even_groups.py DATA", body(truth, found))


def laid_out(source: Path, out: Path) -> np.ndarray:
    """Write faces with a column `light`, those asked about in both lights; return their class numbers, int64 [N]."""
    frame = pl.read_parquet(source, columns=["png", "label", "split"])
    frame = frame.filter(pl.col("split") == "Training", pl.col("label").is_in(FOUR))
    frame = frame.unique("png", keep="none", maintain_order=True)
    chosen = np.random.default_rng(0).permutation(len(frame))[: TRAINING + CHOOSING + ASKED]
    frame = frame[chosen.tolist()].with_columns(
        split=pl.Series(["train"] * TRAINING + ["val"] * CHOOSING + ["test"] * ASKED), light=pl.lit("day")
    )
    asked, rest = frame.filter(split="test"), frame.filter(pl.col("split") != "test")
    darkened = rest.with_row_index().filter(pl.col("index") % EVERY == 0).drop("index")
    kept = rest.with_row_index().filter(pl.col("index") % EVERY != 0).drop("index")
    pl.concat([kept, dark(darkened), asked, dark(asked)]).write_parquet(out)
    return np.array([FOUR.index(label) for label in asked["label"]])


def dark(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the light away."""
    (low_light,) = [one for one in kinds.kind("picture").corruptions() if one.name == "low_light"]
    rows = low_light.apply(decoded(frame), STRENGTH)
    files = [cv2.imencode(".png", row[..., 0])[1].tobytes() for row in rows]
    return frame.with_columns(png=pl.Series(files, dtype=pl.Binary), light=pl.lit("dark"))


def answers(place: Path, way: dict[str, Any], seed: int) -> Answers:
    """Train once; return what is answered to the faces asked about, in each light."""
    manifest = collect.scan(place / "uneven.parquet", labels=FOUR)
    wanted = dataclasses.replace(Recipe.read(recipes.find("quick")), seed=seed, labels=FOUR, patience=0, **way)
    recipe = models.resolve(wanted)
    contract = models.contract(recipe, FOUR)
    cache = load.build(manifest, contract, place / "cache")
    varied = cache.training(manifest.of("train"), recipe, labels=FOUR)
    choosing = cache.batches(manifest.of("val"), labels=FOUR, batch=128)
    model, found = models.build(contract, recipe, training=True), {}
    with tempfile.TemporaryDirectory() as folder:
        train.fit(model, varied, choosing, recipe, Run(Path(folder)))
    test = manifest.of("test")
    for group in ("day", "dark"):
        side = cache.batches(test.with_frame(test.frame.filter(light=group)), labels=FOUR, batch=128)
        found[group] = np.concatenate([model.predict_on_batch(rows).argmax(1) for rows, _ in side.epoch(0)])
    return {**found, "both": np.where(np.arange(ASKED) % EVERY == 0, found["dark"], found["day"])}


def body(truth: np.ndarray, found: dict[str, list[Answers]]) -> str:
    """Tabulate accuracies and the gap, and what each way changes beside even classes."""
    rows = []
    for name, seeds in found.items():
        shares = {group: np.array([(one[group] == truth).mean() for one in seeds]) for group in seeds[0]}
        gaps = shares["day"] - shares["dark"]
        rows.append((name, *(spread(shares[group]) for group in ("both", "day", "dark")), spread(gaps)))
    prices = [price(truth, found, name) for name in WAYS if name != EVEN]
    head = ("trained", "all, a tenth dark", "by day", "dark", "gap")
    words = (
        f"Accuracy, mean of {len(SEEDS)} seeds (lowest to highest), on {len(truth):,} faces in both lights. Of "
        f"{TRAINING:,} faces to train on {TRAINING // EVERY:,} are dark; `quick` takes two epochs. `even_groups` makes "
        f"the classes of each group even too, so its price is set against '{EVEN}':"
    )
    changes = table(("less classes even, points", "all, a tenth dark", "by day", "dark"), prices)
    return f"{table(head, rows)}\n\n{words}\n\n{changes}\n\nIntervals of 95 % over faces and seeds."


def spread(shares: np.ndarray) -> str:
    """Write a mean with its ends."""
    return f"{shares.mean():.1%} ({shares.min():.1%} to {shares.max():.1%})"


def price(truth: np.ndarray, found: dict[str, list[Answers]], name: str) -> tuple[str, ...]:
    """Set a way against even classes, in each group."""
    cells = []
    for group in ("both", "day", "dark"):
        sides = ([one[group] for one in found[way]] for way in (name, EVEN))
        gap = evaluate.paired_seeds(truth, *sides).accuracy
        cells.append(f"{100 * gap.value:+.1f} ({100 * gap.low:+.1f} to {100 * gap.high:+.1f})")
    return (name, *cells)


if __name__ == "__main__":
    main()
