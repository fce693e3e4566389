"""Pools of pictures from which small folders are drawn, and what is left over of them to measure on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from mien import audit, collect, load
from mien.core.types import Manifest
from mien.core.units import units_of
from mien.predict import Predictor

CHUNK = 64


@dataclass
class Pool:
    """Usable pictures of some classes, as files in a folder of class folders."""

    name: str
    labels: tuple[str, ...]
    folder: Path
    cache: Path
    manifest: Manifest = field(init=False)
    units: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        scanned = collect.scan(self.folder, labels=self.labels)
        self.manifest = audit.clean(*audit.check(scanned)).used
        self.units = units_of(self.manifest.frame)

    @property
    def numbers(self) -> np.ndarray:
        """Class numbers, int64 [N]."""
        place = {label: number for number, label in enumerate(self.labels)}
        return np.array([place[label] for label in self.manifest.frame["label"]])

    def draw(self, each: int, random: np.random.Generator) -> np.ndarray:
        """Draw so many of every class: row numbers."""
        parts = [random.permutation(np.flatnonzero(self.numbers == at))[:each] for at in range(len(self.labels))]
        return np.concatenate(parts)

    def left(self, drawn: np.ndarray) -> np.ndarray:
        """Return what is no copy of what was drawn: row numbers."""
        return np.flatnonzero(~np.isin(self.units, self.units[drawn]))

    def lay(self, drawn: np.ndarray, folder: Path) -> Path:
        """Copy the pictures that were drawn into class folders."""
        for at, (path, label) in enumerate(self.manifest.frame[drawn].select("path", "label").iter_rows()):
            place = folder / label / f"{at:04}{Path(path).suffix}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(Path(path).read_bytes())
        return folder

    def answers(self, predictor: Predictor, rows: np.ndarray | None = None) -> np.ndarray:
        """Ask a model file about some pictures, or all: int64 [N]; -1 where it has no answer, or was not asked."""
        rows = np.arange(len(self.manifest)) if rows is None else rows
        found, part = np.full(len(self.manifest), -1), Manifest(self.manifest.frame[rows])
        cache = load.build(self.manifest, predictor.contract, self.cache, detector=predictor.detector)
        able = ~part.frame["id"].is_in(list(cache.failed)).to_numpy()
        labels = tuple(self.manifest.labels)
        side = cache.batches(Manifest(part.frame.filter(pl.Series(able))), labels=labels, batch=CHUNK)
        said = np.concatenate([predictor.probabilities(pixels).argmax(1) for pixels, _ in side.epoch(0)])
        place = {label: number for number, label in enumerate(self.labels)}
        found[rows[able]] = [place[predictor.labels[at]] for at in said]
        return found


def of_table(table: Path, labels: tuple[str, ...], split: str, folder: Path) -> Path:
    """Write the faces of one side of FER2013 into class folders, once."""
    if not folder.exists():
        frame = pl.read_parquet(table).filter((pl.col("split") == split) & pl.col("label").is_in(labels))
        for name, label, data in frame.select("id", "label", "png").iter_rows():
            place = folder / label / f"{name}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return folder
