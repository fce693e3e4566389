"""What a model that Mien did not make comes as: told by its first bytes, never by its name."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mien import media
from mien.core.errors import MediaError, ModelFileError, SettingError
from mien.core.onnx_metadata import keys
from mien.core.run import STATE

MAX_BYTES = 1 << 30  # of a model file, as `predict` has it, and of what a file unpacks to
ONNX, KERAS, HDF5, SAVED_MODEL, ZIP = "onnx", "keras", "hdf5", "saved-model", "zip"
SAVED = "saved_model.pb"
MODEL_ENDINGS = (".keras", ".h5", ".hdf5", ".onnx")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_TAKEN = "a .keras, .h5 or .onnx file, a SavedModel folder, or a zip of one with its labels"
_CONVERTED = "Save it with Keras or as .onnx where it was made"
_OTHERS = {
    b"PK\x03\x04": ("a zip without a model", ""),
    b"\x80": ("a pickle, which can run any code when it is opened", _CONVERTED),
    b"TFL3": ("a TensorFlow Lite file", "Take the Keras file that it was made from"),
}


def form_of(path: Path | str) -> str | None:
    """Say what a model that Mien did not make comes as; None for one of Mien's own, and for what is no model at all.

    A pickle, as PyTorch and scikit-learn write, a TensorFlow Lite file, and a zip that holds no model are a
    `ModelFileError`.
    """
    path = Path(path)
    if os.path.isdir(path):  # noqa: PTH112 - too long a name is no error here
        return _of_folder(path)
    with suppress(MediaError), media.open_file(str(path)) as file:
        head = file.read(16)
        if head.startswith(_HDF5):
            return HDF5
        if head.startswith(b"PK\x03\x04"):
            return _of_zip(path)
        if head.startswith(b"\x80") or head[4:8] == b"TFL3":
            raise refused(path, b"\x80" if head.startswith(b"\x80") else b"TFL3")
        if os.fstat(file.fileno()).st_size <= MAX_BYTES:
            entries = keys(head + file.read())
            return ONNX if entries is not None and not any(key.startswith("mien.") for key in entries) else None
    return None


def _of_folder(path: Path) -> str | None:
    if (path / SAVED).is_file():
        return SAVED_MODEL
    own = (path / STATE).exists() or (path / "model.onnx").exists()
    return ZIP if not own and models_in(listed(path)) else None


def listed(path: Path) -> list[str]:
    """Name what a folder holds; nothing where it cannot be read."""
    with suppress(OSError):
        return [item.name for item in path.iterdir()]
    return []


def _of_zip(path: Path) -> str:
    names = members(path)
    if "config.json" in names and "model.weights.h5" in names:
        return KERAS
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        raise refused(path, b"\x80")
    if not models_in(names):
        raise refused(path, b"PK\x03\x04")
    return ZIP


def members(path: Path) -> list[str]:
    """Name what a zip holds; a damaged one is a `ModelFileError`."""
    try:
        with zipfile.ZipFile(path) as held:
            return held.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(path) from error


def models_in(names: Iterable[str]) -> list[str]:
    """Choose, of the names in a zip or folder, those of models."""
    plain = [name for name in names if not name.rpartition("/")[2].startswith((".", "_"))]  # macOS adds such
    return [name for name in plain if name.lower().endswith(MODEL_ENDINGS) or name.rpartition("/")[2] == SAVED]


def refused(path: Path, sign: bytes) -> ModelFileError:
    """Return the error for a form that is not taken."""
    what, todo = _OTHERS[sign]
    return ModelFileError(f"'{path}' is {what}", expected=_TAKEN, todo=todo)


def damaged(path: Path | str) -> ModelFileError:
    """Return the error for a file that cannot be read."""
    return ModelFileError(f"'{path}' is damaged, or not what it looks like", expected=_TAKEN, todo="Fetch it again")


def open_size(path: Path | str) -> SettingError:
    """Return the error for a network that takes pictures of any size."""
    came = f"The model in '{path}' takes pictures of any size"
    return SettingError(came, expected="the size that it was trained with", todo="Say it: --size 48")


def word(error: Exception) -> str:
    """Quote the beginning of what a library said, on one line."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split()) or type(error).__name__
    return text if len(text) <= 160 else f"{text[:160]} ..."
