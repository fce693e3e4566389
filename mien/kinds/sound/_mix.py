"""MixUp: two voices of a batch at once, and their labels in the same shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Singles, Targets
    from mien.kinds._variation import Variation


def mix(values: Singles, targets: Targets, variation: Variation, when: tuple[int, int, int]) -> tuple[Singles, Targets]:
    """Mix each clip with another of its batch (Zhang et al. 2018); the share is drawn from Beta(alpha, alpha).

    Waveforms are added, as two people in one room are: a sum of log spectra, which papers mix, is no sound that a
    microphone ever gives, and this way what a model sees stays a clip. `values` float32 [B, T]; new memory.
    """
    random = np.random.default_rng([*when, 1])
    partner = random.permutation(len(values))
    share = np.float32(random.beta(variation.mixup, variation.mixup))
    mixed = share * values + (1 - share) * values[partner]
    both = share * targets + (1 - share) * targets[partner]
    return mixed.astype(np.float32), both.astype(np.float32)
