"""The folder that one training leaves, and what stands where in it."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.core._environment import environment
from mien.core._state import RUN_FORMAT, RunState
from mien.core.errors import SettingError
from mien.core.files import read_json, storage_error, write_json

__all__ = ["RUN_FORMAT", "STATE", "Run", "RunState", "environment"]

STATE = "run.json"


@dataclass(frozen=True)
class _Inside:
    """A path inside of a run's folder."""

    name: str

    def __get__(self, run: Run, kind: type[Run]) -> Path:
        return run.folder / self.name


@dataclass(frozen=True)
class Run:
    """A run's folder. Every file in it has one place, named here once."""

    folder: Path

    recipe = _Inside("recipe.toml")  # resolved
    manifest = _Inside("manifest.parquet")  # with its splits
    findings = _Inside("findings.parquet")  # of the audit
    contract = _Inside("contract.json")
    history = _Inside("history.csv")  # one row an epoch
    tensorboard = _Inside("tensorboard")  # event files
    checkpoints = _Inside("checkpoints")  # weights and optimiser state: the best and the last
    scores = _Inside("scores.json")
    robustness = _Inside("robustness.json")  # how much it keeps under corruptions, and what hurts most
    predictions = _Inside("predictions.parquet")  # what the model says of each test picture
    validation = _Inside("validation.parquet")  # what it says of each validation picture: for prediction sets
    explanations = _Inside("explain")  # of test samples, named by the first 16 letters of their content
    report = _Inside("report.html")
    model = _Inside("model.onnx")
    card = _Inside("card.md")  # of the model, as it stands in the model file
    data_card = _Inside("data-card.md")  # of what it learnt from and was measured on
    environment = _Inside("environment.json")  # versions, machine and command
    lineage = _Inside("lineage.parquet")  # of the models that this one learns from, and of the search for its recipe
    teacher = _Inside("teacher.onnx")  # a copy of the model file whose answers it learnt from

    def base(self) -> Run:
        """Return what is kept of the run that this one started from; the folder is missing where there is none."""
        return Run(self.folder / "base")

    def member(self, seed: int) -> Run:
        """Return the folder of one of several models: its history, checkpoints, TensorBoard events, predictions."""
        return Run(self.folder / "members" / str(seed))

    def fold(self, number: int) -> Run:
        """Return the folder of one round of cross-validation, from 1: its own manifest, history and checkpoints."""
        return Run(self.folder / "folds" / str(number))

    @classmethod
    def create(cls, folder: Path | str, *, replace: bool = False) -> Run:
        """Make a new run's folder, with its state file; what is there already is a `SettingError`.

        With `replace` a run that is there is removed, but only a folder that Mien made ever is.
        """
        run = cls(Path(folder))
        if run.folder.exists() and not run.folder.is_dir():
            raise SettingError(f"'{run.folder}' is a file", expected="a new folder", todo="Choose another --out")
        if run.folder.exists() and any(run.folder.iterdir()):
            mine = (run.folder / STATE).exists()
            if not (mine and replace):
                hint = "Choose another --out, or go on with --resume" + (", or --replace it" if mine else "")
                raise SettingError(f"The folder '{run.folder}' is not empty", expected="a new folder", todo=hint)
            try:
                shutil.rmtree(run.folder)
            except OSError as error:
                raise storage_error(run.folder, error) from error
        run.update(format=RUN_FORMAT)
        return run

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """Open a run that is there; a folder that is no run, or a newer Mien's, is a `SettingError`."""
        run = cls(Path(folder))
        if not (run.folder / STATE).exists():
            expected = f"a folder with {STATE} in it"
            raise SettingError(f"'{folder}' is not a run", expected=expected, todo="Check the path")
        found = read_json(run.folder / STATE).get("format")
        if not isinstance(found, int) or found > RUN_FORMAT:
            raise SettingError(f"The run '{folder}' has format {found}", expected=str(RUN_FORMAT), todo="Update Mien")
        return run

    def state(self) -> RunState:
        """Read what is known of the run's progress, anew each time; a damaged file is a `StorageError`."""
        path = self.folder / STATE
        return RunState.from_dict(read_json(path), path) if path.exists() else RunState()

    def update(self, **values: Any) -> None:  # noqa: ANN401 - JSON values
        """Change fields of the `RunState`, atomically."""
        path = self.folder / STATE
        there = read_json(path) if path.exists() else {}
        dataclasses.replace(RunState.from_dict(there, path), **values)  # a name that is not declared is an error
        write_json(path, {**there, **values})

    def done(self, stage: str) -> bool:
        """Say whether `finish` was called with a stage's word, such as ``train``."""
        return stage in self.state().done

    def finish(self, stage: str) -> None:
        """Write down that a stage has finished."""
        self.update(done=(*self.state().done, stage))
