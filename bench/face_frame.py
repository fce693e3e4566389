"""Where detectors see eyes, nose and mouth in FER2013's pictures: the frame in which `faces.crop` lays every face.

$ python bench/face_frame.py DATA

DATA holds `fer2013.parquet`; 1,500 pictures of Training. Medians with those of the mirror images, shares of the side;
and how far apart two detectors cut the same face, in pixels of 48.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
from _check_data import fer_faces
from _results import record, table

from mien import faces
from mien.faces import _crop

os.environ.setdefault("MIEN_YUNET", str(Path(sys.argv[1]).parent / "models" / "face_detection_yunet_2023mar.onnx"))
PICTURES, SIDE = 1500, 48
NAMES = ("left eye", "right eye", "nose", "left corner of the mouth", "right corner")
MIRRORED = [1, 0, 2, 4, 3]
STEP = 5  # grey levels a pixel, in a picture that says where each of its pixels is


def main() -> None:
    """Measure and record."""
    pictures = np.repeat(fer_faces(Path(sys.argv[1]), "train", PICTURES)[..., None], 3, 3)
    seen = {name: [faces.detector(name).find(one)[:1] for one in pictures] for name in faces.detectors()}
    rows = []
    for name, found in seen.items():
        shares = np.array([one[0].landmarks for one in found if one]) / SIDE
        both = np.concatenate([shares, np.abs([1, 0] - shares)[:, MIRRORED]])
        places = [f"{x:.3f}, {y:.3f}" for x, y in np.median(both, 0)]
        rows.append((f"`{name}`", f"{len(shares):,}", *places))
    rows.append(("the frame", "", *(f"{x:.3f}, {y:.3f}" for x, y in _crop.LANDMARKS)))
    head = ("detector", f"sees a face, of {len(pictures):,}", *NAMES)
    record("The frame of a face", "python bench/face_frame.py DATA", f"{table(head, rows)}\n\n{apart(*seen.values())}")


def apart(first: list, second: list) -> str:
    """Say how far apart two detectors lay what a crop shows."""
    places = np.zeros((SIDE, SIDE, 3), np.uint8)
    places[..., 0], places[..., 1] = np.meshgrid(np.arange(SIDE) * STEP, np.arange(SIDE) * STEP)
    off = []
    for one, other in zip(first, second, strict=True):
        if one and other:
            crops = [faces.crop(places, found[0], SIDE)[..., :2].astype(float) / STEP for found in (one, other)]
            off.append(np.linalg.norm(crops[0] - crops[1], axis=2).mean())
    return (
        f"In {len(off):,} that both see, a pixel of the one crop lies {np.median(off):.2f} pixels of {SIDE} from that "
        f"of the other (median of the means), in 95 % of them less than {np.percentile(off, 95):.2f}."
    )


if __name__ == "__main__":
    main()
