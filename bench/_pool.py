"""Pools of pictures from which small folders are drawn, and what is left over of them to measure on."""

from __future__ import annotations

import tempfile
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

    def answers(self, predictor: Predictor) -> np.ndarray:
        """Ask a model file about every picture, int64 [N]; -1 where it has no answer."""
        finder, place = predictor.finder, {label: number for number, label in enumerate(self.labels)}
        found = np.full(len(self.manifest), -1)
        with tempfile.TemporaryDirectory() as folder:
            cache = load.build(self.manifest, predictor.contract, folder, finder=finder)
            able = ~self.manifest.frame["id"].is_in(list(cache.failed)).to_numpy()
            part = self.manifest.with_frame(self.manifest.frame.filter(pl.Series(able)))
            side = cache.batches(part, labels=self.labels, batch=CHUNK)
            rows = [predictor.probabilities(pixels).argmax(1) for pixels, _ in side.epoch(0)]
        found[able] = [place[predictor.labels[at]] for at in np.concatenate(rows)]
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
