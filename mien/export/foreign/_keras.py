"""A Keras file becomes an ONNX graph: looked through, repaired where Keras 2 wrote it, loaded without running code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.backends import convert, hushed, import_keras, require_tensorflow
from mien.core.errors import MienError, ModelFileError
from mien.export.foreign._form import damaged, members, open_size, word
from mien.export.foreign._hdf5 import check_hdf5, config_of, errors, opened
from mien.export.foreign._layers import Facts, check_config, read_config
from mien.export.foreign._repairs import repair
from mien.export.foreign._unpack import extract

if TYPE_CHECKING:
    import keras

Read = tuple[Any, Facts, Callable[[Any], Any]]
"""An ``onnx.ModelProto``, what the file says, and the network itself: from float32 [N, ...] to [N, outputs]."""

INPUT, OUTPUT = "foreign_input", "foreign_output"
_PARTS = ("config.json", "metadata.json", "model.weights.h5")
_TODO = "Load it with the version of Keras that saved it, and save it as .keras or .onnx"


def from_keras_file(path: Path, folder: Path, size: int | None) -> Read:
    """Read a ``.keras`` or HDF5 file of one input and one output: its ONNX graph, what its layers say, and itself.

    A copy of ours in `folder` is what Keras reads: with the description that was walked, and nothing else that the file
    held. `size` is the side of the picture where the network leaves it open. Damaged files, layers that are not plain,
    and networks that are not of this shape are a `ModelFileError`.
    """
    copy, facts = (_checked_zip if zipfile.is_zipfile(path) else _checked_hdf5)(path, folder)
    import_keras()
    require_tensorflow("Set KERAS_BACKEND=tensorflow")
    model = _sized(_loaded(copy, path), size, path)
    try:
        with hushed():
            made = convert(model, lambda rows: model(rows, training=False), OUTPUT, INPUT)
    except Exception as error:  # tf2onnx and TensorFlow raise many unrelated classes
        raise ModelFileError(f"The network in '{path}' cannot become ONNX: {word(error)}", todo=_TODO) from error
    return made, facts, lambda rows: model(rows, training=False)


def _checked_zip(path: Path, folder: Path) -> tuple[Path, Facts]:
    extra = sorted(name for name in members(path) if name not in _PARTS and not name.endswith("/"))
    if extra:
        raise ModelFileError(f"'{path}' holds '{extra[0]}' beside its network", expected=", ".join(_PARTS))
    places = {name: folder / "keras" / name for name in _PARTS if name in members(path)}
    extract(path, places)
    weights = folder / "keras" / _PARTS[2]
    with opened(weights) as file:
        _looked_through(file, path)
    version = _version(folder / "keras" / _PARTS[1])
    config, facts = _described((folder / "keras" / _PARTS[0]).read_bytes(), path, version)
    copy = folder / "checked.keras"
    with zipfile.ZipFile(copy, "w") as made:
        made.writestr(_PARTS[0], json.dumps(config))
        made.writestr(_PARTS[1], json.dumps({"keras_version": version}))
        made.write(weights, _PARTS[2])
    return copy, facts


def _version(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["keras_version"])[:40]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _checked_hdf5(path: Path, folder: Path) -> tuple[Path, Facts]:
    copy = folder / "checked.h5"
    with opened(path) as file:
        _looked_through(file, path)
        try:
            version, text = file.attrs.get("keras_version", ""), config_of(file, path)
            version = version.decode("ascii", "replace") if isinstance(version, bytes) else str(version)
            config, facts = _described(text, path, version)
            if "model_weights" not in file:
                raise damaged(path)
            _copied(file, copy, config, version)
        except errors() as error:
            raise damaged(path) from error
    return copy, facts


def _copied(file: Any, copy: Path, config: dict[str, Any], version: str) -> None:  # noqa: ANN401 - h5py.File
    import h5py

    with h5py.File(copy, "w") as made:
        file.copy("model_weights", made)
        made.attrs["model_config"], made.attrs["keras_version"] = json.dumps(config), version
        made.attrs["backend"] = "tensorflow"


def _looked_through(file: Any, path: Path) -> None:  # noqa: ANN401 - h5py.File
    try:
        check_hdf5(file, path)
    except errors() as error:
        raise damaged(path) from error


def _described(text: bytes | str, path: Path, version: str) -> tuple[dict[str, Any], Facts]:
    config = read_config(text, str(path))
    facts = check_config(config, str(path))
    return config if version.startswith("3.") else repair(config), replace(facts, maker=f"Keras {version}".strip())


def _loaded(copy: Path, path: Path) -> keras.Model:
    import keras

    try:
        with hushed():
            # Once without memory for a single weight: a description of more than the file holds fails here, by shape.
            with keras.StatelessScope(initialize_variables=False):
                keras.saving.load_model(copy, compile=False, safe_mode=True)
            model = keras.saving.load_model(copy, compile=False, safe_mode=True)
    except MienError:
        raise
    except Exception as error:  # Keras raises whatever its layers raise
        raise ModelFileError(f"Keras cannot load '{path}': {word(error)}", todo=_TODO) from error
    return model


def _sized(model: keras.Model, size: int | None, path: Path) -> keras.Model:
    """Refuse what is not one picture in, scores out, and fix the size of the input where the network leaves it open."""
    import keras

    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if len(inputs) != 1 or len(outputs) != 1:
        came = f"The network in '{path}' has {len(inputs)} inputs and {len(outputs)} outputs"
        raise ModelFileError(came, expected="one picture in, one row of scores out")
    shape = list(inputs[0].shape)
    if len(shape) != 4 or None not in shape[1:]:
        return model
    if size is None:
        raise open_size(path)
    last = shape[3] is not None
    fixed = (size, size, shape[3]) if last else (shape[1], size, size)
    given = keras.Input(fixed, dtype=inputs[0].dtype)
    return keras.Model(given, model(given))
