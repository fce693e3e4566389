"""Lay one picture over another as well as it fits, and measure what agrees then.

The second picture is registered on the first by an affine map that maximises their correlation (ECC: Evangelidis &
Psarakis 2008). Imports OpenCV, so only loaded where pictures are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien.copies._agreement import blocks, correlation, detail, each, quantile, spread_out
from mien.copies._signature import SIDE

if TYPE_CHECKING:
    from mien.copies._agreement import Pair, Singles
    from mien.core.types import Pixels

_STEPS = (3, 12, 1e-3)  # of the registration: by count and by gain
_EVERYWHERE = np.full((SIDE, SIDE), 255, np.uint8)
_OUTSIDE = -1000.0
_BANDS = ((0.8, 2.0, 4.0), (1.2, 3.0, 6.0), (2.0, 6.0, 10.0))  # pixels: smoothed, less a wider blur, scaled within
QUARTER = 10  # which of the measures says by how much a quarter of the places agree less, in fine detail
_HOPELESS = 0.6  # fine detail of 999 in 1,000 copies agrees by more; of four in five look-alikes by less


def measures(first: Pixels, second: Pixels, closeness: float) -> Singles | None:
    """Register two pictures and measure what agrees.

    `first, second` uint8 [48, 48]; returns float32 [18], correlations as ``-log(1.02 - r)``, so that the steps near 1
    count; None where nothing fits.
    """
    one, other = first.astype(np.float32), second.astype(np.float32)
    move = np.eye(2, 3, dtype=np.float32)
    try:
        fit, found = cv2.findTransformECC(one, other, move, cv2.MOTION_AFFINE, _STEPS, _EVERYWHERE, 3)
        move = np.asarray(found, np.float32)
    except cv2.error:  # it does not converge
        return None
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(other, move, (SIDE, SIDE), None, how, cv2.BORDER_CONSTANT, _OUTSIDE)
    inside = (laid >= 0).astype(np.float32)
    if inside.mean() < 0.4:
        return None
    inside = cv2.erode(inside, np.ones((3, 3))).astype(np.float32)
    pair = one, np.where(laid < 0, one, laid).astype(np.float32)
    fine = detail(pair, _BANDS[0])
    agreement = correlation(fine, inside)
    if agreement < _HOPELESS:
        return None
    stretch = np.linalg.svd(move[:, :2], compute_uv=False)
    known = fit, agreement, closeness, float(np.log(max(stretch[0] / stretch[1], 1.0)))
    return _all_measures(pair, fine, inside, known)


def _all_measures(pair: Pair, fine: Pair, inside: Singles, known: tuple[float, float, float, float]) -> Singles:
    fit, agreement, closeness, stretch = known
    smooth = each(pair, lambda picture: cv2.GaussianBlur(picture, (3, 3), 0.8))
    edges = each(smooth, lambda picture: np.hypot(cv2.Sobel(picture, 5, 1, 0), cv2.Sobel(picture, 5, 0, 1)))
    small, large = blocks(smooth, inside, 8, 8.0), blocks(smooth, inside, 4, 8.0)
    within = blocks(fine, inside, 6, 0.02)
    correlations = [
        *(fit, correlation(smooth, inside), agreement),
        *(correlation(detail(pair, band), inside) for band in _BANDS[1:]),
        float((small[0] * small[1]).sum() / (small[1].sum() + 1e-6)),
        *(quantile(*small, share) for share in (0.25, 0.5)),
        *(quantile(*large, share) for share in (0.25, 0.5)),
        *(quantile(*within, share) for share in (0.25, 0.5, 0.75)),
        *(correlation(edges, inside), closeness),
    ]
    others = [np.log(_misfit(smooth, inside) + 0.02), inside.mean(), stretch]
    return np.array([*spread_out(correlations), *others], np.float32)


def _misfit(pair: Pair, inside: Singles) -> float:
    """Return the median error of the best straight line from one picture's grey to the other's, over its spread."""
    target, grey = (picture[inside > 0] for picture in pair)
    slope = ((grey - grey.mean()) * (target - target.mean())).mean() / max(float(grey.var()), 1.0)
    error = np.abs(target - target.mean() - slope * (grey - grey.mean()))
    return float(np.median(error) / (target.std() + 2))
