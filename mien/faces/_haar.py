"""The Haar cascade (Viola & Jones 2001) that lies in OpenCV's package: what stands in where YuNet cannot be had."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from mien.faces._face import Face, inside, ordered, scaled

if TYPE_CHECKING:
    from mien.core.types import Pixels

FILE = "haarcascade_frontalface_default.xml"
SIDE = 480  # longest side it looks at, pixels; with 640 it took twice as long and found no more
SMALL = 320  # pixels: a smaller picture is enlarged to this, at most four times
STEP = 1.1  # from one size to the next
NEIGHBOURS = 6  # boxes that must agree; 3, as in OpenCV's sample, finds twice as many faces where there is none
LEAST = 24  # side of the smallest face that it knows, pixels


class Haar:
    """Finds faces that look at the camera, without their landmarks."""

    name = "haar"

    def __init__(self) -> None:
        import cv2

        path = Path(cv2.__file__).parent / "data" / FILE
        self._cascade = cv2.CascadeClassifier(str(path))
        self._one_at_a_time = threading.Lock()

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Find faces: see `Detector`."""
        import cv2

        height, width = pixels.shape[:2]
        side = max(height, width)
        scale = min(SIDE, max(side, min(SMALL, 4 * side))) / side
        small, (across, down) = scaled(pixels, scale)
        grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
        with self._one_at_a_time:
            boxes = self._cascade.detectMultiScale(grey, STEP, NEIGHBOURS, minSize=(LEAST, LEAST))
        found = [(x * across, y * down, w * across, h * down) for x, y, w, h in boxes]
        return ordered([Face(inside(box, height, width)) for box in found])
