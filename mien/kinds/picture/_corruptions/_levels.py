"""How strong the corruptions of ImageNet-C are, for a picture of any size.

Hendrycks & Dietterich (2019, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations") have
published three sets of strengths, for pictures of 32, 64 and 224 pixels: CIFAR-10-C, Tiny ImageNet-C and ImageNet-C
(github.com/hendrycks/robustness, ImageNet-C/create_c). Between them they are interpolated over the logarithm of the
side. Where the published ones do not grow from strength to strength, or the corruption is drawn in another way here,
the table is ours, and says so.
"""

from __future__ import annotations

import numpy as np

SIDES = (32, 64, 224)

_Five = tuple[float, float, float, float, float]
LEVELS: dict[str, tuple[_Five, _Five, _Five]] = {
    "gaussian_noise": ((0.04, 0.06, 0.08, 0.09, 0.1), (0.04, 0.08, 0.12, 0.15, 0.18), (0.08, 0.12, 0.18, 0.26, 0.38)),
    "shot_noise": ((500, 250, 100, 75, 50), (250, 100, 50, 30, 15), (60, 25, 12, 5, 3)),  # photons of full white
    "impulse_noise": ((0.01, 0.02, 0.03, 0.05, 0.07), (0.01, 0.02, 0.05, 0.08, 0.14), (0.03, 0.06, 0.09, 0.17, 0.27)),
    "defocus_blur": ((0.3, 0.4, 0.5, 1, 1.5), (0.5, 1, 1.5, 2.5, 3), (3, 4, 6, 8, 10)),  # radius, pixels
    # Ours: published are swaps of up to `delta` pixels, several times over; this is about delta * sqrt(times), evened.
    "glass_blur": ((0.6, 0.75, 0.9, 1.1, 1.3), (0.7, 0.9, 1.2, 1.6, 2.2), (1.4, 2, 3.5, 4.2, 5.6)),
    "glass_softness": ((0.05, 0.25, 0.3, 0.35, 0.4), (0.1, 0.5, 0.6, 0.7, 0.9), (0.7, 0.9, 1, 1.1, 1.5)),
    "motion_blur": ((1, 1.5, 2, 2.2, 2.5), (1, 1.5, 2, 2.5, 3), (3, 5, 8, 12, 15)),  # 2.2: 2 over a longer kernel
    "zoom_blur": ((0.05, 0.1, 0.15, 0.2, 0.25), (0.05, 0.1, 0.15, 0.2, 0.25), (0.1, 0.15, 0.2, 0.24, 0.3)),
    "snow_mean": ((0.1, 0.1, 0.15, 0.25, 0.3), (0.1, 0.1, 0.15, 0.25, 0.3), (0.1, 0.2, 0.55, 0.55, 0.55)),
    "snow_spread": ((0.2, 0.2, 0.3, 0.3, 0.3), (0.2, 0.2, 0.3, 0.3, 0.3), (0.3, 0.3, 0.3, 0.3, 0.3)),
    "snow_size": ((1, 1, 1.75, 2.25, 1.25), (1, 1, 1.75, 2.25, 1.25), (3, 2, 4, 4.5, 2.5)),
    "snow_floor": ((0.6, 0.5, 0.55, 0.6, 0.65), (0.6, 0.5, 0.55, 0.6, 0.65), (0.5, 0.5, 0.9, 0.85, 0.85)),
    "snow_fall": ((3, 4, 4, 6, 12), (3, 4, 4, 6, 12), (4, 4, 8, 8, 12)),
    "snow_kept": ((0.95, 0.9, 0.9, 0.85, 0.8), (0.8, 0.8, 0.7, 0.65, 0.6), (0.8, 0.7, 0.7, 0.65, 0.55)),
    # Ours: how opaque the ice is; published is a sum of the picture, darkened, and a photograph of frost.
    "frost": ((0.25, 0.35, 0.45, 0.52, 0.6), (0.35, 0.45, 0.55, 0.62, 0.7), (0.45, 0.6, 0.72, 0.8, 0.88)),
    "fog": ((0.2, 0.5, 0.75, 1, 1.5), (0.4, 0.7, 1, 1.5, 2), (1.5, 2, 2.5, 2.75, 3)),  # 2.75: 2.5 of rougher fog
    "brightness": ((0.05, 0.1, 0.15, 0.2, 0.3), (0.1, 0.2, 0.3, 0.4, 0.5), (0.1, 0.2, 0.3, 0.4, 0.5)),
    "contrast": ((0.75, 0.5, 0.4, 0.3, 0.15), (0.4, 0.3, 0.2, 0.1, 0.05), (0.4, 0.3, 0.2, 0.1, 0.05)),
    # Ours: standard deviation of the displacement, share of the side; published ones alternate between two sorts.
    "elastic_transform": ((0.008, 0.014, 0.02, 0.027, 0.035),) * 3,
    "pixelate": ((0.95, 0.9, 0.85, 0.75, 0.65), (0.9, 0.8, 0.7, 0.6, 0.5), (0.6, 0.5, 0.4, 0.3, 0.25)),
    # Ours: share of the side that remains.
    "resampling": ((0.75, 0.55, 0.4, 0.3, 0.22), (0.7, 0.5, 0.36, 0.26, 0.19), (0.5, 0.3, 0.18, 0.12, 0.08)),
    "jpeg_compression": ((80, 65, 58, 50, 40), (65, 58, 50, 40, 25), (25, 18, 15, 10, 7)),
}


def level(name: str, side: int, strength: int) -> float:
    """Say how strong a corruption is for a picture of a side in pixels; beyond the published sides, as at the nearest.

    >>> level("gaussian_noise", 32, 5), level("gaussian_noise", 224, 5), round(level("gaussian_noise", 48, 5), 3)
    (0.1, 0.38, 0.147)
    """
    published = [row[strength - 1] for row in LEVELS[name]]
    return float(np.interp(np.log2(side), np.log2(SIDES), published))
