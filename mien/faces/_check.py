"""Is it a face at all? A small net of Mien's own (bench/face_check.py), asked before a model for faces answers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.faces._crop import crop

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Pixels
    from mien.faces._face import Detector, Face

FILE = Path(__file__).with_name("check.onnx")
SIDE = 48  # pixels of the crops it is asked about
CHUNK = 64
OWN = ("haar", "yunet")  # detectors of people's faces; one that somebody else brings is taken at its word


def check_bytes() -> bytes:
    """Return the file of the face check, an ONNX net, for who runs it elsewhere.

    From ``pixels``, uint8 ``[N, S, S, 3]``, to ``face``, float32 ``[N]``, 0..1: a face from 0.5 on.
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
    edge = round(crops.shape[1] * max(margin, 0) / (1 + 2 * max(margin, 0)))
    inner = np.ascontiguousarray(crops[:, edge : crops.shape[1] - edge, edge : crops.shape[2] - edge])
    parts = (inner[start : start + CHUNK] for start in range(0, len(inner), CHUNK))
    found = [_session().run(["face"], {"pixels": part})[0] >= 0.5 for part in parts]
    return np.concatenate(found) if found else np.zeros(0, bool)


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
