"""fcos: Mien's own net that finds faces, and five landmarks of each (bench/finder_fit.py); its file lies in the box."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.faces._face import Face, first_look, inside, scaled

if TYPE_CHECKING:
    from mien.core.types import Pixels

FILE = Path(__file__).with_name("fcos.onnx")
SIDES = (640, 1280)  # longest side it looks at, one after the other until a face is found


class FCOS:
    """Finds faces with a net of Mien's own, which also leaves out the weaker of two boxes that overlap."""

    name = "fcos"

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Find faces: see `Detector`."""
        return first_look(pixels, SIDES, _look)


def fcos_bytes() -> bytes:
    """Return the file of the detector ``fcos``, an ONNX net, for who runs it elsewhere.

    From ``pixels``, uint8 ``[H, W, 3]``, RGB, to ``scores``, float32 ``[N]``, 0..1, the surest first; ``boxes``,
    float32 ``[N, 4]``, left, top, width, height; and ``landmarks``, float32 ``[N, 5, 2]``, x and y, as in `Face`; in
    pixels. ``least``, float32 ``[1]``, may be given beside: the score from which on it is a face.
    """
    return FILE.read_bytes()


def _look(pixels: Pixels, scale: float) -> list[Face]:
    small, steps = scaled(pixels, scale)
    given = {"pixels": np.ascontiguousarray(small)}
    scores, boxes, landmarks = _session().run(["scores", "boxes", "landmarks"], given)
    boxes, landmarks = boxes * np.array([*steps, *steps], np.float32), landmarks * np.array(steps, np.float32)
    found = zip(scores, boxes.tolist(), landmarks, strict=True)
    return [Face(inside(tuple(box), *pixels.shape[:2]), float(score), five) for score, box, five in found]


@lru_cache(maxsize=1)
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # photos are looked at side by side
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(FILE), options, providers=["CPUExecutionProvider"])
