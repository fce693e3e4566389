"""Train a detector of faces, to lie in the box.

$ python bench/finder_fit.py DATA STATE --out FCOS.onnx [--epochs N]

DATA holds `photos/`, `fer2013.parquet` and `report_pictures/`; YuNet, the teacher, lies beside it. What was trained is
kept in STATE after every epoch, and goes on from there. Nothing of `face_boxes/` is read: bench/finder.py grades on it.
The score from which on it is a face is chosen on photos that were kept from it. Keras on any backend.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import keras
import numpy as np
from _finder_grade import Graded, graded
from _finder_net import build
from _finder_onnx import exported
from _finder_scenes import Scene, Teacher, crops, drawings, photos, report_pictures
from _finder_targets import loss, targets
from _finder_views import SIDE, Pool, view

from mien.core.files import write_bytes

YUNET = Path("models") / "face_detection_yunet_2023mar.onnx"
BATCH, STEPS = 16, 200
RATE, WARM = 2e-3, 0.03
PRECISION = 0.96  # on the photos to choose by


class Views(keras.utils.PyDataset):
    """Batches of views, another one at every step of every epoch."""

    def __init__(self, pool: Pool, epoch: int) -> None:
        super().__init__(workers=2, max_queue_size=8)
        self._pool, self._epoch = pool, epoch

    def __len__(self) -> int:
        """Count the steps of an epoch."""
        return STEPS

    def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Make a batch: float32 [16, S, S, 3] and [16, cells, 17]."""
        random = np.random.default_rng([self._epoch, step])
        views = [view(self._pool, random) for _ in range(BATCH)]
        return np.stack([one.pixels for one in views]).astype(np.float32), np.stack([targets(one) for one in views])

    def on_epoch_end(self) -> None:
        """Go on with other views."""
        self._epoch += 1


def main() -> None:
    """Train, choose the score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    teacher = Teacher(given.data.parent / YUNET)
    pool, held = gathered(given.data, teacher)
    given.state.mkdir(parents=True, exist_ok=True)
    model = fitted(pool, held, given.state, given.epochs)
    least, found = chosen_score(exported(model, 0.5), held)
    print(f"score {least:.3f}: {found}")
    write_bytes(given.out, exported(model, least))
    print(f"{given.out}: {given.out.stat().st_size:,} bytes")


def gathered(data: Path, teacher: Teacher) -> tuple[Pool, list[Scene]]:
    """Read what is learnt from, and the photos to choose by."""
    scenes = [scene for _, scene in photos(data, teacher, choose=False)]
    pool = Pool(
        [scene for scene in scenes if scene.learnt.any()],
        list(report_pictures(data, teacher)),
        [scene for scene in scenes if not len(scene.boxes)],
        list(crops(data, teacher, 3000)),
        list(drawings(teacher, 400)),
    )
    held = [scene for _, scene in photos(data, teacher, choose=True)]
    teacher.keep()
    print({name: len(part) for name, part in vars(pool).items()}, len(held), flush=True)
    return pool, held


def fitted(pool: Pool, held: list[Scene], state: Path, epochs: int) -> keras.Model:
    """Train; say every five epochs how good it is."""
    keras.utils.set_random_seed(0)
    model = build(SIDE)
    steps = epochs * STEPS
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - int(WARM * steps), 0.01, warmup_target=RATE, warmup_steps=int(WARM * steps)
    )
    model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=5.0), loss)
    kept, first = state / "model.keras", 0
    if kept.exists():
        first = int((state / "epoch").read_text())
        model = keras.models.load_model(kept, custom_objects={"loss": loss})
    for epoch in range(first, epochs):
        begun = time.time()
        found = model.fit(Views(pool, epoch), epochs=1, verbose=0).history["loss"][0]
        model.save(kept)
        (state / "epoch").write_text(str(epoch + 1))
        said = f"epoch {epoch + 1}: loss {found:.4f}, {time.time() - begun:.0f} s"
        print(said, chosen_score(exported(model, 0.5), held)[1] if epoch % 5 == 4 else "", flush=True)
    return model


def chosen_score(file: bytes, held: list[Scene]) -> tuple[float, Graded]:
    """Return the lowest score with enough precision on the photos to choose by, and what it finds there."""
    found = graded(file, held)
    return found.score_at(PRECISION), found


if __name__ == "__main__":
    main()
