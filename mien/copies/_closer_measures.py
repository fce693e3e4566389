"""What agrees of two pictures at twice the size, and in colour: a slide with another face on it, another shirt.

Only pairs that the first comparison is not sure of are measured so: it takes several milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien.copies._agreement import blocks, correlation, detail, each, quantile, spread_out
from mien.copies._signature import LARGE, SIDE, to_grey

if TYPE_CHECKING:
    from mien.copies._agreement import Pair, Singles
    from mien.core.types import Pixels

_ROUGH, _REFINED = (3, 12, 1e-3), (3, 8, 1e-3)  # steps of the registration: by count and by gain
_OUTSIDE = -1000.0
_FINE = ((1.2, 3.0, 6.0), (1.6, 4.0, 8.0))  # pixels: smoothed, less a wider blur, scaled within
_COARSE = ((1.2, 3.0, 6.0), (2.0, 6.0, 10.0))  # the same at half the size
_MOST = 0.99  # of what the first comparison says: more is no better a reason
_LOW = (0.05, 0.15, 0.3, 0.5)  # of the blocks: where the least agrees tells a pasted face from none
_WORST = (1, 4, 10, 24)  # of 144 blocks, by their error
_BLOCKS = 12
_CHROMA = (0.5, 0.75, 0.9, 0.97)


def closer_measures(first: Pixels, second: Pixels, known: float) -> Singles | None:
    """Register two pictures and measure what agrees: float32 [45], or None where nothing fits.

    Both uint8 [96, 96, 3] from `coloured_forms`; the second mirrored already where that is how it was found. `known`
    is the probability that the first comparison gave.
    """
    greys = to_grey(first).astype(np.float32), to_grey(second).astype(np.float32)
    try:
        fit, move = _registered(*greys)
    except cv2.error:  # it does not converge
        return None
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(greys[1], move, (LARGE, LARGE), None, how, cv2.BORDER_CONSTANT, _OUTSIDE)
    inside = (laid >= 0).astype(np.float32)
    if inside.mean() < 0.4:
        return None
    inside = cv2.erode(inside, np.ones((5, 5))).astype(np.float32)
    pair = greys[0], np.where(laid < 0, greys[0], laid).astype(np.float32)
    smooth = each(pair, lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.2))
    colour = np.asarray(cv2.warpAffine(second, move, (LARGE, LARGE), None, how, cv2.BORDER_REPLICATE), np.uint8)
    there = _half(inside) > 0
    colours = _colours(_chroma(first)[there], _chroma(colour)[there])
    known = min(known, _MOST)
    odds = float(np.log(known + 1e-3) - np.log(1.001 - known))
    others = [*_errors(smooth, inside > 0), *colours, *_shape(move, inside), odds]
    return np.array([*spread_out([fit, *_correlations(pair, smooth, inside)]), *others], np.float32)


def _half(picture: Singles) -> Singles:
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)


def _registered(one: Singles, other: Singles) -> tuple[float, Singles]:
    """Find the affine map at half the size, then refine it."""
    whole = [np.full((side, side), 255, np.uint8) for side in (SIDE, LARGE)]
    start = np.eye(2, 3, dtype=np.float32)
    found = cv2.findTransformECC(_half(one), _half(other), start, cv2.MOTION_AFFINE, _ROUGH, whole[0], 3)[1]
    move = np.asarray(found, np.float32)
    # The centre of a large pixel x lies at (x - 0.5) / 2 in small ones.
    move[:, 2] = 2 * move[:, 2] + 0.5 - move[:, :2].sum(axis=1) / 2
    fit, found = cv2.findTransformECC(one, other, move, cv2.MOTION_AFFINE, _REFINED, whole[1], 3)
    return fit, np.asarray(found, np.float32)


def _correlations(pair: Pair, smooth: Pair, inside: Singles) -> list[float]:
    half, inside_half = each(pair, _half), _half(inside)
    found = [correlation(smooth, inside)]
    bands = [(detail(pair, band), inside) for band in _FINE] + [(detail(half, band), inside_half) for band in _COARSE]
    for fine, where in bands:
        cells = blocks(fine, where, 8, 0.02)
        found += [correlation(fine, where), *(quantile(*cells, share) for share in _LOW)]
    small, large = blocks(smooth, inside, 8, 8.0), blocks(each(smooth, _half), inside_half, 4, 8.0)
    found += [quantile(*small, share) for share in _LOW]
    return found + [quantile(*large, share) for share in (0.1, 0.25, 0.5)]


def _errors(pair: Pair, there: np.ndarray) -> list[float]:
    """Return how far the worst blocks are from the best straight line between the greys, over their spread."""
    target, grey = (picture[there] for picture in pair)
    slope = ((grey - grey.mean()) * (target - target.mean())).mean() / max(float(grey.var()), 1.0)
    error = target - slope * grey
    whole = np.zeros(there.shape, np.float32)
    whole[there] = np.abs(error - np.median(error)) / (target.std() + 2)
    cells = np.sort(cv2.resize(whole, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA).ravel())
    return [float(np.log(cells[-rank] + 0.02)) for rank in _WORST]


def _chroma(picture: Pixels) -> Singles:
    channels = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)[..., 1:].astype(np.float32) - 128
    return np.asarray(cv2.GaussianBlur(_half(channels), (0, 0), 1.0), np.float32)


def _colours(one: Singles, other: Singles) -> list[float]:
    """Predict the colours of one picture from the other's by one factor: what is left, and how much colour there is."""
    spreads = [float(np.sqrt(colours.var(0).sum())) for colours in (one, other)]
    means = np.linalg.norm(one.mean(0) - other.mean(0))
    one, other = ((colours - np.median(colours, 0)).astype(np.float32) for colours in (one, other))
    powers = [float((colours * colours).sum(1).mean()) for colours in (one, other)]
    common = float((one * other).sum(1).mean())
    # A grey copy is predicted from the coloured one, not the other way round.
    left = [
        np.linalg.norm(target - np.clip(common / max(power, 1e-3), 0, 2) * known, axis=1)
        for target, known, power in ((one, other, powers[1]), (other, one, powers[0]))
    ]
    least = min(left, key=lambda errors: float(errors.mean()))
    agreement = float(spread_out([common / np.sqrt(powers[0] * powers[1] + 4)])[0])
    few, many = sorted(spreads)
    return [
        *np.log(np.quantile(least, _CHROMA) + 1).tolist(),
        *(agreement * min(1.0, few / 4), float(np.log(few + 1)), float(np.log(many + 1))),
        float(np.log(means + 1) * min(1.0, few / 3)),
    ]


def _shape(move: Singles, inside: Singles) -> list[float]:
    large, small = np.linalg.svd(move[:, :2], compute_uv=False)
    return [float(inside.mean()), float(np.log(max(large / small, 1.0))), float(abs(np.log(max(large * small, 1e-3))))]
