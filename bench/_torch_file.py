"""Reads the tensors of a PyTorch file of before 1.6, without PyTorch and without running what the file says.

Such a file is five pickles (a magic number, a version, the machine, the tensors, the keys of the storages), then each
storage: its length, int64, and its numbers. Of the names that a pickle may ask for, those of tensors are answered, and
nothing else is.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
DTYPES = {"FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8", "LongStorage": "<i8"}


@dataclass(frozen=True)
class _Placed:
    """A tensor whose numbers come later in the file."""

    key: str
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def read(self, storages: dict[str, np.ndarray]) -> np.ndarray:
        """Cut it out of its storage; numpy checks that it lies inside."""
        storage = storages[self.key]
        steps = tuple(storage.itemsize * step for step in self.strides)
        return np.ndarray(self.shape, storage.dtype, storage, self.offset * storage.itemsize, steps).copy()


class _Tensors(pickle.Unpickler):
    """Knows dictionaries, tensors and their storages, and refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _placed
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        raise pickle.UnpicklingError(f"The file asks for {module}.{name}, which no tensor needs")

    def persistent_load(self, pid: Any) -> Any:
        return pid


def _placed(
    storage: tuple[Any, ...], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Placed:
    return _Placed(storage[2], storage[1], offset, shape, strides)


def tensors(content: bytes) -> dict[str, np.ndarray]:
    """Read every tensor of a file's bytes, by its name.

    Raises ``pickle.UnpicklingError`` where it is no such file, or asks for more than tensors.
    """
    file = BytesIO(content)
    pick: Callable[[], Any] = lambda: _Tensors(file).load()  # noqa: E731
    if pick() != MAGIC:
        raise pickle.UnpicklingError("That is no PyTorch file of before 1.6")
    _version, _machine, state, keys = pick(), pick(), pick(), pick()
    dtypes = {one.key: one.dtype for one in state.values()}
    storages = {}
    for key in keys:
        length = int(np.frombuffer(file.read(8), "<i8")[0])
        dtype = np.dtype(dtypes[key])
        storages[key] = np.frombuffer(file.read(length * dtype.itemsize), dtype)
    return {name: one.read(storages) for name, one in state.items()}
