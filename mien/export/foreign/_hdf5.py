"""An HDF5 file looked through before Keras reads it: nothing that lies outside of it, and no more than it may hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.core.errors import ModelFileError
from mien.export.foreign._form import MAX_BYTES, damaged
from mien.export.foreign._layers import MAX_CONFIG

if TYPE_CHECKING:
    import h5py

MOST = 100_000  # groups and tables


def check_hdf5(file: h5py.File, path: Path | str) -> None:
    """Refuse links to other files, tables that lie elsewhere, and more than 1 GiB of numbers, however it is packed."""
    import h5py

    room, seen, waiting = MAX_BYTES, 0, [file["/"]]
    while waiting:
        group = waiting.pop()
        for name in group:
            seen += 1
            if not isinstance(group.get(name, getlink=True), h5py.HardLink) or seen > MOST:
                raise _outside(path)  # an inner link can go round in a ring, and no model file has one
            item = group[name]
            if isinstance(item, h5py.Group):
                waiting.append(item)
                continue
            if not isinstance(item, h5py.Dataset) or item.external or item.is_virtual:
                raise _outside(path)
            room -= item.size * item.dtype.itemsize if item.shape is not None else 0
            if room < 0:
                came = f"The weights in '{path}' unpack to more than {MAX_BYTES >> 30} GiB"
                raise ModelFileError(came, expected="a smaller model")


def config_of(file: h5py.File, path: Path | str) -> bytes | str:
    """Return the text of the network that a Keras file in HDF5 carries; weights without one are a `ModelFileError`."""
    text: Any = file.attrs.get("model_config")
    if isinstance(text, bytes | str) and 0 < len(text) <= MAX_CONFIG:
        return text
    came = f"'{path}' holds weights, and no network that they belong to"
    raise ModelFileError(came, expected="a whole model", todo="Save it with model.save('model.keras')")


def errors() -> tuple[type[Exception], ...]:
    """Name what h5py raises on a damaged file."""
    return (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError, AttributeError, UnicodeDecodeError)


def opened(path: Path) -> h5py.File:
    """Open an HDF5 file to read; a damaged one is a `ModelFileError`."""
    import h5py

    try:
        return h5py.File(path, "r")
    except errors() as error:
        raise damaged(path) from error


def _outside(path: Path | str) -> ModelFileError:
    came = f"'{path}' points to what lies outside of it, or is no table of numbers"
    return ModelFileError(came, expected="a model in one file", todo="Save it anew with Keras")
