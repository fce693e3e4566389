"""What each cell of the net should say of a view, and how far off it is."""

from __future__ import annotations

import numpy as np
import torch
from _finder_net import cells
from _finder_scenes import Scene
from _finder_views import SIDE

# Sides of the faces (square root of the area, pixels) that the cells of a level learn; those between learn at both.
RANGES = {8: (0, 38), 16: (26, 84), 32: (60, 200)}
LARGE = 200, 270  # pixels: what is larger is found in a smaller copy; between these nothing is learnt
AROUND = 0.35, 0.9, 1.6  # cells this near a face's middle learn it: share of its side, at least and at most strides
CENTRES, STEPS = cells(SIDE, SIDE)
COLUMNS = 17  # weight, whether it is a face, corners, landmarks, whether these are known
SHARES = {"score": 3.0, "box": 1.0, "landmarks": 0.6}  # with 1, 2 and 1 landmarks alone turned the trunk
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


def loss(truth: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
    """Return the loss of a batch: how sure (quality focal loss: Li et al. 2020), boxes (GIoU), landmarks.

    `truth` as of `targets`, float32 [N, cells, 17]; `said` as of the net, float32 [N, cells, 15].
    """
    face = truth[..., 1] > 0
    many = max(int(face.sum()), 1)
    row, cell = torch.nonzero(face, as_tuple=True)
    centres, steps = torch.from_numpy(CENTRES)[cell], torch.from_numpy(STEPS)[cell, None]
    right, there = truth[row, cell], said[row, cell]
    reach = torch.exp(there[:, 1:5].clamp(LOW, HIGH)) * steps
    shared, gap = _overlap(centres - reach[:, :2], centres + reach[:, 2:], right[:, 2:4], right[:, 4:6])
    box = (1 - shared + gap).sum() / many
    quality = torch.zeros_like(said[..., 0]).index_put((row, cell), shared.detach())
    share = torch.sigmoid(said[..., 0])
    crossed = torch.nn.functional.softplus(said[..., 0]) - quality * said[..., 0]
    sure = (truth[..., 0] * (quality - share).square() * crossed).sum() / many
    sides = (right[:, 4:6] - right[:, 2:4] + 1e-3).prod(1).sqrt()[:, None, None]
    points = there[:, 5:].reshape(-1, 5, 2) * steps[:, None] + centres[:, None]
    off = (points - right[:, 6:16].reshape(-1, 5, 2)).abs() / sides
    bent = torch.where(off < NEAR, 0.5 * off * off / NEAR, off - 0.5 * NEAR)
    landmarks = (right[:, 16, None, None] * bent).sum() / many
    return SHARES["score"] * sure + SHARES["box"] * box + SHARES["landmarks"] * landmarks


def _overlap(
    low: torch.Tensor, high: torch.Tensor, other_low: torch.Tensor, other_high: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the intersection over union, and which share of the box around both is in neither."""
    shared = (torch.minimum(high, other_high) - torch.maximum(low, other_low)).clamp(min=0).prod(-1)
    area = (high - low).prod(-1) + (other_high - other_low).prod(-1) - shared
    around = (torch.maximum(high, other_high) - torch.minimum(low, other_low)).prod(-1)
    return shared / area.clamp(min=1e-6), (around - area) / around.clamp(min=1e-6)
