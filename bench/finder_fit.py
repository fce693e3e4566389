"""Train a detector of faces, to lie in the box.

$ python bench/finder_fit.py DATA STATE --out FCOS.onnx [--steps N] [--begin N]

DATA holds `photos/`, `fer2013.parquet` and `report_pictures/`; YuNet, the teacher, lies beside it. What was trained is
kept in STATE every 200 steps, and goes on from there. With `--begin` a new STATE goes on from the step of this number
with the weights of the detector in the box (bench/finder_weights.npz); without it, from chance. Nothing of
`face_boxes/` is read: bench/finder.py grades on it.
The score from which on it is a face is chosen on photos that were kept from it.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import cv2
import keras
import numpy as np
import torch
from _finder_grade import Graded, asking, graded, looking
from _finder_net import build
from _finder_onnx import exported
from _finder_scenes import Scene, Teacher, crops, drawings, photos, report_pictures
from _finder_targets import loss, targets
from _finder_torch import Net, into_keras, load_weights, save_weights
from _finder_views import SIDE, Pool, view
from torch import nn

from mien.core.files import write_bytes
from mien.faces._fcos import SIDES

YUNET = Path("models") / "face_detection_yunet_2023mar.onnx"
BATCH, SAVED, SAID = 24, 200, 1000
WEIGHTS = Path(__file__).with_name("finder_weights.npz")
WORKERS, AHEAD = 1, 6  # threads that make batches, and how many these may be ahead
RATE, WARM, EMA = 2e-3, 0.03, 0.999
PRECISION = 0.9  # on the photos to choose by: half of what is wrong there is a face in profile, boxed otherwise


class Views:
    """Batches of views, another one at every step, made by threads while the net learns."""

    def __init__(self, pool: Pool, first: int, end: int) -> None:
        self._pool, self._steps, self._workers = pool, iter(range(first, end)), ThreadPoolExecutor(WORKERS)
        self._made: deque[Future[tuple[np.ndarray, np.ndarray]]] = deque()

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give batches: uint8 [B, S, S, 3] and float32 [B, cells, 17]."""
        for step in itertools.chain(self._steps, [None] * AHEAD):
            if step is not None:
                self._made.append(self._workers.submit(self._batch, step))
            if step is None or len(self._made) > AHEAD:
                if not self._made:
                    return
                yield self._made.popleft().result()

    def _batch(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng([step])
        views = [view(self._pool, random) for _ in range(BATCH)]
        return np.stack([one.pixels for one in views]), np.stack([targets(one) for one in views])


def main() -> None:
    """Train, choose the score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--begin", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    teacher = Teacher(given.data.parent / YUNET)
    pool, held = gathered(given.data, teacher)
    given.state.mkdir(parents=True, exist_ok=True)
    model = fitted(pool, held, given.state, range(given.begin, given.steps))
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


def fitted(pool: Pool, held: list[Scene], state: Path, steps: range) -> keras.Model:
    """Train; say now and then how good it is. What is kept is the running mean of the weights."""
    torch.manual_seed(0)
    model, kept = Net(SIDE).to(memory_format=torch.channels_last), state / "state.pt"
    if steps.start:
        load_weights(model, WEIGHTS)
    mean = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(EMA), use_buffers=True
    )
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    first, end = steps.start, steps.stop
    if kept.exists():
        held_state = torch.load(kept, weights_only=True)
        for part, name in ((model, "model"), (mean, "mean"), (optimizer, "optimizer")):
            part.load_state_dict(held_state[name])
        first = held_state["step"]
    begun, losses = time.time(), []
    for step, (pixels, wanted) in enumerate(Views(pool, first, end), first):
        losses.append(_step(model, optimizer, pixels, wanted, _rate(step / end)))
        mean.update_parameters(model)
        if (step + 1) % SAVED == 0 or step + 1 == end:
            parts = {"model": model, "mean": mean, "optimizer": optimizer}
            torch.save({name: part.state_dict() for name, part in parts.items()} | {"step": step + 1}, kept)
            said = f"step {step + 1}: loss {np.mean(losses):.4f}, {time.time() - begun:.0f} s"
            graded_now = (step + 1) % SAID == 0 or step + 1 == end
            print(said, chosen_score(exported(_keras(mean), 0.5), held)[1] if graded_now else "", flush=True)
            begun, losses = time.time(), []
    save_weights(mean.module, state / WEIGHTS.name)
    return _keras(mean)


def _rate(done: float) -> float:
    """Return the rate after this share of the steps: up, then down along a cosine."""
    return RATE * min(done / WARM, 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def _step(model: Net, optimizer: torch.optim.Optimizer, pixels: np.ndarray, wanted: np.ndarray, rate: float) -> float:
    """Learn from one batch; return its loss."""
    given = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()  # channels stay last in memory
    with torch.autocast("cpu", torch.bfloat16):
        said = model(given)
    found = loss(torch.from_numpy(wanted), said.float())
    optimizer.zero_grad()
    found.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    return found.item()


def _keras(mean: nn.Module) -> keras.Model:
    return into_keras({key.removeprefix("module."): value for key, value in mean.state_dict().items()}, build(SIDE))


def chosen_score(file: bytes, held: list[Scene]) -> tuple[float, Graded]:
    """Return the lowest score with enough precision on the photos to choose by, and what it finds there."""
    found = graded(looking(asking(file), SIDES[0]), held)
    return found.score_at(PRECISION), found


if __name__ == "__main__":
    main()
