"""The few nouns that stages exchange.

Nothing here imports a heavy library when loaded: a prediction uses
`InputContract` and `Answer` without paying for Polars.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from mien.core._predictions import PREDICTION_COLUMNS, Predictions
from mien.core._skipped import Skipped, skipped
from mien.core._tables import FINDING_COLUMNS, MANIFEST_COLUMNS, Findings, Manifest
from mien.core.answer import Answer, FaceAnswer
from mien.core.deprecated import renamed_argument, renamed_attribute
from mien.core.errors import ModelFileError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Singles = npt.NDArray[np.float32]
    Signatures = npt.NDArray[np.int8]
    Probabilities = npt.NDArray[np.float32]
    Targets = npt.NDArray[np.float32]
    Rows = Any  # array [N, *contract.shape], in the contract's dtype

__all__ = [
    "FINDING_COLUMNS",
    "INPUTS",
    "MANIFEST_COLUMNS",
    "PREDICTION_COLUMNS",
    "SEVERITIES",
    "SPLITS",
    "Answer",
    "Batches",
    "Estimator",
    "FaceAnswer",
    "Findings",
    "InputContract",
    "Manifest",
    "Predict",
    "Predictions",
    "Progress",
    "Skipped",
    "WeightedBatches",
    "silent",
    "skipped",
]

T = TypeVar("T")

SPLITS = ("train", "val", "test")
CONTRACT_FORMAT = 2  # 2: inputs and margin
BOTH_FORMAT = 3  # 3: inputs = both, which alone needs it
NEWEST_FORMAT = 4  # 4: a kind other than pictures, which alone needs it
PICTURE = "picture"
SOUND = "sound"
INPUTS = ("faces", "whole", "both")
# A model file says `crop`, and `face` for faces, as it has since format 2: so files stay the same to the byte, and an
# older Mien reads those of today.
_KEY_IN_FILE, _IN_FILE = "crop", {"faces": "face", "whole": "whole", "both": "both"}

SEVERITIES = ("error", "warning", "note")


class Progress(Protocol):
    """Wraps an iterable and shows how far it is, with the time left."""

    def __call__(self, items: Iterable[T], *, total: int, what: str) -> Iterable[T]:
        """Yield the same items in the same order; `what` is done, in lower case: ``"reading pictures"``."""


def silent(items: Iterable[T], *, total: int, what: str) -> Iterable[T]:
    """Show nothing and return `items`: the default of every stage."""
    return items


@dataclass(frozen=True)
class InputContract:
    """What a model eats. It travels inside the model file; serving reads nothing else.

    Parameters
    ----------
    labels : tuple of str
        The classes, in the order of the outputs.
    size : int
        Side of the square input, pixels; of another kind, what that says. Pictures come as uint8 ``[N, *shape]``, RGB,
        0..255.
    colour : str
        ``rgb``, or ``grey`` when the graph itself averages the colours away.
    kind : str
        What an input is, a name of `mien.kinds`: ``picture``.
    inputs : str
        ``whole``: a picture as it is, stretched to the square; ``faces``: a face cut out of it; ``both``: above, the
        face, or black where there is none, and below it the whole picture. Such a model answers from the upper half
        where that is not all black, else from the lower one.
    margin : float
        What is shown around a face beyond FER2013's frame, as a share of that frame's side (``faces.crop``).
    format : int
        Version of this contract; ``both`` makes it 3, a kind other than pictures 4.
    shape : tuple of int
        Of one input. Of a picture it follows from the rest: height, width, channels.
    dtype : str
        Of the numbers in it: ``uint8`` or ``float32``.
    """

    labels: tuple[str, ...]
    size: int
    colour: str = "rgb"
    kind: str = "picture"
    inputs: str = "whole"
    margin: float = 0.0
    format: int = CONTRACT_FORMAT
    shape: tuple[int, ...] = ()
    dtype: str = "uint8"

    crop = renamed_attribute("crop", "inputs", {"face": "faces"})

    def __post_init__(self) -> None:
        least = NEWEST_FORMAT if self.kind != PICTURE else BOTH_FORMAT if self.inputs == "both" else 1
        object.__setattr__(self, "format", max(self.format, least))
        if self.kind == PICTURE:
            height = 2 * self.size if self.inputs == "both" else self.size
            object.__setattr__(self, "shape", (height, self.size, 3))
            object.__setattr__(self, "dtype", "uint8")

    @property
    def tensor(self) -> str:
        """What a model file calls its input."""
        return "pixels" if self.kind == PICTURE else "rows"

    def deciding(self, pixels: Pixels) -> slice:
        """Say which lines of one input, RGB uint8 [*shape], the answer comes from: ``pixels[it]`` is a square."""
        below = self.inputs == "both" and not pixels[: self.size].any()
        return slice(self.size, 2 * self.size) if below else slice(0, self.size)

    def to_json(self) -> str:
        """Return the contract as JSON, keys sorted."""
        fields = dataclasses.asdict(self)
        inputs = fields.pop("inputs")
        fields[_KEY_IN_FILE] = _IN_FILE.get(inputs, inputs)
        return json.dumps(fields, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> InputContract:
        """Read what `to_json` wrote; a text that is no contract, or a newer one, is a `ModelFileError`."""
        try:
            fields = json.loads(text)
            version, kind = int(fields["format"]), str(fields["kind"])
            if version == 1:  # knew no faces
                fields = {_KEY_IN_FILE: "whole", "margin": 0.0, **fields}
            if kind == PICTURE:  # of pictures they follow from the rest
                fields = {**fields, "shape": (), "dtype": "uint8"}
            labels, shape = tuple(map(str, fields["labels"])), tuple(map(int, fields["shape"]))
            size, colour, dtype = int(fields["size"]), str(fields["colour"]), str(fields["dtype"])
            crop, margin = str(fields[_KEY_IN_FILE]), float(fields["margin"])
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise ModelFileError("The input contract in the model file is damaged", todo="Export it anew") from error
        newest = BOTH_FORMAT if kind == PICTURE else NEWEST_FORMAT
        if version > newest:
            expected, todo = f"format {newest} or older", "Install a newer Mien: pip install --upgrade mien"
            raise ModelFileError(f"The model file has format {version}", expected=expected, todo=todo)
        _check_kind(kind)
        fits = kind == PICTURE or (shape and min(shape) >= 1 and dtype in {"uint8", "float32"})
        if not fits or size < 1 or len(set(labels)) != len(labels) or len(labels) < 2:
            what = f"{size} px" if kind == PICTURE else f"{dtype} {list(shape)}"
            raise ModelFileError(f"The contract in the model file asks for {kind} of {what}, {len(labels)} classes")
        inputs = {word: name for name, word in _IN_FILE.items()}.get(crop)
        if inputs is None or not -0.4 <= margin <= 4:
            raise ModelFileError(f"The contract in the model file cuts pictures as '{crop}' with a margin of {margin}")
        return cls(labels, size, colour, kind, inputs, margin, version, shape, dtype)


InputContract.__init__ = renamed_argument("crop", "inputs", {"face": "faces"})(InputContract.__init__)  # type: ignore[method-assign]


def _check_kind(kind: str) -> None:
    """Refuse a kind that is not installed; for Mien's own nobody looks."""
    if kind in (PICTURE, SOUND):
        return
    from mien.core.registry import names

    known = sorted({PICTURE, SOUND, *names("mien.kinds")})
    if kind not in known:
        raise ModelFileError(
            f"The model file takes samples of the kind '{kind[:80]}', which is not installed here",
            expected=", ".join(known),
            todo="Install the package that brings this kind",
        )


class Batches(Protocol):
    """Batches of one side of the split, the same for every training framework."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in the order of their numbers."""

    @property
    def numbers(self) -> Integers:
        """The class of each sample, int64 ``[samples]``, in the order of the manifest: an epoch's, to measure."""

    @property
    def counts(self) -> Integers:
        """How many samples each class has, int64 ``[classes]``."""

    def __len__(self) -> int:
        """Return how many batches an epoch has."""

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[Any, Targets]]:
        """Yield one epoch from batch `start` on; those before it are neither read nor made.

        Order and augmentation follow from seed and epoch, from 0, alone. A batch is an array [B, *contract.shape], such
        as pixels in RGB, 0..255, and float32 [B, classes], the share of each class in the label; rows sum to 1. To
        measure, `numbers` are the labels; to train, batches are all of one size.
        """


@runtime_checkable
class WeightedBatches(Protocol):
    """Batches of samples that do not all count alike."""

    def weights(self, number: int, start: int = 0) -> Iterator[Singles] | None:
        """Yield how much each sample of each batch of `Batches.epoch` counts, float32 [B], 1 on average.

        None where all count alike.
        """


@runtime_checkable
class Estimator(Protocol):
    """A classifier that is fitted in one go, on features of the samples: what SVM and forest are to other stages."""

    def fit(self, training: Batches, *, progress: Progress) -> None:
        """Learn from the training side, in order, with `progress` over the batches."""

    def predict_on_batch(self, rows: Rows, /) -> Probabilities:
        """Answer, once fitted, rows [N, *contract.shape]: float32 [N, classes], each row summing to 1."""

    def to_onnx(self) -> bytes:
        """Return the whole classifier as an ONNX model.

        From the contract's ``tensor``, of pictures ``pixels``, uint8 ``[N, size, size, 3]``, to ``logs``, float32 ``[N,
        classes]``: whose softmax is the answer.
        """

    def load(self, path: Path) -> None:
        """Restore a fitted classifier from a file of what `to_onnx` returned; a `StorageError` where that fails."""


class Predict(Protocol):
    """A callable from inputs to probabilities: all that evaluation and explanation need of a model."""

    def __call__(self, rows: Rows, /) -> Probabilities:
        """Return probabilities, float32 [N, classes], each row summing to 1, of rows [N, *contract.shape].

        Of pictures the rows are uint8 [N, size, size, 3], RGB, 0..255.
        """
