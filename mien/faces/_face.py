"""What a detector says of a face, and what a detector is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mien.core.deprecated import renamed_argument, renamed_attribute

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mien.core.types import Pixels

LEAST = 16  # pixels: a smaller face has no expression left to read
MOST_ENLARGED = 4  # times: a small picture is not blown up without end


@dataclass(frozen=True)
class Face:
    """A face in a picture.

    Parameters
    ----------
    box : tuple of int
        Left, top, width, height, pixels, inside the picture.
    score : float
        How sure the detector is, 0..1; 1 where it does not say.
    landmarks : float32 [5, 2], optional
        x and y, pixels, of the eye on the picture's left, the eye on its right, the tip of the nose, and the left and
        the right corner of the mouth. They may lie outside the picture.
    """

    box: tuple[int, int, int, int]
    score: float = 1.0
    landmarks: npt.NDArray[np.float32] | None = field(default=None, compare=False)

    points = renamed_attribute("points", "landmarks")

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.box[2] * self.box[3]


Face.__init__ = renamed_argument("points", "landmarks")(Face.__init__)  # type: ignore[method-assign]


class Detector(Protocol):
    """Finds faces."""

    @property
    def name(self) -> str:
        """What it is called in answers."""
        ...

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Find the faces of a picture.

        Parameters
        ----------
        pixels : uint8 [H, W, 3]
            RGB, 0..255, of any size.

        Returns
        -------
        tuple of Face
            Largest first; none smaller than 16 px.
        """
        ...


def first_look(pixels: Pixels, sides: Sequence[int], look: Callable[[Pixels, float], list[Face]]) -> tuple[Face, ...]:
    """Look at a picture by one longest side after the other, pixels, until there is a face: `Detector.find`'s answer.

    `look` is given the picture and how much larger it shall see it.
    """
    longest = max(pixels.shape[:2])
    for side in dict.fromkeys(min(side, MOST_ENLARGED * longest) for side in sides):
        if faces := ordered(look(pixels, side / longest)):
            return faces
    return ()


def scaled(pixels: Pixels, scale: float) -> tuple[Pixels, tuple[float, float]]:
    """Resize a picture, uint8 [H, W, 3], for a detector; when shrunk, each new pixel is the mean of those it covers.

    Returns also how many of the picture's pixels one of its pixels is wide and high.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = np.asarray(cv2.resize(pixels, small, interpolation=how), np.uint8)
    return resized, (width / small[0], height / small[1])


def inside(box: tuple[float, float, float, float], height: int, width: int) -> tuple[int, int, int, int]:
    """Cut a box off at the edges of the picture. All are pixels; no width or height where nothing is left."""
    left, top = max(0, round(box[0])), max(0, round(box[1]))
    right, bottom = min(width, round(box[0] + box[2])), min(height, round(box[1] + box[3]))
    return left, top, max(0, right - left), max(0, bottom - top)


def ordered(faces: list[Face]) -> tuple[Face, ...]:
    """Sort faces, largest first, then from the top and from the left, and leave out what is too small to read."""
    readable = [face for face in faces if min(face.box[2:]) >= LEAST]
    return tuple(sorted(readable, key=lambda face: (-face.area, face.box[1], face.box[0])))
