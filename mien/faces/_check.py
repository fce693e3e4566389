"""Is it a face at all? A small net of Mien's own (bench/face_check.py), asked before a model for faces answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.faces._crop import crop
from mien.faces._doubts import doubts_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Pixels
    from mien.faces._face import Detector, Face

FILE = Path(__file__).with_name("check.onnx")
SIDE = 48  # pixels of the crops it is asked about
CHUNK = 64
OWN = ("fcos", "yunet")  # detectors of people's faces; one that somebody else brings is taken at its word


def check_bytes() -> bytes:
    """Return the file of the face check, an ONNX net, for who runs it elsewhere.

    From ``pixels``, uint8 ``[N, S, S, 3]``, to ``face``, float32 ``[N]``, 0..1: a face from 0.5 on; and to ``quality``,
    float32 ``[N, 4]``: how light, its contrast, how much of that is fine detail, and over 0 that the mouth is covered.
    """
    return FILE.read_bytes()


def look_like_faces(crops: Pixels, margin: float = 0.0) -> npt.NDArray[np.bool_]:
    """Say which face crops look like faces, however they are lit: by their grey alone.

    Parameters
    ----------
    crops : uint8 [N, S, S, 3]
        RGB, framed as `crop` frames faces.
    margin : float
        With what margin they were cut, as `crop` takes it.

    Returns
    -------
    bool [N]
        False where it is hardly one.

    Examples
    --------
    >>> look_like_faces(np.full((1, 48, 48, 3), 128, np.uint8))
    array([False])
    """
    return np.concatenate([np.zeros(0, bool), *(one >= 0.5 for one in _asked("face", crops, margin))])


def doubts(crops: Pixels, margin: float = 0.0, found: Sequence[Face] | None = None) -> list[tuple[str, ...]]:
    """Say what forbids to be sure of face crops: that one is ``dark``, ``faint``, ``small``, ``blurred``, ``covered``.

    Parameters
    ----------
    crops : uint8 [N, S, S, 3]
        RGB, as for `look_like_faces`.
    margin : float
        With what margin they were cut.
    found : sequence of N Face, optional
        The faces that they were cut of, by whose size in the photo it is told whether one is small.

    Returns
    -------
    list of tuple of str
        N; empty where nothing does.
    """
    return doubts_of(np.concatenate([np.zeros((0, 4)), *_asked("quality", crops, margin)]), found)


def _asked(output: str, crops: Pixels, margin: float) -> Iterator[Any]:
    """Ask the net about crops without their margin, some at a time."""
    edge = round(crops.shape[1] * max(margin, 0) / (1 + 2 * max(margin, 0)))
    inner = np.ascontiguousarray(crops[:, edge : crops.shape[1] - edge, edge : crops.shape[2] - edge])
    for start in range(0, len(inner), CHUNK):
        yield _session().run([output], {"pixels": inner[start : start + CHUNK]})[0]


def checked(detector: Detector) -> Detector:
    """Leave out of what a detector of Mien's own finds what does not look like a face."""
    return _Checked(detector) if detector.name in OWN else detector


class _Checked:
    """A detector whose faces are looked at once more."""

    def __init__(self, detector: Detector) -> None:
        self.name, self._detector = detector.name, detector

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Find faces: see `Detector`."""
        found = self._detector.find(pixels)
        if not found:
            return found
        kept = look_like_faces(np.stack([crop(pixels, face, SIDE) for face in found]))
        return tuple(face for face, keep in zip(found, kept, strict=True) if keep)


@lru_cache(maxsize=1)
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # it takes a fraction of a millisecond
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(FILE), options, providers=["CPUExecutionProvider"])
