"""Checkpoints: every variable as plain arrays, so that a resumed run is the uninterrupted one.

Keras's own files lose the state of seed generators; these do not. NumPy's ``.npz`` is read without pickle.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import StorageError
from mien.core.files import writing
from mien.core.history import Epoch

if TYPE_CHECKING:
    import keras

FORMAT = 2


@dataclass(frozen=True)
class Position:
    """How far a training is."""

    # epoch, step: epochs done, and batches of the next
    epoch: int = 0
    step: int = 0
    # loss, accuracy: sums over those batches
    loss: float = 0.0
    accuracy: float = 0.0
    seconds: float = 0.0  # of training so far, all sittings together
    rows: tuple[Epoch, ...] = ()  # the history so far: in the same file as the weights, so that the two cannot differ


def save(variables: Sequence[Any], path: Path, position: Position | None = None) -> None:
    """Write variables to one file, atomically."""
    arrays: dict[str, Any] = {f"{number:05d}": np.asarray(variable) for number, variable in enumerate(variables)}
    words = json.dumps(dataclasses.asdict(position or Position()))
    with writing(path) as beside, beside.open("wb") as file:
        np.savez(file, format=FORMAT, position=words, **arrays)


def load(variables: Sequence[keras.Variable], path: Path) -> Position:
    """Read variables back. The variables come in the order in which they were saved."""
    arrays, position = _read(path)
    expected = [tuple(variable.shape) for variable in variables]
    if [array.shape for array in arrays] != expected or not all(array.dtype.kind in "biuf" for array in arrays):
        came = f"The checkpoint '{path}' is of another network ({len(arrays)} arrays)"
        todo = "Resume with the recipe it was made with"
        raise StorageError(came, expected=f"the {len(expected)} arrays of this recipe's model", todo=todo)
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return position


def where(path: Path) -> Position | None:
    """Say how far the training is whose checkpoint this is; None when there is no file."""
    return _read(path, arrays=False)[1] if path.exists() else None


def _read(path: Path, *, arrays: bool = True) -> tuple[list[np.ndarray], Position]:
    try:
        with path.open("rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as members:
            form, words = int(members["format"]), str(members["position"])
            names = sorted(set(members.files) - {"format", "position"}) if arrays else []
            found = [members[name] for name in names]
            position = _position(json.loads(words)) if form <= FORMAT else Position()
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for what is damaged or something else
        raise StorageError(f"The checkpoint '{path}' cannot be read ({error})", todo="Start the run anew") from error
    if form > FORMAT:
        raise StorageError(f"The checkpoint '{path}' has format {form}", expected=str(FORMAT), todo="Update Mien")
    return found, position


def _position(values: dict[str, Any]) -> Position:
    rows = tuple(Epoch(**row) for row in values.pop("rows", ()))
    return Position(**values, rows=rows)
