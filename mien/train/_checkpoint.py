"""Checkpoints: every variable as plain arrays, so that a resumed run is the uninterrupted one.

Keras's own files lose the state of seed generators; these do not. NumPy's ``.npz`` is read without pickle.
"""

from __future__ import annotations

import zipfile
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
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in sorted(set(file.files) - {"format", "epoch"})]
            epoch = int(file["epoch"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StorageError(f"The checkpoint '{path}' cannot be read ({error})", todo="Start the run anew") from error
    expected = [tuple(variable.shape) for variable in variables]
    if [array.shape for array in arrays] != expected:
        raise StorageError(
            f"The checkpoint '{path}' is of another network ({len(arrays)} arrays)",
            expected=f"the {len(expected)} arrays of this recipe's model",
            todo="Resume with the recipe it was made with",
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return epoch


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
