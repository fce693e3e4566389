"""Measure what is refused as no face, of what is none and of real faces, and what answering only when sure is worth.

$ python bench/abstention.py DATA [--fer FILE]

Measured once, on photos, faces and patterns of which none had a part in fitting or choosing (bench/face_check.py):
squares of the test photos without faces, FER2013's PublicTest, faces in other photos (WIDER validation, people in
masks) whose boxes were drawn by people, and drawn faces of another seed. With FILE, `emotion_model.hdf5` of the library
fer (bench/_fer_net.py), only this: what answering when sure is worth for `face` and for fer's net, on the same faces.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("MIEN_YUNET", str(Path(sys.argv[1]).parent / "models" / "face_detection_yunet_2023mar.onnx"))

import numpy as np

from mien import evaluate, faces, media

import _check_data as data_of  # isort: skip
from _fer_net import CAVEAT, both, new_faces, numbers, probabilities  # isort: skip
from _results import record, table  # isort: skip
from box_calibration import validation  # isort: skip
from mien.predict import Predictor  # isort: skip

COVERED = 0.3  # of the smaller of two boxes, at least, that they share: then they show the same face
SMALLEST = 24  # pixels of a drawn box
UNCUT = f"{CAVEAT} A file that was taken in knows no prediction sets: it is sure where one class has 90 %."


def main() -> None:
    """Measure what was asked for, and record it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fer", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.fer:
        body = beside_fer(given.data, given.fer)
        record("Answering only when sure, beside fer", "python bench/abstention.py DATA --fer FILE", body)
        return
    record("What is no face, and answering only when sure", "python bench/abstention.py DATA", refused(given.data))


def refused(data: Path) -> str:
    """Measure what is refused of what is no face, of real faces, and of what detectors find; and `face` when sure."""
    none = {
        "squares of photos without faces": data_of.photo_squares(data, "test", 8),
        "beside faces in photos": data_of.photo_faces(data, "test")[1],
        "parts of faces (ear, cheek, hair)": data_of.face_parts(data_of.fer_faces(data, "test", 300), 5),
        "noise": data_of.noise(200, 5),
        "blank and gradients": data_of.blank(200, 5),
        "shapes, stripes, letters": data_of.drawings(200, 5),
    }
    plain = data_of.fer_faces(data, "test")
    draw = np.random.default_rng(5)
    some = plain[:600]
    real = {
        "FER2013, PublicTest": plain,
        "the same, moved, turned, covered, dark, blurred": data_of.varied(some, draw, face=True),
        "the same, mask drawn over": np.stack([data_of.masked(one, draw) for one in some]),
        "drawn faces": data_of.drawn_faces(140, 5),
    }
    photos = {name: detections(data, name) for name in ("wider_val", "masks")}
    real |= {f"{name}: what YuNet finds in people's boxes": found for name, (found, _) in photos.items()}
    rows = [*counted(none), ("**all that is none**", *share(np.concatenate([*none.values()])))]
    body = table(("what is none", "crops", "refused"), rows)
    body += "\n\n" + table(("real faces", "crops", "refused"), counted(real))
    own = {name: detections(data, name, "fcos") for name in photos}
    dropped = [
        (f"{detector}, {name}", *share(found, 0), *share(wrong))
        for detector, of in (("`fcos`", own), ("YuNet", photos))
        for name, (found, wrong) in of.items()
    ]
    columns = ("detections", "faces", "left out", "no face in people's boxes", "left out")
    return "\n\n".join([body, table(columns, dropped), worth(data), timed(plain)])


def counted(sets: dict[str, np.ndarray]) -> list[tuple[str, ...]]:
    return [(name, *share(rows)) for name, rows in sets.items()]


def share(rows: np.ndarray, _: int = 0) -> tuple[str, str]:
    """Say how many crops are refused, with Wilson's interval."""
    if not len(rows):
        return "0", ""
    wide = rows if rows.ndim == 4 else np.repeat(rows[..., None], 3, 3)
    refused = ~faces.look_like_faces(wide)
    found = evaluate.by_group(
        refused.astype(int), np.eye(2)[np.ones(len(rows), int)], ("no", "yes"), {"all": [0] * len(rows)}
    )[0]
    return f"{len(rows):,}", f"{found.accuracy:.1%} ({100 * found.low:.1f} to {100 * found.high:.1f})"


def detections(data: Path, folder: str, name: str = "yunet") -> tuple[np.ndarray, np.ndarray]:
    """Cut out what a detector finds in people's boxes, and beside them: uint8 [N, 48, 48, 3] both."""
    detector, found, wrong = faces.detector(name), [], []
    for path, boxes in boxed(data / "face_boxes" / folder):
        pixels = media.decode(path.read_bytes())
        for face in detector.find(pixels):
            hit = any(overlap(face.box, box) >= COVERED for box in boxes)
            small = min(face.box[2:]) < SMALLEST
            if not small:
                (found if hit else wrong).append(faces.crop(pixels, face, data_of.SIDE))
    none = np.zeros((0, data_of.SIDE, data_of.SIDE, 3), np.uint8)
    return (np.stack(found) if found else none), (np.stack(wrong) if wrong else none)


def boxed(folder: Path) -> Iterator[tuple[Path, list[tuple[int, ...]]]]:
    """Return each photo's file and the boxes that people drew, in whole pixels."""
    for name, boxes in data_of.drawn_boxes(folder / "boxes.txt").items():
        yield folder / "images" / name, [tuple(int(value) for value in box) for box in boxes]


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    least = max(1, min(one[2] * one[3], other[2] * other[3]))
    return max(across, 0) * max(down, 0) / least


def worth(data: Path) -> str:
    """Measure `face` on its validation faces: risk against coverage."""
    pixels, names = validation(data)
    predictor = Predictor("face", inputs="faces")
    truth = [predictor.labels.index(name) for name in names]
    found = evaluate.risk_coverage(truth, predictor.probabilities(pixels), predictor.labels, predictor.rule)
    rows = [(f"{one.coverage:.0%}", str(one.right)) for one in found.points]
    if found.sure:
        rows.append((f"where it is sure: {found.sure.coverage:.0%}", str(found.sure.right)))
    return (
        table((f"`face` answers, of {len(names):,} validation faces", "right, of 100"), rows) + f"\n\n{found.sentence}"
    )


def beside_fer(data: Path, fer: Path) -> str:
    """Measure risk against coverage of `face` and of fer's net, both on faces that are new to `face`."""
    (pixels, frame), asked = new_faces(data), both(fer)
    found = {}
    for name, one in asked.items():
        said = probabilities(one, pixels)
        found[name] = evaluate.risk_coverage(numbers(one, frame["label"]), said, one.labels, one.rule)
    points = zip(*(one.points for one in found.values()), strict=True)
    rows = [(f"{pair[0].coverage:.0%}", *(str(one.right) for one in pair)) for pair in points]
    sure = [one.sure for one in found.values()]
    rows.append(("where it is sure", *(f"{one.right}, of {one.coverage:.0%}" if one else "" for one in sure)))
    rows.append(("wrong of 100 on average (AURC)", *(str(one.aurc) for one in found.values())))
    columns = (f"answers, of {len(frame):,} faces", *(f"{name} right, of 100" for name in found))
    return "\n\n".join([table(columns, rows), *(f"{name}: {one.sentence}" for name, one in found.items()), UNCUT])


def timed(rows: np.ndarray) -> str:
    """Time the check of one crop, as it is asked."""
    one, times = np.repeat(rows[:1, ..., None], 3, 3), []
    for _ in range(300):
        began = time.perf_counter()
        faces.look_like_faces(one)
        times.append(time.perf_counter() - began)
    size = len(faces.check_bytes())
    return (
        f"The check: {size:,} bytes; one crop on one thread {1000 * statistics.median(times):.2f} ms (median of 300)."
    )


if __name__ == "__main__":
    main()
