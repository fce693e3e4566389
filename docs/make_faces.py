"""Make the README's picture: 32 faces of full intensity, eight in a row, under 300 kB as WebP.

$ python docs/make_faces.py
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mien.samples.faces import LABELS, draw, sample_parameters

PICTURE = Path(__file__).parent / "pictures" / "faces.webp"
PAPER, INK = (251, 250, 247), (27, 27, 31)
GAP, CAPTION = 6, 18  # pixels between pictures, and height of a caption


def sheet(seed: int = 12, samples: int = 32, columns: int = 8, *, size: int = 128) -> np.ndarray:
    """Draw different people side by side, uint8 [H, W, 3]; classes take turns.

    Parameters
    ----------
    seed, samples : int
        Which faces, and how many.
    columns : int
        How many side by side.
    size : int
        Side of each face, pixels.

    Returns
    -------
    numpy.ndarray
        The picture.
    """
    tall, wide = size + GAP + CAPTION, size + GAP
    made = np.full((-(-samples // columns) * tall + GAP, columns * wide + GAP, 3), PAPER, np.uint8)
    for index in range(samples):
        label = LABELS[index % len(LABELS)]
        top, left = GAP + index // columns * tall, GAP + index % columns * wide
        made[top : top + size, left : left + size] = draw(sample_parameters(seed, index, label, intensity=1.0), size)
        place = (left + 1, top + size + CAPTION - 5)
        cv2.putText(made, label, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, INK, 1, cv2.LINE_AA)
    return made


if __name__ == "__main__":
    Image.fromarray(sheet()).save(PICTURE, quality=85)
