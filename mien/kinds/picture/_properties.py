"""What can be measured of a face crop: skin tone, light, contrast, sharpness, size and turn, each with its error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien.kinds._property import Property

if TYPE_CHECKING:
    from mien.core.types import Floats, InputContract, Pixels
    from mien.faces import Face

# Cheeks and the bridge of the nose in FER2013's frame, as shares of the side: top, bottom, left, right.
_SKIN = ((0.52, 0.68, 0.20, 0.38), (0.52, 0.68, 0.62, 0.80), (0.42, 0.58, 0.44, 0.56))
_KEPT = (30, 85)  # percentiles of lightness of the skin that is kept: neither shadow nor shine
_GREY = 3.0  # chroma of the skin, CIELAB, below which a picture has no colour to tell a tone by
_ACROSS = 48  # pixels to which a face is reduced before its sharpness is measured
_NOSE = 0.6  # how far the tip of the nose lies before the eyes, in distances between them


def _each(rows: Pixels, one: Callable[[Pixels], float]) -> Floats:
    """Measure the square of each row, of those that show a face over the whole picture the face; black has nothing."""
    squares = (row[: row.shape[1]] for row in rows)
    return np.array([one(square) if square.any() else np.nan for square in squares], np.float64)


def _lab(row: Pixels) -> Floats:
    """Turn sRGB into CIELAB (D65), float32 [..., 3]: L* 0..100."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(row, np.uint8).astype(np.float32) / 255, cv2.COLOR_RGB2LAB))


def _tone(row: Pixels) -> float:
    side = len(row)
    lab = _lab(row)
    cuts = [tuple(round(side * end) for end in part) for part in _SKIN]
    skin = np.concatenate([lab[top:bottom, left:right].reshape(-1, 3) for top, bottom, left, right in cuts])
    low, high = np.percentile(skin[:, 0], _KEPT)
    light, red, yellow = np.median(skin[(skin[:, 0] >= low) & (skin[:, 0] <= high)], axis=0)
    if np.hypot(red, yellow) < _GREY:
        return np.nan
    return float(np.degrees(np.arctan2(light - 50, max(yellow, 1e-6))))


def _lightness(row: Pixels) -> float:
    return float(_lab(row)[..., 0].mean())


def _contrast(row: Pixels) -> float:
    return float(_lab(row)[..., 0].std())


def _sharpness(row: Pixels) -> float:
    grey = cv2.cvtColor(np.ascontiguousarray(row), cv2.COLOR_RGB2GRAY).astype(np.float32)
    small = cv2.resize(grey, (_ACROSS, _ACROSS), interpolation=cv2.INTER_AREA)
    fine = cv2.Laplacian(cv2.GaussianBlur(small, (0, 0), 0.7), cv2.CV_32F)
    return float(np.log10(max(fine.var(), 1e-3) / max(small.var(), 1e-3)))


def _size(faces: Sequence[Face]) -> Floats:
    return np.array([np.sqrt(face.area) for face in faces], np.float64)


def _turn(faces: Sequence[Face]) -> Floats:
    return np.array([_yaw(face) for face in faces], np.float64)


def _yaw(face: Face) -> float:
    if face.landmarks is None:
        return np.nan
    left, right, nose = face.landmarks[:3].astype(np.float64)
    across = right - left
    apart = float(across @ across)
    off = float((nose - (left + right) / 2) @ across) / apart if apart else np.nan
    return abs(float(np.degrees(np.arctan(off / _NOSE))))


SKIN_TONE = Property(
    "skin_tone",
    "degrees",
    "The individual typology angle (ITA) of cheeks and nose, which says how light skin looks in the picture; the light "
    "that falls on it counts too. Grey pictures have none.",
    "Chardon, Cretois and Hourseau 1991; classes as Del Bino and Bernerd 2013",
    "On 400 drawn faces off by 22 degrees on average; the class is right for 51 of 100, and at most one off for 84.",
    lambda rows: _each(rows, _tone),
    (-30.0, 10.0, 28.0, 41.0, 55.0),
    ("dark", "brown", "tan", "intermediate", "light", "very light"),
)
LIGHT = Property(
    "light",
    "L*, 0 to 100",
    "How light the picture is on average (CIELAB). Dark skin counts as darkness too.",
    "CIE 1976",
    "Drawn in other light, two of 400 faces come in the right order 79 times of 100, and 64 of 100 into the right "
    "third.",
    lambda rows: _each(rows, _lightness),
    (),
    ("darkest", "middle", "lightest"),
)
CONTRAST = Property(
    "contrast",
    "L*",
    "How far light and dark lie apart: the standard deviation of lightness.",
    "Peli 1990",
    "Drawn with other contrast, two of 400 faces come in the right order 73 times of 100, and 56 of 100 into the "
    "right third.",
    lambda rows: _each(rows, _contrast),
    (),
    ("flattest", "middle", "most contrast"),
)
SHARPNESS = Property(
    "sharpness",
    "log10",
    "How much of the picture's variation is fine detail: the variance of the Laplacian, at 48 pixels, beside that of "
    "the picture.",
    "Pech-Pacheco et al. 2000, divided by contrast",
    "Drawn with other blur, two of 400 faces come in the right order 84 times of 100, and 73 of 100 into the right "
    "third.",
    lambda rows: _each(rows, _sharpness),
    (),
    ("most blurred", "middle", "sharpest"),
)
SIZE = Property(
    "face_size",
    "pixels",
    "The side of the face that the detector found in the photo: the square root of its box.",
    "the detector's box",
    "As far off as the detector's box.",
    _size,
    (),
    ("smallest", "middle", "largest"),
    of_faces=True,
)
TURN = Property(
    "turn",
    "degrees",
    "How far the face is turned to a side: where the nose lies between the eyes.",
    "Gee and Cipolla 1994",
    "On 400 drawn faces off by 6.9 degrees on average; 66 of 100 are in the right third.",
    _turn,
    (),
    ("facing", "middle", "most turned"),
    of_faces=True,
)
_ANY, _CUT = (LIGHT, CONTRAST, SHARPNESS), (SIZE, TURN)


def properties(contract: InputContract) -> tuple[Property, ...]:
    """List what can be measured; of whole pictures nothing for which one must know where the face is."""
    return _ANY if contract.inputs == "whole" else (SKIN_TONE, *_ANY, *_CUT)
