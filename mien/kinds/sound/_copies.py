"""Are two clips copies of one? A signature finds candidates; laid over each other, their fingerprints decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._fingerprint import FRAMES, unpacked

if TYPE_CHECKING:
    from mien.core.types import Pixels, Signatures, Singles

_GROUPS, _RATES = 7, 9  # of bands, and of how fast they change: 63 numbers
_SLOWEST, _FASTEST = 3, 129  # bins of 0.16 Hz, half a hertz to 21
# What all signatures share, so that `core.neighbours` may call the same cosines close as for pictures: of changed
# copies 99 % are above 0.65 without it, of different clips of one speaker 0.1 % (bench/sound_copies.py).
_SHARED = 0.4
_SHIFT = 32  # frames, half a second: how much more of one clip than of the other may be cut off at either end
_OVERLAP = 0.5  # of the shorter clip, at least
# Of 1.5 million pairs of RAVDESS and nEMO, two takes of one sentence by one actor agree to 0.69, all others to 0.61 at
# most; of changed copies 99 % to 0.8 or more (bench/sound_copies.py).
_SAME, _STEEP = 0.7, 30.0


def signatures(forms: Pixels) -> Signatures:
    """Compute signatures of fingerprints, uint8 [N, 48, 48]: int8 [N, 64], all zero where there is none.

    What a copy keeps wherever it begins is how much each band changes, and how fast: the spectrum of its changes.
    """
    found = np.zeros((len(forms), 64), np.int8)
    for form, mark in zip(forms, found, strict=True):
        changes = unpacked(form)
        if len(changes):
            numbers = np.append(_modulations(changes), np.float32(_SHARED**0.5))
            mark[:] = np.rint(numbers * (127 / (1 + _SHARED) ** 0.5))
    return found


def _modulations(changes: Singles) -> Singles:
    """Return the spectrum of the changes less what its bands and its rates have in common, of length 1."""
    window = np.sqrt(np.hanning(len(changes) + 2)[1:-1, None])  # so that it matters less what is cut off
    power = np.abs(np.fft.rfft(changes * window, FRAMES, axis=0)) ** 2
    edges = np.rint(np.geomspace(_SLOWEST, _FASTEST, _RATES + 1)).astype(int)
    rates = np.add.reduceat(power[: edges[-1]], edges[:-1], axis=0) / np.diff(edges)[:, None]
    groups = [part.mean(axis=1) for part in np.array_split(rates, _GROUPS, axis=1)]
    level = np.log(np.stack(groups, axis=1) + 1e-6)  # [rates, groups]
    level += level.mean() - level.mean(axis=0, keepdims=True) - level.mean(axis=1, keepdims=True)
    return np.asarray(level / max(float(np.linalg.norm(level)), 1e-9), np.float32).ravel()


def same_clip(first: Pixels, second: Pixels) -> float:
    """Say how sure it is that two fingerprints are those of copies, 0..1."""
    one, other = unpacked(first), unpacked(second)
    if not len(one) or not len(other):
        return 0.0
    return float(1 / (1 + np.exp(-_STEEP * (agreement(one, other) - _SAME))))


def agreement(first: Singles, second: Singles) -> float:
    """Return how well two clips, float32 [F, 12] each, agree where they fit best: a correlation, -1..1."""
    best, least = -1.0, _OVERLAP * min(len(first), len(second))
    for shift in range(-_SHIFT, _SHIFT + 1):
        one, other = first[max(shift, 0) :], second[max(-shift, 0) :]
        length = min(len(one), len(other))
        if length >= max(least, 1):
            one, other = one[:length], other[:length]
            size = float(np.vdot(one, one)) * float(np.vdot(other, other))
            best = max(best, float(np.vdot(one, other)) / max(size, 1e-9) ** 0.5)
    return best
