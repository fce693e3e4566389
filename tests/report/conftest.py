"""A run's folder as the stages leave it, made of small drawn faces and the real tables and scores."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image, ImageDraw

from mien import evaluate, media, split
from mien.core import artifacts
from mien.core.files import write_bytes, write_json, write_text
from mien.core.prediction_sets import SetRule
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Findings, InputContract, Manifest, Predictions

LABELS = ("angry", "happy", "sad", "surprise")
Builder = Callable[..., Run]


def draw_face(rng: np.random.Generator, number: int, side: int = 96) -> np.ndarray:
    """Return a simple face, uint8 [side, side, 3]; the mouth tells the class."""
    back = tuple(int(v) for v in rng.integers(90, 225, 3))
    image = Image.new("RGB", (side, side), back)
    pen = ImageDraw.Draw(image)
    u = side / 96
    tone = rng.uniform(0.35, 1.0)
    skin = tuple(int(v * tone) for v in (255, 214, 180))
    x, y = rng.uniform(-5, 5, 2) * u
    pen.ellipse((18 * u + x, 10 * u + y, 78 * u + x, 88 * u + y), fill=skin)
    pen.pieslice((16 * u + x, 4 * u + y, 80 * u + x, 66 * u + y), 180, 360, fill=(40, 28, 22))
    pen.ellipse((22 * u + x, 22 * u + y, 74 * u + x, 84 * u + y), fill=skin)
    for eye in (36, 60):
        pen.ellipse(((eye - 4) * u + x, 42 * u + y, (eye + 4) * u + x, 49 * u + y), fill="white")
        pen.ellipse(((eye - 2) * u + x, 43 * u + y, (eye + 2) * u + x, 48 * u + y), fill=(30, 30, 40))
    mouths = [
        (36, 66, 60, 78, 200, 340),
        (34, 54, 62, 76, 20, 160),
        (38, 68, 58, 82, 210, 330),
        (42, 62, 54, 80, 0, 360),
    ]
    box, start, end = mouths[number % 4][:4], *mouths[number % 4][4:]
    pen.arc((box[0] * u + x, box[1] * u + y, box[2] * u + x, box[3] * u + y), start, end, fill=(150, 40, 50), width=3)
    noise = rng.normal(0, 6, (side, side, 3))
    return np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)


def build_run(
    folder: Path, labels: Sequence[str] = LABELS, *, each: int = 45, seed: int = 7, names: Sequence[str] = ("face",)
) -> Run:
    """Make a finished run under `folder`."""
    rng = np.random.default_rng(seed)
    run = Run.create(folder / "demo")
    manifest = _manifest(folder / "faces", labels, each, rng, names)
    manifest = split.assign(manifest, seed=seed)
    manifest.save(run.manifest)
    _findings(manifest).save(run.findings)
    Recipe(labels=tuple(labels), epochs=20, batch=32, learning_rate=0.001).save(run.recipe)
    write_text(run.contract, InputContract(tuple(labels), 64).to_json())
    _history(run)
    _scores(run, manifest, tuple(labels), rng)
    versions = {"mien": "0.1.0", "numpy": "2.4.6", "keras": "3.15.1"}
    machine = {"versions": versions, "python": "3.11.7", "machine": "Linux x86_64", "cores": 2}
    write_json(run.environment, {**machine, "command": "mien run faces --out runs/demo"})
    write_bytes(run.model, b"\0" * 1_234_567)
    seconds = {"collect": 0.4, "audit": 2.1, "split": 0.1, "load": 1.9, "train": 84.2, "evaluate": 3.3, "export": 4.0}
    run.update(
        source="/data/faces", best_epoch=14, seconds=seconds, stopped="It stopped after 20 epochs: 6 brought nothing."
    )
    return run


def _manifest(folder, labels, each, rng, names) -> Manifest:
    rows = []
    for number, label in enumerate(labels):
        for index in range(max(each - 9 * number, 12)):
            path = folder / str(number) / f"{names[index % len(names)]}_{index:03d}.webp"
            data = media.encode_webp(draw_face(rng, number))
            write_bytes(path, data)
            content = hashlib.sha256(data).hexdigest()
            rows.append((f"{number}/{path.name}", content, str(path), label, ("daylight", "lamp")[index % 2]))
    # One file that is no picture, and one that stands under two labels.
    write_bytes(folder / "0" / "broken.jpg", b"\xff\xd8\xff nothing more")
    rows.append(("0/broken.jpg", "00" * 32, str(folder / "0" / "broken.jpg"), labels[0], "lamp"))
    rows.append(("1/again.webp", rows[0][1], rows[0][2], labels[1], "lamp"))
    columns = dict(zip(("id", "content", "path", "label", "light"), zip(*rows, strict=True), strict=True))
    manifest = Manifest.build(columns)
    return manifest.set_aside({"0/broken.jpg": "truncated", "1/again.webp": "twin-labels", rows[0][0]: "twin-labels"})


def _findings(manifest: Manifest) -> Findings:
    first = manifest.frame["id"][0]
    rows = [
        ("0/broken.jpg", "truncated", "error", 1.0, "The file ends too early.", "Fetch the file again.", None),
        (
            first,
            "twin-labels",
            "error",
            1.0,
            "The same picture under two labels.",
            "Decide which label is right.",
            "1/again.webp",
        ),
        (
            manifest.frame["id"][3],
            "wrong-ending",
            "note",
            1.0,
            "It is a WebP.",
            "Nothing: the content is what counts.",
            None,
        ),
    ]
    names = ("id", "issue", "severity", "score", "why", "todo", "other")
    return Findings(pl.DataFrame(rows, schema=names, orient="row"))


def _history(run: Run) -> None:
    names = [
        "epoch",
        "seconds",
        "learning_rate",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "val_balanced_accuracy",
    ]
    run.history.parent.mkdir(parents=True, exist_ok=True)
    with run.history.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for epoch in range(1, 21):
            known, new = 1.35 * 0.86**epoch + 0.06, 1.35 * 0.88**epoch + 0.33 + max(0, epoch - 14) * 0.012
            share, fresh = 1 - 0.72 * 0.85**epoch, 0.85 - 0.6 * 0.82**epoch - max(0, epoch - 14) * 0.004
            writer.writerow([epoch, epoch * 4.2, 0.001, known, share, new, fresh, fresh - 0.01])


def _scores(run: Run, manifest: Manifest, labels: tuple[str, ...], rng: np.random.Generator) -> None:
    test = manifest.of("test")
    number = {label: index for index, label in enumerate(labels)}
    truth = np.array([number[label] for label in test.frame["label"]])
    logits = rng.normal(0, 1, (len(truth), len(labels)))
    logits[np.arange(len(truth)), truth] += 2.4
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    basis = evaluate.Basis("faces", evaluate.NEW, unit="faces")
    scores = evaluate.score(truth, probabilities, labels, seed=0, basis=basis)
    rule = SetRule(0.9, dict.fromkeys(labels, 0.15), "each class")
    sets = evaluate.set_scores(truth, probabilities, labels, rule)
    risk = evaluate.risk_coverage(truth, probabilities, labels, rule)
    copied = evaluate.score(truth, np.eye(len(labels))[rng.permutation(truth)], labels, seed=0)
    light = {"light": test.frame["light"].to_list()}
    rows = [dataclasses.asdict(row) for row in evaluate.by_group(truth, probabilities, labels, light)]
    gaps = [
        gap.to_dict() | {"sentence": evaluate.gap_sentence(gap)}
        for gap in evaluate.gaps(truth, probabilities, labels, light)
    ]
    baselines = {"commonest": evaluate.commonest(truth, labels).to_dict(), "nearest_neighbour": copied.to_dict()}
    write_json(
        run.scores,
        {
            "test": scores.to_dict(),
            "baselines": baselines,
            "sets": sets.to_dict(),
            "risk_coverage": risk.to_dict(),
            "temperature": 1.31,
            "groups": rows,
            "gaps": gaps,
        },
    )
    artifacts.write_predictions(run, Predictions.build(test.frame.with_columns(fold=pl.lit(1)), labels, probabilities))
    for content, path, box in list(test.frame.select("content", "path", "container").iter_rows())[:6]:
        heat = media.decode(media.read(path, box)).copy()
        heat[40:80, 30:66, 0] = 255
        write_bytes(run.folder / "explain" / f"{content[:16]}.webp", media.encode_webp(heat))


@pytest.fixture(scope="session")
def build() -> Builder:
    return build_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build_run(tmp_path_factory.mktemp("run"))


_SPEC = importlib.util.spec_from_file_location("reading", Path(__file__).parents[1] / "html" / "reading.py")
_READING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_READING)


@pytest.fixture(scope="session")
def read():
    """From a page's text to its elements, words and problems."""
    return _READING.Page
