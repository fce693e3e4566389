"""A face in a picture becomes a square as the nets know it: turned upright, framed as FER2013 frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.faces._face import Face

# Where YuNet sees eyes, nose and corners of the mouth in FER2013's pictures, as shares of the side: medians over 1,377
# of 1,500 pictures of Training, and their mirror images.
LANDMARKS = np.array([[0.316, 0.396], [0.684, 0.396], [0.5, 0.600], [0.350, 0.746], [0.650, 0.746]], np.float32)
# The same frame beside a box of the Haar cascade, which gives no landmarks: side, and centre, as shares of its height;
# medians over the photos in which both find a face.
BOX_SIDE, BOX_CENTRE = 1.11, 0.516


def crop(pixels: Pixels, face: Face, size: int, margin: float = 0.0) -> Pixels:
    """Cut a face out: uint8 [size, size, 3].

    With landmarks, the picture is turned, scaled and moved so that they come to lie where they lie in FER2013 (least
    squares: Umeyama 1991). Without, it is cut around the box. What lies outside the picture repeats its edge. `margin`:
    more than FER2013's frame on each side, as a share of its side; -0.4 to 4, else a `SettingError`.
    """
    if not -0.4 <= margin <= 4:
        raise SettingError(f"margin = {margin} is out of range", expected="-0.4 to 4")
    import cv2

    move = _move(face, margin) * size  # picture to square, float64 [2, 3]
    scale = float(np.hypot(move[0, 0], move[1, 0]))
    part, corner = _part(pixels, move, size)
    if scale < 0.5:  # a warp looks at 2 x 2 pixels; what is shrunk further is averaged first
        small = [max(1, round(side * scale * 2)) for side in part.shape[1::-1]]
        steps = np.array(part.shape[1::-1]) / small
        part = cv2.resize(part, small, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    else:
        steps = np.ones(2)
    # A pixel's centre lies half a pixel inside it, before and after.
    shift = move[:, :2] @ (corner + 0.5 * steps) + move[:, 2] - 0.5
    warp = np.column_stack([move[:, :2] * steps, shift])
    square = cv2.warpAffine(part, warp, (size, size), None, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    return square.astype(np.uint8, copy=False)


def _move(face: Face, margin: float) -> Any:  # noqa: ANN401 - float64 [2, 3]
    """Return the move from the picture to the unit square."""
    if face.landmarks is not None and np.ptp(face.landmarks, axis=0).min() > 1e-3:
        found = _similarity(face.landmarks.astype(np.float64), LANDMARKS.astype(np.float64))
    else:
        left, top, width, height = face.box
        scale = 1 / (BOX_SIDE * max(height, 1))
        middle = np.array([left + width / 2, top + BOX_CENTRE * height])
        found = np.column_stack([scale * np.eye(2), 0.5 - scale * middle])
    found[:, 2] += margin
    return found / (1 + 2 * margin)


def _similarity(source: Any, target: Any) -> Any:  # noqa: ANN401 - float64 [N, 2]
    """Fit turn, scale and shift without a mirror (Umeyama 1991), in closed form for the plane."""
    a, b = source - source.mean(0), target - target.mean(0)
    norm = (a**2).sum()
    cosine = (a * b).sum() / norm
    sine = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / norm
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, target.mean(0) - turn @ source.mean(0)])


def _part(pixels: Pixels, move: Any, size: int) -> tuple[Pixels, Any]:  # noqa: ANN401 - float64 [2]
    """Cut the part of the picture that the square shows, with a little around it; OpenCV warps no side over 32,766."""
    back = np.linalg.inv(move[:, :2])
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]], np.float64)
    places = (corners - move[:, 2]) @ back.T
    around = 2 * np.abs(back).sum()
    height, width = pixels.shape[:2]
    left, top = np.clip(np.floor(places.min(0) - around), 0, [width - 1, height - 1]).astype(int)
    right, bottom = np.clip(np.ceil(places.max(0) + around), [left + 1, top + 1], [width, height]).astype(int)
    return np.ascontiguousarray(pixels[top:bottom, left:right]), np.array([left, top], np.float64)
