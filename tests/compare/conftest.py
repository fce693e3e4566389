"""Finished runs as the pipeline leaves them, without a training: answers with chosen mistakes over drawn pictures."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mien import media
from mien.core.files import write_bytes, write_json
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest

LABELS = ("angry", "happy", "sad")


@dataclass(frozen=True)
class Data:
    """Pictures with labels, and who is in them."""

    count: int = 120
    people: int = 0
    labels: tuple[str, ...] = LABELS
    salt: str = ""
    pictures: Path | None = None

    def manifest(self, sides: Mapping[int, str] | None = None) -> Manifest:
        """Six in ten train, one validates, the rest is the test side, person by person; `sides` moves single rows."""
        rows = range(self.count)
        contents = [hashlib.sha256(f"{self.salt}{row}".encode()).hexdigest() for row in rows]
        who = [row % self.people for row in rows] if self.people else list(rows)
        split = [("train", "val", "test")[(one % 10 >= 6) + (one % 10 >= 7)] for one in who]
        for row, side in (sides or {}).items():
            split[row] = side
        columns = {
            "id": [f"{row:04}.webp" for row in rows],
            "content": contents,
            "path": [str((self.pictures or Path("gone")) / f"{row:04}.webp") for row in rows],
            "label": [self.labels[row % len(self.labels)] for row in rows],
            "split": split,
        }
        if self.people:
            columns["person"] = [f"p{one}" for one in who]
        return Manifest.build(columns)


def probabilities_of(truth: Sequence[str], right: np.ndarray, labels: Sequence[str], seed: int) -> np.ndarray:
    """Weights whose answers are right where `right` says so, float64 [N, classes]; unknown labels get any."""
    draw = np.random.default_rng(seed)
    probabilities = draw.dirichlet(np.ones(len(labels)), len(truth)) * 0.2
    for row, label in enumerate(truth):
        number = labels.index(label) if label in labels else 0
        answer = number if right[row] else (number + 1) % len(labels)
        probabilities[row, answer] += 0.8
    return probabilities / probabilities.sum(1, keepdims=True)


def write_answers(run: Run, manifest: Manifest, labels: Sequence[str], right: np.ndarray, seed: int) -> None:
    test = manifest.of("test").frame.select("id", "content", "label")
    probabilities = probabilities_of(test["label"].to_list(), right, labels, seed).astype(np.float32)
    said = pl.Series([labels[number] for number in probabilities.argmax(1)])
    columns = {f"p:{label}": probabilities[:, number] for number, label in enumerate(labels)}
    run.folder.mkdir(parents=True, exist_ok=True)
    test.with_columns(predicted=said).with_columns(**columns).write_parquet(run.predictions)


def lay_run(
    folder: Path,
    accuracy: float = 0.7,
    *,
    data: Data = Data(),
    recipe: Recipe = Recipe(labels=LABELS),  # noqa: B008 - frozen
    labels: Sequence[str] | None = None,
    right: np.ndarray | None = None,
    luck: int | None = None,
    sides: Mapping[int, str] | None = None,
    source: str = "/data/faces",
) -> Run:
    """Lay a finished run. Which answers are right follows from `luck`, the seed by default, or is given."""
    run = Run.create(folder)
    manifest = data.manifest(sides)
    manifest.save(run.manifest)
    recipe.save(run.recipe)
    known = tuple(labels or recipe.labels or data.labels)
    count = len(manifest.of("test"))
    luck = recipe.seed if luck is None else luck

    def drawn(seed: int) -> np.ndarray:
        return np.random.default_rng([luck, seed]).random(count) < accuracy

    write_answers(run, manifest, known, drawn(0) if right is None else right, luck)
    for seed in range(recipe.seed, recipe.seed + recipe.seeds) if recipe.seeds > 1 else ():
        write_answers(run.member(seed), manifest, known, drawn(seed + 1), seed)
    write_bytes(run.model, b"\0" * 1_000_000)
    write_json(run.environment, {"versions": {"mien": "0.1.0"}, "machine": "Linux x86_64"})
    run.update(source=source, done=["collect", "train", "evaluate", "export", "report"], seconds={"train": 12.5})
    return run


def seeded(seed: int = 0, seeds: int = 1, **settings: object) -> Recipe:
    """A resolved recipe, as it were."""
    return replace(Recipe(labels=LABELS, epochs=8), seed=seed, seeds=seeds, **settings)


@pytest.fixture(scope="session")
def lay() -> Callable[..., Run]:
    return lay_run


@pytest.fixture(scope="session")
def answer_anew() -> Callable[[Run, np.ndarray], None]:
    """Give a run of `LABELS` other answers."""
    return lambda run, right: write_answers(run, Manifest.read(run.manifest), LABELS, right, 0)


@pytest.fixture(scope="session")
def recipe() -> Callable[..., Recipe]:
    return seeded


@pytest.fixture(scope="session")
def data() -> type[Data]:
    return Data


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Data whose pictures are there."""
    folder = tmp_path_factory.mktemp("pictures")
    draw = np.random.default_rng(0)
    for row in range(60):
        pixels = draw.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        write_bytes(folder / f"{row:04}.webp", media.encode_webp(pixels))
    return Data(count=60, pictures=folder)


_SPEC = importlib.util.spec_from_file_location("reading", Path(__file__).parents[1] / "html" / "reading.py")
_READING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_READING)


@pytest.fixture(scope="session")
def read():
    """From a page's text to its elements, words and problems."""
    return _READING.Page
