"""The models that a server answers with, by name; one whose file changes is opened anew beside the old one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mien import faces
from mien.app import PageModel
from mien.core.errors import MienError, ModelFileError, SettingError, StorageError, did_you_mean
from mien.core.onnx_metadata import LINEAGE_KEY, without
from mien.core.validation_answers import VALIDATION_KEY
from mien.predict import Predictor, in_the_box, model_file
from mien.serve.inference._batcher import Batcher

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class LoadedModel:
    """A model, open; its stamp tells versions of the file apart: inode, size, time of the last change."""

    name: str
    path: Path
    stamp: Stamp
    predictor: Predictor
    batcher: Batcher
    page: PageModel


class ModelRegistry:
    """Models by name, of files, folders of runs, names in the box, or ``NAME=`` one of these; those in the box if none.

    `ModelFileError` if a file is no model, `SettingError` if two models have one name. `on_batch` is told name and rows
    of each call of a model.
    """

    def __init__(
        self,
        sources: tuple[str, ...],
        wait: float,
        on_batch: Callable[[str, int], None] = lambda name, rows: None,
        detector: str = faces.AUTO,
    ) -> None:
        self._wait, self._on_batch = wait, on_batch
        self.detector = faces.detector(detector)  # one for all models
        self._bad: dict[str, Stamp | None] = {}
        self._models: dict[str, LoadedModel] = {}
        for name, path in _named(sources).items():
            self._models[name] = self._open(name, path)

    def __iter__(self) -> Iterator[LoadedModel]:
        """Go through the models, the default one first."""
        return iter(tuple(self._models.values()))

    def get(self, name: str | None) -> LoadedModel:
        """Find a model, for None the first; `SettingError` if there is none of that name."""
        if name is None:
            return next(iter(self))
        if name not in self._models:
            raise SettingError(f"There is no model '{name}' here", todo=did_you_mean(name, self._models))
        return self._models[name]

    def refresh(self) -> list[tuple[str, str]]:
        """Open anew each model whose file has changed; return names with ``reloaded`` or a sentence. Runs in a thread.

        A model whose file is gone or damaged goes on as it is.
        """
        changes = []
        for one in self:
            stamp = _stamp(one.path)
            if stamp == one.stamp or (one.name in self._bad and self._bad[one.name] == stamp):
                continue
            try:
                if stamp is None:
                    raise ModelFileError(f"The file of '{one.name}' is gone", todo="The model goes on from memory")
                fresh = self._open(one.name, one.path)
            except MienError as error:
                self._bad[one.name] = stamp
                changes.append((one.name, str(error)))
                continue
            self._bad.pop(one.name, None)
            self._models[one.name] = fresh  # requests that have the old one in hand keep it until they are answered
            changes.append((one.name, "reloaded"))
        return changes

    def _open(self, name: str, path: Path) -> LoadedModel:
        stamp = _stamp(path)
        threads = max(1, (os.cpu_count() or 1) // 2)  # the other half makes samples ready
        predictor = Predictor(path, threads=threads, detector=self.detector)
        # What it was trained and chosen on is no visitor's business.
        data = without(_content(path), LINEAGE_KEY, VALIDATION_KEY)
        if stamp is None or _stamp(path) != stamp:
            raise ModelFileError(f"'{path}' changed while it was opened", todo="It is tried again")
        page = PageModel(name, predictor.contract, data, predictor.card, predictor.scores, predictor.rule)
        batcher = Batcher(predictor.probabilities, self._wait, lambda rows: self._on_batch(name, rows))
        return LoadedModel(name, path, stamp, predictor, batcher, page)


def _named(sources: tuple[str, ...]) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for source in sources or in_the_box():
        name, path = _name_and_path(source)
        if name in paths:
            raise SettingError(f"Two models are called '{name}'", todo=f"Name one of them: other={source}")
        paths[name] = path
    return paths


def _name_and_path(source: str) -> tuple[str, Path]:
    pair = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})=(.+)", source)
    if pair and not Path(source).exists():
        return pair[1], model_file(pair[2])
    path = model_file(source)
    name = path.resolve().parent.name if path.name == "model.onnx" else path.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64] or "model", path


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"'{path}' cannot be read ({error.strerror})", todo="Check its permissions") from error
