"""What each cell of the net should say of a view, and how far off it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from _finder_net import cells
from _finder_scenes import Scene
from _finder_views import SIDE
from keras import ops

# Sides of the faces (square root of the area, pixels) that the cells of a level learn; those between learn at both.
RANGES = {8: (0, 38), 16: (26, 84), 32: (60, 200)}
LARGE = 200, 270  # pixels: what is larger is found in a smaller copy; between these nothing is learnt
AROUND = 0.35, 0.9, 1.6  # cells this near a face's middle learn it: share of its side, at least and at most strides
CENTRES, STEPS = cells(SIDE, SIDE)
COLUMNS = 17  # weight, whether it is a face, corners, landmarks, whether these are known
SHARES = {"score": 1.0, "box": 2.0, "landmarks": 1.0}
NEAR = 0.04  # of a landmark, share of the face's side: from here on the loss is straight
LOW, HIGH = -3.0, 5.0  # of the logarithm of a box's side, in strides


def targets(scene: Scene) -> np.ndarray:
    """Say what the cells should say, float32 [cells, 17]."""
    made = np.zeros((len(STEPS), COLUMNS), np.float32)
    made[:, 0] = 1
    boxes = scene.boxes
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)
    sides = np.sqrt(boxes[:, 2:].prod(1))
    passed = ~scene.learnt | ((sides >= LARGE[0]) & (sides < LARGE[1]))
    for low, high in zip(corners[passed][:, :2], corners[passed][:, 2:], strict=True):
        made[((low < CENTRES) & (high > CENTRES)).all(1), 0] = 0
    ranges = np.array([RANGES[int(step)] for step in STEPS], np.float32)
    for place in np.argsort(-sides):  # where two meet, the cell learns the smaller
        if not scene.learnt[place]:
            continue
        near = np.clip(AROUND[0] * boxes[place, 2:].min(), AROUND[1] * STEPS, AROUND[2] * STEPS)
        away = np.abs(CENTRES - boxes[place, :2] - boxes[place, 2:] / 2).max(1)
        rows = (away <= near) & (ranges[:, 0] <= sides[place]) & (sides[place] < ranges[:, 1])
        known = np.isfinite(scene.landmarks[place]).all()
        made[rows] = np.r_[
            1, 1, corners[place], np.nan_to_num(scene.landmarks[place]).ravel() if known else np.zeros(10), known
        ]
    return made


def loss(truth: Any, said: Any) -> Any:
    """Return the loss of a batch: how sure (quality focal loss: Li et al. 2020), boxes (GIoU), landmarks."""
    weight, face, known = truth[..., 0], truth[..., 1], truth[..., 16]
    many = ops.maximum(ops.sum(face), 1.0)
    centres, steps = ops.convert_to_tensor(CENTRES), ops.convert_to_tensor(STEPS)[:, None]
    reach = ops.exp(ops.clip(said[..., 1:5], LOW, HIGH)) * steps
    shared, gap = _overlap(centres - reach[..., :2], centres + reach[..., 2:], truth[..., 2:4], truth[..., 4:6])
    quality = ops.stop_gradient(shared) * face
    share = ops.sigmoid(said[..., 0])
    crossed = ops.softplus(said[..., 0]) - quality * said[..., 0]
    sure = ops.sum(weight * ops.square(quality - share) * crossed) / many
    box = ops.sum(face * (1 - shared + gap)) / many
    sides = ops.sqrt(ops.prod(truth[..., 4:6] - truth[..., 2:4] + 1e-3, axis=-1))[..., None, None]
    points = ops.reshape(said[..., 5:], (-1, len(STEPS), 5, 2)) * steps[..., None] + centres[:, None]
    off = ops.abs(points - ops.reshape(truth[..., 6:16], (-1, len(STEPS), 5, 2))) / sides
    bent = ops.where(off < NEAR, 0.5 * off * off / NEAR, off - 0.5 * NEAR)
    landmarks = ops.sum(known[..., None, None] * bent) / many
    return SHARES["score"] * sure + SHARES["box"] * box + SHARES["landmarks"] * landmarks


def _overlap(low: Any, high: Any, other_low: Any, other_high: Any) -> tuple[Any, Any]:
    """Return the intersection over union, and which share of the box around both is in neither."""
    shared = ops.prod(ops.relu(ops.minimum(high, other_high) - ops.maximum(low, other_low)), axis=-1)
    area = ops.prod(high - low, axis=-1) + ops.prod(other_high - other_low, axis=-1) - shared
    around = ops.prod(ops.maximum(high, other_high) - ops.minimum(low, other_low), axis=-1)
    return shared / ops.maximum(area, 1e-6), (around - area) / ops.maximum(around, 1e-6)
