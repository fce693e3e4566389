"""From a path to a graph: each form by its own reader, and a converted network held to what it was converted from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mien.core.errors import MissingPartError, ModelFileError
from mien.export.foreign._form import HDF5, KERAS, ONNX, SAVED_MODEL, ZIP, form_of
from mien.export.foreign._keras import from_keras_file
from mien.export.foreign._layers import Facts
from mien.export.foreign._net import check_converted
from mien.export.foreign._onnx import from_onnx_file
from mien.export.foreign._saved_model import from_saved_model
from mien.export.foreign._unpack import unpack


def settled(path: Path, folder: Path) -> tuple[Path, str]:
    """Return the model itself, and its form: out of a zip or a folder, put into `folder`, where that is what came."""
    form = form_of(path)
    if form == ZIP:
        path = unpack(path, folder)
        form = form_of(path)
    if form is None or form == ZIP:
        came = f"'{path}' is a model file of Mien's already, or none at all"
        raise ModelFileError(came, expected="a Keras, SavedModel or ONNX model of another maker")
    return path, form


def needs_tensorflow(form: str) -> bool:
    """Say whether a form is read by TensorFlow alone."""
    return form in (KERAS, HDF5, SAVED_MODEL)


def read_graph(path: Path, form: str, folder: Path, size: int | None) -> tuple[Any, Facts]:
    """Read a model into a graph, without running anything that its file holds.

    Parameters
    ----------
    path : path
        The model itself, as `settled` returns it.
    form : str
        Its form, from the same.
    folder : path
        For what is copied on the way.
    size : int or None
        Side of the picture, pixels, where the model leaves it open.

    Returns
    -------
    tuple of onnx.ModelProto and Facts
        The graph, in operations of version 13 or later, and what the file says of it.

    Raises
    ------
    ModelFileError
        If it is damaged, holds more than arithmetic, has no such graph, or does not score as its graph does.
    SettingError
        If nobody says a size that is open.
    MissingPartError
        If a library that reads it is not installed.
    """
    try:
        if form == ONNX:
            return from_onnx_file(path)
        graph, facts, ask = from_saved_model(path, size) if form == SAVED_MODEL else from_keras_file(path, folder, size)
    except ModuleNotFoundError as error:
        came = f"A model that Mien did not make needs {error.name}"
        raise MissingPartError(came, todo="Install it: pip install 'mien[train]'") from error
    check_converted(path, graph, ask)
    return graph, facts
