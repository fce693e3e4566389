"""Model file + a picture -> answer. Needs ONNX Runtime and Pillow, never TensorFlow.

Examples
--------
>>> from mien import Predictor
>>> Predictor("no-such.onnx")
Traceback (most recent call last):
mien.core.errors.ModelFileError: There is no model file 'no-such.onnx'. Make one: mien run FOLDER.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import media
from mien.core.errors import MediaError, ModelFileError, SettingError
from mien.core.types import Answer, InputContract

if TYPE_CHECKING:
    from mien.core.types import Pixels, Probabilities

__all__ = ["Predictor", "model_file"]

MAX_MODEL_BYTES = 1 << 30
CHUNK = 32
KEYS = ("mien.contract", "mien.temperature", "mien.scores", "mien.card")  # what `mien.export` writes


class Predictor:
    """One model file, ready to answer.

    Parameters
    ----------
    path : path
        A ``.onnx`` file that Mien exported, or the folder of a run with one in it.
    threads : int
        Threads for one answer; 0 lets ONNX Runtime use every core.

    Raises
    ------
    ModelFileError
        If the file is missing, is no model, is damaged, or is newer than this Mien.
    """

    def __init__(self, path: Path | str, *, threads: int = 0) -> None:
        self._session = _open(model_file(path), threads)
        metadata = _metadata(Path(path), self._session)
        self.contract = InputContract.from_json(metadata["mien.contract"])
        self.card: str = metadata["mien.card"]
        self.scores: dict[str, Any] = _scores(path, metadata["mien.scores"])
        _check_shapes(path, self._session, self.contract)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in the order of the outputs."""
        return self.contract.labels

    def probabilities(self, pixels: Pixels) -> Probabilities:
        """Answer a batch that already has the contract's size.

        Parameters
        ----------
        pixels : uint8 [N, size, size, 3]
            RGB, 0..255.

        Returns
        -------
        float32 [N, classes]
            Rows sum to 1.

        Raises
        ------
        SettingError
            If dtype or shape do not fit.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != self.contract.shape:
            raise SettingError(
                f"An array came as {pixels.dtype} {list(pixels.shape)}",
                expected=f"uint8 [N, {', '.join(map(str, self.contract.shape))}], RGB",
                todo="Or give predict() the picture itself; it does the rest",
            )
        parts = [
            self._session.run(["probabilities"], {"pixels": pixels[start : start + CHUNK]})[0]
            for start in range(0, len(pixels), CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)), np.float32)

    def predict(self, picture: Path | str | bytes | Pixels, *, name: str | None = None) -> Answer:
        """Say what one picture looks like.

        Parameters
        ----------
        picture : path, bytes, or uint8 [H, W, 3]
            A file, a file's content, or RGB pixels of any size.
        name : str, optional
            What to call it in the answer; the path by default.

        Returns
        -------
        Answer
            Label and weight of each class.

        Raises
        ------
        MediaError
            If the picture cannot be read.
        """
        pixels = self._pixels(picture)
        weights = self.probabilities(pixels[None])[0]
        named = str(picture) if isinstance(picture, Path | str) else "-"
        return Answer(
            path=name or named,
            label=self.labels[int(weights.argmax())],
            probabilities={label: float(weight) for label, weight in zip(self.labels, weights, strict=True)},
        )

    def answers(self, pictures: list[tuple[str, Path | bytes]]) -> Iterator[Answer]:
        """Answer many inputs in order; one that cannot be read gets its sentence, the others their answers.

        Parameters
        ----------
        pictures : list of (name, path or bytes)
            The inputs.

        Yields
        ------
        Answer
            One an input, with ``error`` set where there is no answer.
        """
        for name, picture in pictures:
            try:
                yield self.predict(picture, name=name)
            except MediaError as error:
                yield Answer(path=name, error=str(error))

    def _pixels(self, picture: Path | str | bytes | Pixels) -> Pixels:
        if isinstance(picture, np.ndarray):
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
                raise SettingError(
                    f"An array came as {picture.dtype} {list(picture.shape)}", expected="uint8 [H, W, 3], RGB, 0..255"
                )
            return media.fit(picture, self.contract.size)
        data = picture if isinstance(picture, bytes) else media.read(str(picture))
        return media.decode(data, self.contract.size)


def model_file(path: Path | str) -> Path:
    """Accept the folder of a run where a model file is asked for.

    Parameters
    ----------
    path : path
        Either.

    Returns
    -------
    pathlib.Path
        The model file.
    """
    path = Path(path)
    return path / "model.onnx" if path.is_dir() else path


def _open(path: Path, threads: int) -> Any:  # noqa: ANN401 - onnxruntime has no types
    if not path.is_file():
        raise ModelFileError(f"There is no model file '{path}'", todo="Make one: mien run FOLDER")
    size = path.stat().st_size
    if not 0 < size <= MAX_MODEL_BYTES:
        raise ModelFileError(f"'{path}' has {size} bytes", expected="an .onnx file of at most 1 GiB")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # what it has to say comes back as an exception
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises a dozen unrelated classes for a bad file
        raise ModelFileError(
            f"'{path}' is not a model file, or it is damaged",
            expected="an .onnx file that Mien exported",
            todo="Export it anew: mien export RUN",
        ) from error


def _metadata(path: Path, session: Any) -> dict[str, str]:  # noqa: ANN401
    found: dict[str, str] = session.get_modelmeta().custom_metadata_map
    if "mien.contract" not in found:
        raise ModelFileError(f"'{path}' is an ONNX file, but not one that Mien exported", todo="See mien export")
    # They stand at the file's end, so a file that was cut off may load and lack the last of them.
    missing = [key for key in KEYS if key not in found]
    if missing:
        raise ModelFileError(f"'{path}' is damaged: {', '.join(missing)} is missing", todo="Export it anew")
    return found


def _scores(path: Path | str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ModelFileError(f"The scores in '{path}' are damaged", todo="Export it anew")
    return found


def _check_shapes(path: Path | str, session: Any, contract: InputContract) -> None:  # noqa: ANN401
    inputs = [(item.name, item.type, tuple(item.shape[1:])) for item in session.get_inputs()]
    outputs = [(item.name, tuple(item.shape[-1:])) for item in session.get_outputs()]
    expected = [("pixels", "tensor(uint8)", contract.shape)], [("probabilities", (len(contract.labels),))]
    if (inputs, outputs) != expected:
        raise ModelFileError(f"The graph in '{path}' does not fit the contract it carries", todo="Export it anew")
