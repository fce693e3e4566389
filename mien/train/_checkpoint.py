"""Checkpoints: every variable as plain arrays, so that a resumed run is the uninterrupted one.

Keras's own files lose the state of seed generators; these do not. NumPy's ``.npz`` is read without pickle.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import StorageError
from mien.core.files import writing
from mien.train._history import History

if TYPE_CHECKING:
    import keras

FORMAT = 1

# What NumPy and zipfile raise for files that are damaged or something else altogether.
_DAMAGED = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


def save(variables: Sequence[keras.Variable], path: Path, *, epoch: int = 0) -> None:
    """Write variables to one file, atomically.

    Parameters
    ----------
    variables : sequence of keras.Variable
        In a fixed order.
    path : pathlib.Path
        The file, ``.npz``.
    epoch : int
        Whole epochs done.
    """
    arrays: dict[str, Any] = {f"{number:05d}": np.asarray(variable) for number, variable in enumerate(variables)}
    with writing(path) as beside, beside.open("wb") as file:
        np.savez(file, format=FORMAT, epoch=epoch, **arrays)


def load(variables: Sequence[keras.Variable], path: Path) -> int:
    """Read variables back.

    Parameters
    ----------
    variables : sequence of keras.Variable
        In the order in which they were saved.
    path : pathlib.Path
        The file.

    Returns
    -------
    int
        Whole epochs done.

    Raises
    ------
    StorageError
        If the file is missing, damaged, or of another network.
    """
    arrays, epoch = _read(path)
    expected = [tuple(variable.shape) for variable in variables]
    if [array.shape for array in arrays] != expected or not all(array.dtype.kind in "biuf" for array in arrays):
        raise StorageError(
            f"The checkpoint '{path}' is of another network ({len(arrays)} arrays)",
            expected=f"the {len(expected)} arrays of this recipe's model",
            todo="Resume with the recipe it was made with",
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return epoch


def _read(path: Path) -> tuple[list[np.ndarray], int]:
    try:
        with path.open("rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as members:
            form, epoch = int(members["format"]), int(members["epoch"])
            arrays = [members[name] for name in sorted(set(members.files) - {"format", "epoch"})]
    except _DAMAGED as error:
        raise StorageError(f"The checkpoint '{path}' cannot be read ({error})", todo="Start the run anew") from error
    if form > FORMAT:
        raise StorageError(f"The checkpoint '{path}' has format {form}", expected=str(FORMAT), todo="Update Mien")
    return arrays, epoch


def restore(model: keras.Model, path: Path, history: History) -> History:
    """Continue from the last checkpoint, when there is one.

    Parameters
    ----------
    model : keras.Model
        Compiled; gets weights and optimiser state.
    path : pathlib.Path
        The last checkpoint.
    history : History
        As it was written.

    Returns
    -------
    History
        Cut to the epochs that the checkpoint holds; empty when there is no checkpoint.
    """
    if not path.exists():
        return History()
    epoch = load([*model.variables, *model.optimizer.variables], path)
    if len(history.epochs) < epoch:
        raise StorageError(
            f"The history beside '{path}' has {len(history.epochs)} epochs, its checkpoint {epoch}",
            todo="Start the run anew",
        )
    return History(history.epochs[:epoch])
