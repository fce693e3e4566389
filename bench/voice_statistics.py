"""How `svm` and `forest` on named statistics tell emotions of unheard speakers, beside openSMILE's, and `voice`.

$ python bench/voice_statistics.py DATA    DATA holds `ravdess` and `nemo`; openSMILE gets an environment of its own,
                                           and what it measured is kept in the user's cache

The folds are those of bench/voices.py: each holds out whole speakers, four of RAVDESS, or two or fewer of nEMO. Here
nobody hears the other set. openSMILE's functionals get a linear support vector machine, as the ComParE challenges have
it, whose C is chosen by four inner folds of whole speakers; Mien's defaults are as they come.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import voices
from _results import record, table

from mien import load, models
from mien.collect import scan
from mien.core.files import cache_folder
from mien.core.recipe import Recipe
from mien.core.types import Manifest, silent

OPENSMILE = ("opensmile==2.6.0", "soundfile")
SETS = {"ComParE_2016": "ComParE 2016 + linear SVM", "eGeMAPSv02": "eGeMAPS + linear SVM"}
COSTS = tuple(10.0**power for power in range(-6, 1))
HERE = cache_folder() / "bench-voice-statistics"
DRAWS = 2000
SPEED = 40  # clips timed

Answers = np.ndarray  # float64 [N, classes], anything whose greatest is the answer
Seeds = list[Answers]  # of trainings that differ in their seed alone


def main() -> None:
    """Measure, and write the section."""
    parts = [_measured(Path(sys.argv[1]) / name) for name in ("ravdess", "nemo")]
    words = (
        "Balanced accuracy; intervals of 95 % over speakers, drawn 2,000 times. On RAVDESS `cost = 3` of `svm` was "
        "chosen by these folds, and which statistics there are with an eye on them; nEMO was not looked at. "
        "`voice` is the mean score of trainings from different seeds, each of which answers alone. Differences are "
        "between the same clips and the same draws."
    )
    record("Statistics of voices", "python bench/voice_statistics.py DATA", "\n\n".join([words, *parts]))


def _measured(folder: Path) -> str:
    manifest = scan(folder)
    frame = manifest.frame
    truth = np.array([manifest.labels.index(label) for label in frame["label"]])
    people = frame["person"].to_numpy()
    folds = _folds(folder.name, people)
    found: dict[str, Seeds] = {}
    said = []
    for name in ("svm", "forest"):
        answers, one = _ours(manifest, name, folds)
        found[f"`{name}`"] = [answers]
        said.append(one)
    theirs = _opensmile(folder.name, frame["path"].to_list())
    for name, words in SETS.items():
        found[words] = [_linear(theirs[name], truth, folds, people)]
        said.append(f"{words}: {theirs[name].shape[1]:,} numbers, {1000 * theirs[f'seconds_{name}']:.0f} ms a clip.")
    voice = _voice(manifest) if folder.name == "ravdess" else []
    if voice:
        found["`voice`"] = voice
        said.append(f"`voice`: {len(voice)} seed{'s' * (len(voice) > 1)}.")
    return _body(folder.name, manifest.labels, truth, people, found) + "\n\n" + " ".join(said)


def _folds(name: str, people: np.ndarray) -> np.ndarray:
    """Return the fold that holds each clip out, int64 [N]."""
    if name == "ravdess":
        return np.array([(int(person.split()[-1]) - 1) // 4 for person in people])
    return np.searchsorted(np.unique(people), people) // 2


def _ours(manifest: Manifest, name: str, folds: np.ndarray) -> tuple[Answers, str]:
    recipe = models.resolve(Recipe(model=name), manifest.kind)
    contract = models.contract(recipe, manifest.labels, manifest.kind)
    answers, model = np.empty((len(folds), len(manifest.labels))), None
    rows = np.empty((0, *contract.shape), np.float32)
    for fold in np.unique(folds):
        split = pl.Series(np.where(folds == fold, "test", "train").tolist())
        held = manifest.with_frame(manifest.frame.with_columns(split=split))
        cache = load.build(held, contract, HERE / "rows")
        sides = {one: cache.batches(held.of(one), labels=contract.labels, batch=64) for one in ("train", "test")}
        model = models.build(contract, recipe)
        model.fit(sides["train"], progress=silent)
        rows = np.concatenate([part for part, _ in sides["test"].epoch(0)])
        answers[folds == fold] = model.predict_on_batch(rows)
    milliseconds, size = _speed(model.to_onnx(), rows[:SPEED])
    return answers, f"`{name}`: {size / 1e6:.1f} MB, {milliseconds:.1f} ms of one core for a row of 3 seconds."


def _speed(file: bytes, rows: np.ndarray) -> tuple[float, int]:
    """Return milliseconds of processor time for one row on one thread, the median; and the file's bytes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    spent = []
    for row in rows:
        begun = time.process_time()
        session.run(None, {"rows": row[None]})
        spent.append(1000 * (time.process_time() - begun))
    return statistics.median(spent), len(file)


def _opensmile(name: str, paths: list[str]) -> dict[str, Any]:
    kept = HERE / f"opensmile-{name}.npz"
    if not kept.exists():
        HERE.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
            listed.write("\n".join(paths))
            listed.flush()
            script = Path(__file__).with_name("_opensmile.py")
            subprocess.run([_environment(), script, listed.name, kept], check=True)
    return dict(np.load(kept))


def _environment() -> Path:
    """Make openSMILE's environment, unless it is there; return its Python."""
    place = HERE / "opensmile"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *OPENSMILE], check=True)
    return python


def _linear(features: np.ndarray, truth: np.ndarray, folds: np.ndarray, people: np.ndarray) -> Answers:
    """Answer each fold by a machine whose C four inner folds of whole speakers chose among `COSTS`."""
    answers = np.empty((len(truth), truth.max() + 1))
    for fold in np.unique(folds):
        inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        inner = np.searchsorted(np.unique(people[inside]), people[inside]) % 4
        scores = np.zeros(len(COSTS))
        for one in range(4):
            asked = inside[inner == one]
            tried = _machines(features, truth, inside[inner != one], asked, COSTS)
            scores += [_balanced(truth[asked], found.argmax(1)) for found in tried]
        answers[held] = _machines(features, truth, inside, held, [COSTS[int(scores.argmax())]])[0]
    return answers


def _machines(
    features: np.ndarray, truth: np.ndarray, inside: np.ndarray, held: np.ndarray, costs: Sequence[float]
) -> list[Answers]:
    """Return what linear machines of each C, fitted inside, answer to what is held out."""
    from sklearn.svm import SVC

    known = features[inside].astype(np.float64)
    middle, spread = known.mean(0), np.maximum(known.std(0), 1e-9)
    known, asked = (np.clip((part - middle) / spread, -10, 10) for part in (known, features[held]))
    within, across = known @ known.T, asked @ known.T
    return [SVC(C=one, kernel="precomputed").fit(within, truth[inside]).decision_function(across) for one in costs]


def _voice(manifest: Manifest) -> Seeds:
    """Return what each whole seed of bench/voices.py answered for every clip; their mean would be an ensemble's."""
    seeds: dict[str, dict[str, Any]] = {}
    for name, one in voices.complete().items():
        seeds.setdefault(name.rpartition(", ")[2], {}).update(one["answers"])
    ids = manifest.frame["id"].to_list()
    return [np.array([said[clip] for clip in ids]) for said in seeds.values() if set(ids) <= set(said)]


def _body(name: str, labels: tuple[str, ...], truth: np.ndarray, people: np.ndarray, found: dict[str, Seeds]) -> str:
    four = np.array([labels.index(one) for one in voices.FOUR if one in labels])
    draws = _draws(people)
    scores = {
        one: [_scores(truth, seeds, numbers, draws) for numbers in (np.arange(len(labels)), four)]
        for one, seeds in found.items()
    }
    rows = [(one, *(_interval(part) for part in parts)) for one, parts in scores.items()]
    pairs = [("`svm`", other) for other in SETS.values()] + [("`voice`", other) for other in ("`svm`", *SETS.values())]
    for one, other in pairs:
        if one in scores:
            apart = [first - second for first, second in zip(scores[one], scores[other], strict=True)]
            rows.append((f"{one} less {other}", *(_interval(part, sign="+") for part in apart)))
    return table((name, f"{len(labels)} classes", f"{len(four)} classes"), rows)


def _draws(people: np.ndarray) -> list[np.ndarray]:
    """Return the clips as they are, and then whole speakers drawn again."""
    each, random = [np.flatnonzero(people == one) for one in np.unique(people)], np.random.default_rng(0)
    drawn = [np.concatenate([each[one] for one in random.integers(len(each), size=len(each))]) for _ in range(DRAWS)]
    return [np.arange(len(people)), *drawn]


def _scores(truth: np.ndarray, seeds: Seeds, numbers: np.ndarray, draws: list[np.ndarray]) -> np.ndarray:
    """Score each seed on each draw by itself, and take the mean over seeds: float64 [1 + DRAWS]."""
    return np.mean([_drawn(truth, answers, numbers, draws) for answers in seeds], axis=0)


def _drawn(truth: np.ndarray, answers: Answers, numbers: np.ndarray, draws: list[np.ndarray]) -> np.ndarray:
    said, of = numbers[answers[:, numbers].argmax(1)], np.isin(truth, numbers)
    return np.array([_balanced(truth[rows][of[rows]], said[rows][of[rows]]) for rows in draws])


def _interval(scores: np.ndarray, sign: str = "") -> str:
    low, high = np.percentile(scores[1:], [2.5, 97.5])
    return f"{scores[0]:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def _balanced(truth: np.ndarray, said: np.ndarray) -> float:
    return float(np.mean([(said[truth == number] == number).mean() for number in np.unique(truth)]))


if __name__ == "__main__":
    main()
