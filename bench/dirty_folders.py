"""Fifty dirty folders drawn by chance, run by default: does the interval hold on fresh faces of the same source.

$ python bench/dirty_folders.py DATA STATE [--folders 50] [--first 0] [--part 0/2]

DATA holds report_pictures/ and fer2013.parquet. A folder has two to five classes of unequal size, 20 to 400 files, up
to six in ten of its pictures once more as a changed copy, files with a wrong ending, files that are none, and one time
in five a ready-made test side that lacks a class; of ten folders four are of web photos, four of FER2013's PublicTest,
two of drawn faces, half of those with persons named by `--person`. Fresh faces are all of the source that are no copies
of the folder's, and for drawn faces of other people; they count with the classes' shares in what was measured. Beside
it: the same family under a random split that lets copies and persons cross, which every report shows, with the interval
that one would give it. STATE keeps what is done; two processes may take --part 0/2 and --part 1/2. Each
number is another draw: --first 50 are fifty new folders.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
from _changes import KINDS, STRENGTHS, changed
from _pool import Pool, of_table
from _results import record, table
from PIL import Image

from mien import collect, media, pipeline, samples
from mien.core.recipe import AUTO, Recipe
from mien.predict import Predictor

PHOTOS = ("angry", "fear", "happy", "sad", "surprise")
FACES = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
SOURCES = ("web photos", "FER2013", "web photos", "FER2013", "drawn faces")
LEAST = 6  # base pictures of a class
ENDINGS = (".jpg", ".png", ".webp")
Z = 1.959964


def main() -> None:
    """Draw, run and judge what is not done yet, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--folders", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--part", default="0/1")
    given = parser.parse_args()
    given.state.mkdir(parents=True, exist_ok=True)
    mine, of = (int(word) for word in given.part.split("/"))
    pools: dict[str, Pool] = {}
    numbers = range(given.first, given.first + given.folders)
    for number in numbers[mine::of]:
        path = given.state / f"folder-{number}.json"
        if not path.exists():
            name = SOURCES[number % len(SOURCES)]
            if name not in pools:
                pools[name] = pool(name, given.data, given.state)
            row = judged(pools[name], number, given.state / f"one-{number}")
            path.write_text(json.dumps(row))
            print(row, flush=True)
    done = [given.state / f"folder-{number}.json" for number in numbers]
    if all(path.exists() for path in done):
        write([json.loads(path.read_text()) for path in done])


def pool(name: str, data: Path, state: Path) -> Pool:
    """Get the source of that name."""
    if name == "web photos":
        return Pool(name, PHOTOS, data / "report_pictures", state / "cache")
    if name == "FER2013":
        return Pool(
            name, FACES, of_table(data / "fer2013.parquet", FACES, "PublicTest", state / "fer7"), state / "cache"
        )
    folder = state / "drawn"
    if not folder.exists():
        samples.draw(folder, samples=4000, seed=3)
    return Pool(name, tuple(collect.scan(folder).labels), folder, state / "cache")


def judged(source: Pool, number: int, place: Path) -> dict[str, object]:
    """Draw one folder, run it, and compare what is claimed with fresh faces."""
    random = np.random.default_rng([7, number])
    shutil.rmtree(place, ignore_errors=True)
    labels, drawn = choice(source, random)
    folder, recipe = dirty(source, drawn, place / "pictures", random)
    run = pipeline.resume(pipeline.begin(folder, recipe, place / "run"), until="evaluate")
    pipeline.STAGES["export"](pipeline.RunContext(run, Recipe.read(run.recipe), pipeline.Reporter()))
    scores = json.loads(run.scores.read_text())
    test = scores["test"]
    shares = {row["label"]: row["support"] for row in test["classes"]}
    fresh = left_over(source, drawn, labels)
    answers, truth = (
        source.answers(Predictor(run.model, inputs="faces" if source.name == "FER2013" else "auto"), fresh),
        source.numbers,
    )
    true = of_shares(answers, truth, fresh, source.labels, shares)
    chosen, usual, units = Recipe.read(run.recipe), scores["usual"], test["units"]
    low, high = (test["accuracy"][end] for end in ("low", "high"))
    claim = usual["accuracy"]
    half = Z * (max(claim * (1 - claim), 0.0) / test["n"]) ** 0.5
    shutil.rmtree(place, ignore_errors=True)
    return {
        "number": number,
        "source": source.name,
        "classes": len(labels),
        "measured": test["n"],
        "units": units,
        "model": chosen.model,
        "inputs": chosen.inputs,
        "folds": chosen.folds,
        "fresh": len(fresh),
        "true": true,
        "said": test["accuracy"]["value"],
        "low": low,
        "high": high,
        "holds": low <= true <= high,
        "usual": claim,
        "how": usual["how"],
        "usual_holds": claim - half <= true <= claim + half,
    }


def choice(source: Pool, random: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """Draw classes and pictures: row numbers."""
    count = int(random.integers(2, min(5, len(source.labels)) + 1))
    labels = sorted(random.permutation(source.labels)[:count])
    size = int(np.exp(random.uniform(np.log(20), np.log(300 if source.name != "drawn faces" else 150))))
    shares = random.dirichlet([4.0] * count)
    rows = []
    for label, share in zip(labels, shares, strict=True):
        mine = np.flatnonzero((source.manifest.frame["label"] == label).to_numpy())
        # No more than half of a class: the rest is what fresh faces are drawn from.
        rows.append(random.permutation(mine)[: min(max(LEAST, round(size * share)), len(mine) // 2)])
    return labels, np.concatenate(rows)


def dirty(source: Pool, drawn: np.ndarray, folder: Path, random: np.random.Generator) -> tuple[Path, Recipe]:
    """Write a folder with all that goes wrong."""
    frame = source.manifest.frame[drawn]
    copies, wrong = random.uniform(0, 0.6), random.uniform(0, 0.2)
    labels = sorted(set(frame["label"]))
    sided = random.random() < 0.2
    lacking = labels[0] if sided and len(labels) > 2 else None
    named = source.name == "drawn faces" and random.random() < 0.5
    for at, (path, label, person) in enumerate(frame.select("path", "label", "person").iter_rows()):
        versions = [Path(path).read_bytes()]
        if random.random() < copies:
            versions.append(copy(versions[0], random))
        for data in versions:
            side = "" if not sided else "test" if random.random() < 0.25 and label != lacking else "train"
            ending = str(random.choice(ENDINGS)) if random.random() < wrong else Path(path).suffix
            who = f"{person}_" if named and person else ""
            place = folder / side / label / f"{who}{at:04}{random.integers(1000)}{ending}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    (folder / ("train" if sided else "") / labels[-1] / "notes.txt").write_text("none of these")
    (folder / ("train" if sided else "") / labels[-1] / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    return folder, Recipe(model=AUTO, person=r"(s\d+p\d+|p\d+)_" if named else "")


def copy(data: bytes, random: np.random.Generator) -> bytes:
    """Change a picture in one of nine ways, and save it once more."""
    kind, strength = str(random.choice(list(KINDS))), float(random.choice(STRENGTHS))
    picture = changed(media.decode(data)[..., ::-1].copy(), kind, strength, random)[..., ::-1]
    from io import BytesIO

    out = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(out, str(random.choice(["JPEG", "PNG", "WEBP"])))
    return out.getvalue()


def left_over(source: Pool, drawn: np.ndarray, labels: list[str]) -> np.ndarray:
    """Return what is fresh, of the same classes: row numbers."""
    of_these = source.manifest.frame["label"].is_in(labels).to_numpy()
    rows = source.left(drawn)
    return rows[of_these[rows]]


def of_shares(
    answers: np.ndarray, truth: np.ndarray, rows: np.ndarray, labels: tuple[str, ...], shares: dict[str, int]
) -> float:
    """Return the share of right answers, with the classes as they were measured."""
    right = answers[rows] == truth[rows]
    total = 0.0
    for label, count in shares.items():
        total += count * float(right[truth[rows] == labels.index(label)].mean()) if count else 0.0
    return total / sum(shares.values())


def write(rows: list[dict[str, object]]) -> None:
    """Write the table."""
    frame = pl.DataFrame(rows)
    lines = []
    for name, part in [
        ("all", frame),
        *((str(name[0]), part) for name, part in frame.group_by("source", maintain_order=True)),
    ]:
        over = (part["said"] - part["true"]).mean()
        usual = (part["usual"] - part["true"]).mean()
        width = (part["high"] - part["low"]).median()
        lines.append(
            [
                name,
                part.height,
                f"{part['holds'].sum()} of {part.height}",
                f"{100 * over:+.1f}",
                f"{100 * width:.0f}",
                f"{part['usual_holds'].sum()} of {part.height}",
                f"{100 * usual:+.1f}",
                ", ".join(f"{model} {count}" for model, count in part["model"].value_counts(sort=True).iter_rows()),
            ]
        )
    columns = ["source", "folders", "the interval holds", "said less true, points", "interval, points wide"]
    columns += ["a random split's holds", "it says less true", "families"]
    note = (
        "The interval holds where the accuracy on fresh faces, counted with the classes' shares in what was measured, "
    )
    note += "lies in it. A random split's interval is the usual one of a share, over the pictures."
    record("Dirty folders", "python bench/dirty_folders.py DATA STATE", f"{table(columns, lines)}\n\n{note}")


if __name__ == "__main__":
    main()
