"""MixUp and CutMix: pictures of a batch, and their labels, mixed with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Pixels, Targets
    from mien.kinds._variation import Variation


def mix(pixels: Pixels, targets: Targets, variation: Variation, when: tuple[int, int, int]) -> tuple[Pixels, Targets]:
    """Mix each picture with another of its batch.

    MixUp (Zhang et al. 2018) blends the two, CutMix (Yun et al. 2019) puts a rectangle of one into the other; the
    labels are mixed in the same shares. Where both are asked for, each batch gets one of them by lot.

    `pixels` uint8 [B, S, S, 3], `targets` float32 [B, classes], both answered in new memory; the share is drawn from
    Beta(alpha, alpha).
    """
    random = np.random.default_rng([*when, 1])
    partner = random.permutation(len(pixels))
    cut = bool(variation.cutmix) and (not variation.mixup or random.random() < 0.5)
    alpha = variation.cutmix if cut else variation.mixup
    share = random.beta(alpha, alpha)
    mixed, share = _cut(pixels, partner, share, random) if cut else (_blend(pixels, pixels[partner], share), share)
    both = share * targets + (1 - share) * targets[partner]
    return mixed, both.astype(np.float32)


def _blend(pixels: Pixels, others: Pixels, share: float) -> Pixels:
    # In fixed point: 256 steps are as fine as bytes, and three times as quick as floats.
    weight = np.uint16(round(share * 256))
    return ((pixels * weight + others * (np.uint16(256) - weight) + np.uint16(128)) >> 8).astype(np.uint8)


def _cut(pixels: Pixels, partner: np.ndarray, share: float, random: np.random.Generator) -> tuple[Pixels, float]:
    size = pixels.shape[1]
    side = size * np.sqrt(1 - share)
    middle = random.uniform(0, size, 2)
    top, left = np.clip(np.rint(middle - side / 2), 0, size).astype(int)
    bottom, right = np.clip(np.rint(middle + side / 2), 0, size).astype(int)
    mixed = pixels.copy()
    mixed[:, top:bottom, left:right] = pixels[partner, top:bottom, left:right]
    return mixed, 1 - (bottom - top) * (right - left) / size**2  # as much as is really left of it
