"""Nine ways in which a copy of a picture differs from it, each at three strengths (0, 1, 2) and in between."""

from __future__ import annotations

import cv2
import numpy as np

STRENGTHS = (0, 1, 2)


def changed(picture: np.ndarray, kind: str, strength: float, draw: np.random.Generator) -> np.ndarray:
    """Return a copy, uint8 [H, W, 3], that was changed and saved as a JPEG."""
    return KINDS[kind](picture, strength, draw)


def _between(strength: float, *values: float) -> float:
    return float(np.interp(strength, STRENGTHS, values))


def _saved(picture: np.ndarray, quality: float) -> np.ndarray:
    data = cv2.imencode(".jpg", np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, round(quality)])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def _resaved(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    return _saved(picture, _between(strength, 90, 75, 50))


def _resized(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    share = _between(strength, 0.9, 0.75, 0.5)
    height, width = (max(8, round(side * share)) for side in picture.shape[:2])
    return _saved(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), 85)


def _cropped(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    share = _between(strength, 0.95, 0.9, 0.8) ** 0.5
    height, width = (round(side * share) for side in picture.shape[:2])
    top = draw.integers(0, picture.shape[0] - height + 1)
    left = draw.integers(0, picture.shape[1] - width + 1)
    return _saved(picture[top : top + height, left : left + width], 90)


def _mirrored(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    return _saved(picture[:, ::-1], _between(strength, 98, 85, 70))


def _brightened(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    shift = _between(strength, 15, 35, 60) * draw.choice([-1, 1])
    contrast = 1 + _between(strength, 0.05, 0.15, 0.25) * draw.choice([-1, 1])
    return _saved(np.clip((picture.astype(float) - 128) * contrast + 128 + shift, 0, 255).astype(np.uint8), 90)


def _turned(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    angle = _between(strength, 2, 4, 6) * draw.choice([-1, 1])
    turn = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, 1)
    edge = cv2.BORDER_CONSTANT if strength > 1 else cv2.BORDER_REPLICATE
    return _saved(cv2.warpAffine(picture, turn, (width, height), borderMode=edge), 90)


def _grey(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if strength > 1.5:
        grey = cv2.equalizeHist(grey)
    tint = 1 - np.array([0, 0.05, 0.25]) * min(strength, 1)
    return _saved((grey[..., None] * tint).astype(np.uint8), 90)


def _bordered(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    edge = max(1, round(_between(strength, 0.03, 0.06, 0.1) * max(picture.shape[:2])))
    colour = (int(draw.choice([0, 255, int(draw.integers(0, 255))])),) * 3
    return _saved(cv2.copyMakeBorder(picture, *[edge] * 4, cv2.BORDER_CONSTANT, value=colour), 90)


def _watermarked(picture: np.ndarray, strength: float, draw: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    size = height / 48 * _between(strength, 0.3, 0.4, 0.55)
    mask = np.zeros((height, width), np.float32)
    place = int(width * 0.05 + draw.integers(0, max(1, width // 6))), int(height * (0.3 + 0.55 * draw.random()))
    word = "STOCK"[: 3 + round(strength)]
    cv2.putText(mask, word, place, cv2.FONT_HERSHEY_SIMPLEX, size, 1, max(1, round(2 * size)))
    shown = 0.6 * mask[..., None]
    return _saved((picture * (1 - shown) + 255 * shown).astype(np.uint8), 90)


KINDS = {
    "resaved": _resaved,
    "resized": _resized,
    "cropped": _cropped,
    "mirrored": _mirrored,
    "brightened": _brightened,
    "turned": _turned,
    "grey": _grey,
    "bordered": _bordered,
    "watermarked": _watermarked,
}
