"""A trained model, or several, become one ONNX file: calibration inside the graph, the contract in the metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.calibration import KEY as CALIBRATION_KEY
from mien.core.calibration import Calibration
from mien.core.errors import ModelFileError
from mien.core.files import writing
from mien.core.onnx_metadata import LINEAGE_KEY, TERMS_KEY
from mien.core.types import Estimator, InputContract
from mien.core.validation_answers import SETS_KEY, VALIDATION_KEY, ValidationAnswers
from mien.export._card import ModelInfo
from mien.export._keras import LEAST, from_keras

if TYPE_CHECKING:
    from mien.core.types import Probabilities

TOLERANCE = 1e-4  # largest difference in probability allowed between the trained model and the file, on golden batches
GOLDEN_BATCH = 8


def write(
    model: Any,  # noqa: ANN401 - a Keras model or an Estimator, or several
    contract: InputContract,
    path: Path | str,
    *,
    calibration: Calibration = Calibration(),  # noqa: B008 - frozen
    mirror: bool = False,
    info: ModelInfo = ModelInfo(),  # noqa: B008 - frozen
) -> Path:
    """Write the one model file, and prove that it answers as the trained model does.

    Parameters
    ----------
    model : keras.Model, Estimator, or a sequence of them
        ``[N, *contract.shape]`` in, of pictures uint8 ``[N, size, size, 3]``, probabilities ``[N, classes]`` out (they
        need not sum to one). Several answer with their mean.
    contract : InputContract
        What it eats; travels in the file.
    path : path
        The file, usually ``model.onnx``.
    calibration : Calibration
        From `evaluate.calibrate`: what the file makes of the models' mean probabilities.
    mirror : bool
        The file answers with the mean over a picture and its mirror image.
    info : ModelInfo
        What travels in the file for people and for `mien evaluate`.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ModelFileError
        If the file's answers differ from the model's by more than `TOLERANCE`.
    SettingError
        If Keras does not run on TensorFlow.
    StorageError
        If the file could not be written.
    """
    import onnx

    from mien.export._join import join

    members = model if isinstance(model, Sequence) else (model,)
    graph = join([_graph(member, contract) for member in members], contract, calibration, mirror=mirror)
    onnx.helper.set_model_props(
        graph,
        {
            "mien.contract": contract.to_json(),
            "mien.temperature": repr(calibration.temperature),  # for those who know no calibration by class
            CALIBRATION_KEY: json.dumps(calibration.to_dict()),
            "mien.scores": json.dumps(dict(info.scores), ensure_ascii=False),
            **({LINEAGE_KEY: info.lineage} if info.lineage else {}),
            **({TERMS_KEY: info.terms} if info.terms else {}),
            **_sets(info.validation),
            "mien.card": info.card,  # the last: a file that was cut off lacks it
        },
    )
    with writing(path) as beside:
        beside.write_bytes(graph.SerializeToString())
        _prove(beside, members, contract, calibration, mirror=mirror)
    return Path(path)


def _sets(known: ValidationAnswers | None) -> dict[str, str]:
    return {} if known is None else {SETS_KEY: known.sets_json(), VALIDATION_KEY: known.to_text()}


def needs_another_process(members: Sequence[Any]) -> bool:
    """Say whether these are networks and Keras is not on TensorFlow: then only a process of its own can export them."""
    if all(isinstance(member, Estimator) for member in members):
        return False
    import keras

    return bool(keras.backend.backend() != "tensorflow")


def _graph(member: Any, contract: InputContract) -> Any:  # noqa: ANN401 - onnx.ModelProto
    import onnx

    return onnx.load_from_string(member.to_onnx()) if isinstance(member, Estimator) else from_keras(member, contract)


def calibrated(answers: Sequence[np.ndarray], calibration: Calibration) -> Probabilities:
    """Do in NumPy what the file does: normalise each float [N, classes], take the mean, and calibrate it."""
    whole = [np.maximum(answer.astype(np.float64), LEAST) for answer in answers]
    mean = np.mean([answer / answer.sum(1, keepdims=True) for answer in whole], axis=0)
    return calibration.apply(np.maximum(mean, LEAST)).astype(np.float32)


def expected(members: Sequence[Any], batch: Any, calibration: Calibration, *, mirror: bool) -> Probabilities:  # noqa: ANN401
    """Ask the trained models for what their file must answer to [N, *contract.shape]: float32 [N, classes]."""
    seen = [batch, np.ascontiguousarray(batch[:, :, ::-1])] if mirror else [batch]
    said = [np.asarray(member.predict_on_batch(pixels)) for member in members for pixels in seen]
    return calibrated(said, calibration)


def _prove(
    path: Path, members: Sequence[Any], contract: InputContract, calibration: Calibration, *, mirror: bool
) -> None:
    import onnxruntime

    batch = golden(contract)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {contract.tensor: batch})
    check_alike(found, expected(members, batch, calibration, mirror=mirror), "The exported file")


def check_alike(found: Probabilities, wanted: Probabilities, what: str) -> None:
    """Refuse a file whose answers, float32 [N, classes], are not its model's."""
    difference = float(np.abs(found - wanted).max())
    if not difference <= TOLERANCE:
        came = f"{what} answers differently from the trained model, by up to {difference:.2g}"
        expected = f"at most {TOLERANCE}"
        raise ModelFileError(came, expected=expected, todo="Please report this, with recipe.toml; no file was written")


def golden(contract: InputContract) -> Any:  # noqa: ANN401 - an array
    """Make the eight samples that every file must answer as its model does.

    Of bytes ramps, a plain colour and noise, half of them without a face, where the contract takes both; of floats
    noise of several strengths, and nothing.
    """
    if contract.dtype != "uint8":
        strengths = np.array([0, 0.01, 0.1, 1, 1, 1, 10, 100]).reshape(-1, *[1] * len(contract.shape))
        drawn = np.random.default_rng(0).normal(size=(GOLDEN_BATCH, *contract.shape))
        return (strengths * drawn).astype(contract.dtype)
    if len(contract.shape) != 3:
        return np.random.default_rng(0).integers(0, 256, (GOLDEN_BATCH, *contract.shape), dtype=np.uint8)
    # Smooth pictures and noise: a resize or colour mix-up shows in one, a lost layer in the other.
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (GOLDEN_BATCH, *contract.shape), dtype=np.uint8)
    down, across = (np.linspace(0, 255, side, dtype=np.float64) for side in contract.shape[:2])
    noise[0] = np.broadcast_to(down[:, None, None], contract.shape).astype(np.uint8)
    noise[1] = np.broadcast_to(across[None, :, None], contract.shape).astype(np.uint8)
    noise[2] = [200, 60, 20]
    if contract.inputs == "both":
        noise[::2, : contract.size] = 0
    return noise
