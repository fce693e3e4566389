"""YuNet (Wu, Peng & Yu 2023): a small net that finds faces, and five landmarks of each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.faces._face import Face, first_look, inside, scaled
from mien.faces._fetch import yunet_file

if TYPE_CHECKING:
    from mien.core.types import Pixels

SCORE = 0.7  # OpenCV's sample asks for 0.9, which loses faces that are turned or lit from one side
OVERLAP = 0.3  # of two boxes, above which the weaker one goes
SIDES = (480, 1280, 240)  # longest side it looks at, one after the other until a face is found
BORDER = 0.1  # of the picture, added around it: a face that fills the picture or is cut by its edge is found too
MOST = 500  # faces in a picture


class YuNet:
    """Finds faces with YuNet, through OpenCV."""

    name = "yunet"

    def __init__(self) -> None:
        self._file = str(yunet_file())
        self._mine = threading.local()  # a FaceDetectorYN keeps the size of its last picture

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Find faces: see `Detector`."""
        return first_look(pixels, SIDES, self._look)

    def _look(self, pixels: Pixels, scale: float) -> list[Face]:
        import cv2

        height, width = pixels.shape[:2]
        small, steps = scaled(pixels, scale)
        seen = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
        edge = max(8, round(BORDER * max(small.shape[:2])))
        seen = cv2.copyMakeBorder(seen, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        net = self._net()
        net.setInputSize(seen.shape[1::-1])
        rows = net.detect(seen)[1]
        if rows is None:
            return []
        whole = rows[np.isfinite(rows).all(1)]  # a side that it reckons by exp() may know no bounds
        return [_face(row, edge, np.array(steps, np.float32), (height, width)) for row in whole]

    def _net(self) -> Any:  # noqa: ANN401 - cv2.FaceDetectorYN
        if not hasattr(self._mine, "net"):
            import cv2

            self._mine.net = cv2.FaceDetectorYN.create(self._file, "", (320, 320), SCORE, OVERLAP, MOST)
        return self._mine.net


def _face(row: Any, edge: int, steps: Any, shape: tuple[int, int]) -> Face:  # noqa: ANN401 - float32 [15], [2]
    pairs = row[:14].reshape(7, 2).copy()  # corner, size, five landmarks
    pairs[[0, 2, 3, 4, 5, 6]] -= edge
    pairs *= steps
    left, top, width, height = (float(value) for value in pairs[:2].ravel())
    return Face(inside((left, top, width, height), *shape), float(np.clip(row[14], 0, 1)), pairs[2:])
