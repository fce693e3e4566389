"""A model file, opened and checked before it answers anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from mien import kinds, media
from mien.core.calibration import Calibration
from mien.core.errors import MediaError, ModelFileError
from mien.core.onnx_metadata import LINEAGE_KEY, TERMS_KEY
from mien.core.prediction_sets import SetRule
from mien.core.terms import Terms
from mien.core.types import InputContract
from mien.core.validation_answers import VALIDATION_KEY, ValidationAnswers

MAX_MODEL_BYTES = 1 << 30
_LOOKED_AT = 8  # samples
KEYS = ("mien.contract", "mien.temperature", "mien.scores", "mien.card")  # what `mien.export` writes
_BOX = Path(__file__).parents[1] / "weights"
_OF_KIND = {kinds.PICTURE: "face", kinds.SOUND: "voice"}
_HEAD = 1 << 16  # bytes of a file by which it is told what it is


def in_the_box() -> tuple[str, ...]:
    """List the models that Mien brings along; a name stands for its file.

    Examples
    --------
    >>> in_the_box()
    ('face', 'face-int8', 'voice')
    """
    return tuple(sorted(path.stem for path in _BOX.glob("*.onnx")))


def box_model(samples: Iterable[Path | bytes | BinaryIO]) -> str:
    """Name the model in the box that takes some samples, files or their bytes, by what most of the first ones hold.

    Where they are of no kind that it has a model for, or cannot be read, it is that of faces.
    """
    heads = [head for sample in islice(samples, _LOOKED_AT) if (head := _head(sample)) is not None]
    return _OF_KIND[kinds.detect(heads, [*_OF_KIND]) or kinds.PICTURE]


def _head(sample: Path | bytes | BinaryIO) -> bytes | None:
    if isinstance(sample, bytes):
        return sample[:_HEAD]
    if not isinstance(sample, Path):
        head = sample.read(_HEAD)
        sample.seek(0)
        return head
    with suppress(MediaError), media.open_file(str(sample)) as file:
        return file.read(_HEAD)
    return None


def model_file(path: Path | str | None) -> Path:
    """Accept the folder of a run, or the name of a model in the box, where a model file is asked for.

    What lies under a name comes before the model of that name; None is the face model in the box.
    """
    if path is None:
        return _BOX / "face.onnx"
    path = Path(path)
    if not os.path.lexists(path) and str(path) in in_the_box():
        return _BOX / f"{path}.onnx"
    return path / "model.onnx" if os.path.isdir(path) else path  # noqa: PTH112 - too long a name is no error here


@dataclass(frozen=True)
class ModelFile:
    """A model file, open: its session goes from the contract's ``tensor`` to ``probabilities``.

    `card` is Markdown, `scores` say how good it was when it was made, `own_lineage` what the file itself says it has
    seen, empty where it does not say; `terms` what its use is bound to. `validation` is what it said of its validation
    samples, as `ValidationAnswers.from_text` reads it; empty in files of before.
    """

    session: Any
    contract: InputContract
    card: str
    scores: dict[str, Any]
    own_lineage: str
    path: Path
    terms: Terms = field(default_factory=Terms)
    validation: str = ""

    def answering(self, labels: tuple[str, ...], confidence: float) -> tuple[Calibration, SetRule]:
        """Say what makes answers with some of the classes honest, and which set goes with them."""
        if not self.validation:
            return Calibration(), SetRule(confidence)
        return _answering(self.validation, self.contract.labels, labels, confidence)

    @property
    def lineage(self) -> str:
        """What it has seen, for `core.lineage.Lineage.from_text`; empty where nobody says."""
        # The models in the box share a file of their own: visitors of a page need not fetch it with the model.
        beside = _BOX / f"{self.path.stem.removesuffix('-int8')}.lineage"
        if self.own_lineage or self.path.parent != _BOX or not beside.is_file():
            return self.own_lineage
        return beside.read_text("utf-8")


@lru_cache(maxsize=128)  # a server is asked the same again and again
def _answering(
    validation: str, known: tuple[str, ...], labels: tuple[str, ...], confidence: float
) -> tuple[Calibration, SetRule]:
    answers = ValidationAnswers.from_text(validation)
    if answers.labels != known:
        raise ModelFileError("The model's validation answers are of other classes", todo="Export it anew")
    if labels == known:
        return Calibration(), answers.rule(confidence)
    some, calibration = answers.restricted(labels)
    return calibration, some.rule(confidence)


def open_model(path: Path | str, threads: int) -> ModelFile:
    """Open a model file and check that it is whole; `threads` 0 lets ONNX Runtime use every core.

    A file that is missing, no model, damaged, or newer than this Mien is a `ModelFileError`.
    """
    session = _session(Path(path), threads)
    metadata = _metadata(path, session)
    contract = InputContract.from_json(metadata["mien.contract"])
    _check_shapes(path, session, contract)
    scores = _scores(path, metadata["mien.scores"])
    seen, terms = metadata.get(LINEAGE_KEY, ""), Terms.from_json(metadata.get(TERMS_KEY, ""))
    answers = metadata.get(VALIDATION_KEY, "")
    return ModelFile(session, contract, metadata["mien.card"], scores, seen, Path(path), terms, answers)


def _session(path: Path, threads: int) -> Any:  # noqa: ANN401 - onnxruntime has no types
    if not os.path.isfile(path):  # noqa: PTH113
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


def _metadata(path: Path | str, session: Any) -> dict[str, str]:  # noqa: ANN401
    metadata: dict[str, str] = session.get_modelmeta().custom_metadata_map
    if "mien.contract" not in metadata:
        todo = "Make one of it: mien export FILE --out mine.onnx"
        raise ModelFileError(f"'{path}' is an ONNX file, but not one that Mien exported", todo=todo)
    # They stand at the file's end, so a file that was cut off may load and lack the last of them.
    missing = [key for key in KEYS if key not in metadata]
    if missing:
        raise ModelFileError(f"'{path}' is damaged: {', '.join(missing)} is missing", todo="Export it anew")
    return metadata


def _scores(path: Path | str, text: str) -> dict[str, Any]:
    with suppress(ValueError):
        scores = json.loads(text)
        if isinstance(scores, dict):
            return scores
    raise ModelFileError(f"The scores in '{path}' are damaged", todo="Export it anew")


def _check_shapes(path: Path | str, session: Any, contract: InputContract) -> None:  # noqa: ANN401
    inputs = [(item.name, item.type, tuple(item.shape[1:])) for item in session.get_inputs()]
    outputs = [(item.name, tuple(item.shape[-1:])) for item in session.get_outputs()]
    kind = {"uint8": "tensor(uint8)", "float32": "tensor(float)"}[contract.dtype]
    expected = [(contract.tensor, kind, contract.shape)], [("probabilities", (len(contract.labels),))]
    if (inputs, outputs) != expected:
        raise ModelFileError(f"The graph in '{path}' does not fit the contract it carries", todo="Export it anew")
