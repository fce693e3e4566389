"""A trained network, or several, become a LiteRT file (``.tflite``) for Android and iOS."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.backends import hushed, require_tensorflow, unrolled
from mien.core.calibration import KEY as CALIBRATION_KEY
from mien.core.calibration import Calibration
from mien.core.errors import MissingPartError, ModelFileError, SettingError
from mien.core.files import writing
from mien.core.onnx_metadata import TERMS_KEY
from mien.core.types import Estimator, InputContract
from mien.core.validation_answers import SETS_KEY
from mien.export._interpreter import read_litert
from mien.export._keras import LEAST, logarithms
from mien.export._onnx import TOLERANCE, check_alike, expected, golden
from mien.export._tflite import attach, finish, kept_exact, unknown_operations

if TYPE_CHECKING:
    from mien.core.types import Rows

SAMPLES = 512  # at most, to find the ranges of what flows between the layers


def write_litert(
    model: Any,  # noqa: ANN401 - a Keras model, or several
    source: Path | str,
    path: Path | str,
    *,
    mirror: bool = False,
    samples: Iterable[Rows] | None = None,
) -> Path:
    """Write a LiteRT file that answers as a model file does, and prove it.

    Scaling, grey, the mean over mirror images and members, and the calibration are inside the graph. A zip at the end
    of the file holds ``labels.txt``, ``contract.json``, ``card.md``, ``scores.json`` and, where the model file has
    them, ``sets.json``, the thresholds of prediction sets, where TensorFlow Lite's metadata says that they are.

    Parameters
    ----------
    model : keras.Model, or a sequence of them
        Trained: what the model file was made of.
    source : path
        That model file, from `write`; its contract, calibration, card and scores travel on.
    path : path
        The new file, usually ``model.tflite``: one sample in, ``[1, *contract.shape]`` under the name that it has in
        the model file, such as uint8 ``pixels`` ``[1, size, size, 3]``; float32 ``probabilities`` ``[1, classes]`` out.
    mirror : bool
        As for `write`.
    samples : iterable of arrays [N, *contract.shape], optional
        A few hundred, such as the model will be given. With them the file computes in 8 bits: the ranges of what flows
        are taken from the first `SAMPLES` of them. Without them it computes in float32.

    Returns
    -------
    pathlib.Path
        The new file.

    Raises
    ------
    ModelFileError
        If the source is no model file, the network holds an operation that LiteRT does not know, or the file's answers
        differ from the model's by more than `TOLERANCE` (in float32; 8 bits are measured, not proven).
    SettingError
        If a model is no network, no sample came, or Keras does not run on TensorFlow.
    MissingPartError
        If a library is not installed.
    StorageError
        If the file could not be written.
    """
    members = list(model) if isinstance(model, Sequence) else [model]
    if any(isinstance(member, Estimator) for member in members):
        raise SettingError("This model is no network", expected="a network, for LiteRT", todo="Use its .onnx file")
    require_tensorflow("Export with KERAS_BACKEND=tensorflow: mien export RUN --to litert")
    inside = _metadata(source)
    contract, calibration = InputContract.from_json(inside["mien.contract"]), Calibration.of_metadata(inside)
    ranges = None if samples is None else _some(samples)
    data = _converted(_answering(members, calibration, mirror=mirror), members, contract, ranges)
    unknown = unknown_operations(data)
    if unknown:
        raise _unknown(", ".join(unknown))
    with writing(path) as beside:
        beside.write_bytes(finish(data, contract, inside["mien.card"]))
        attach(beside, _files(contract, inside))
        exact = expected(members, golden(contract), calibration, mirror=mirror) if ranges is None else None
        _prove(beside, contract, exact)
    return Path(path)


def _metadata(source: Path | str) -> dict[str, str]:
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise MissingPartError("LiteRT needs onnx", todo="Install it: pip install 'mien[train]'") from error
    try:
        props = onnx.load(str(source)).metadata_props
        found = {item.key: item.value for item in props}
        needed = {key: found[key] for key in ("mien.contract", "mien.temperature", "mien.scores", "mien.card")}
        return needed | {key: found[key] for key in (CALIBRATION_KEY, SETS_KEY, TERMS_KEY) if key in found}
    except Exception as error:  # protobuf's and onnx's own kinds
        raise ModelFileError(f"'{source}' is not a model file, or it is damaged", todo="Export it anew") from error


def _files(contract: InputContract, inside: dict[str, str]) -> dict[str, str]:
    labels = "".join(" ".join(label.split()) + "\n" for label in contract.labels)
    scores = json.dumps(json.loads(inside["mien.scores"]), ensure_ascii=False, indent=1)
    described = {"contract.json": contract.to_json(), "card.md": inside["mien.card"], "scores.json": scores}
    others = {"sets.json": SETS_KEY, "terms.json": TERMS_KEY}
    return {"labels.txt": labels, **described, **{name: inside[key] for name, key in others.items() if key in inside}}


def _some(samples: Iterable[Rows]) -> Rows:
    chosen: list[Any] = []
    for batch in samples:
        chosen.extend(batch[: SAMPLES - len(chosen)])
        if len(chosen) >= SAMPLES:
            break
    if not chosen:
        raise SettingError("No sample came to find the ranges from", expected="a few hundred, for 8 bits")
    return np.stack(chosen)


def _answering(members: Sequence[Any], calibration: Calibration, *, mirror: bool) -> Callable[[Any], Any]:
    """Return all that the file does, in TensorFlow operations: from one sample to float32 [1, classes]."""
    import tensorflow as tf

    each = [logarithms(member) for member in members]

    def answer(rows: Any) -> Any:  # noqa: ANN401 - tensors
        seen = tf.concat([rows, tf.reverse(rows, [2])], 0) if mirror else rows  # [2, S, S, 3] or [1, *shape]
        mean = sum(_shares(logs(seen)) for logs in each) / float(len(each))
        if mirror:
            mean = tf.reduce_mean(mean, 0, keepdims=True)
        scaled = tf.math.log(tf.maximum(mean, LEAST)) * np.array(calibration.scale, np.float32)
        return tf.nn.softmax(
            scaled + np.array(calibration.bias, np.float32) if calibration.bias else scaled, -1
        )  # [1, classes]

    return answer


def _shares(logs: Any) -> Any:  # noqa: ANN401
    """Do what softmax does, which in the middle of a file in 8 bits would round to steps of 1/256 all the same."""
    import tensorflow as tf

    powers = tf.exp(logs - tf.reduce_max(logs, -1, keepdims=True))
    return powers / tf.reduce_sum(powers, -1, keepdims=True)


def _converted(
    answer: Callable[[Any], Any], members: Sequence[Any], contract: InputContract, ranges: Rows | None
) -> bytes:
    import tensorflow as tf

    for member in members:  # traced once, or the converter finds no variables
        member(np.zeros((1, *contract.shape), contract.dtype), training=False)
    module = tf.Module()
    module.kept = [variable.value for member in members for variable in member.variables]
    signature = [tf.TensorSpec((1, *contract.shape), contract.dtype, name=contract.tensor)]
    module.answer = tf.function(
        lambda rows: {"probabilities": answer(rows)}, input_signature=signature, autograph=False
    )
    with unrolled(), _converting():  # LiteRT has no loop among its own operations
        converter = tf.lite.TFLiteConverter.from_concrete_functions([module.answer.get_concrete_function()], module)
        if ranges is None:
            return bytes(converter.convert())
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([row[None]] for row in ranges)
        # The one public door to a quantisation that leaves some steps as they are.
        debugger = tf.lite.experimental.QuantizationDebugger(converter=converter)
        exact = kept_exact(debugger.calibrated_model)
        debugger.options = tf.lite.experimental.QuantizationDebugOptions(
            denylisted_nodes=exact,
            denylisted_ops=["SPLIT", "UNPACK"],  # with several outputs, they have no name to be left out by
        )
        return bytes(debugger.get_nondebug_quantized_model())


@contextmanager
def _converting() -> Iterator[None]:
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # of code that it generates, in the system's folder for temporary files
    try:
        # It warns of input statistics that a calibration replaces, and that tf.lite moves to ai-edge-litert.
        with hushed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        if type(error).__name__ != "ConverterError":  # TensorFlow does not document where it is
            raise
        raise _unknown(next((line for line in str(error).splitlines() if line.strip()), "no word")) from error
    finally:
        sys.dont_write_bytecode = before


def _unknown(what: str) -> ModelFileError:
    came = f"The network holds what LiteRT has no operation for: {what}"
    return ModelFileError(came, todo="Use its .onnx file; no file was written")


def _prove(path: Path, contract: InputContract, wanted: np.ndarray | None) -> None:
    found = read_litert(path).probabilities(golden(contract))
    if wanted is None:
        sums = float(np.abs(found.sum(1) - 1).max())
        if not sums <= TOLERANCE:
            came = "The answers in 8 bits are no probabilities"
            raise ModelFileError(came, todo="Please report this, with recipe.toml")
        return
    check_alike(found, wanted, "The LiteRT file")
