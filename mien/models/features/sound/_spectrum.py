"""What a frame sounds like: levels in mel bands, their cepstrum, and the shape of its spectrum."""

from __future__ import annotations

import numpy as np

from mien.kinds.sound import mel_bank
from mien.models.features._tensor import Tensor
from mien.models.features.sound._frames import BINS, DECIBELS, HERTZ, Frames, decibels

BANDS = 26  # as in HTK, openSMILE and eGeMAPS
LOW, HIGH = 60.0, 7600.0  # hertz that they span
CEPSTRUM = 13
REGIONS = ((50, 500), (500, 1500), (1500, 3800), (3800, 7600))  # hertz
PARTS = (25, 50, 75, 90)  # percent of the power, below the roll-off
SHAPE = (
    *("centroid", "spread", "entropy", "flux", "alpha", "hammarberg"),
    *(f"{what}_{low}" for what in ("slope", "share") for low, _ in REGIONS),
    *(f"rolloff_{part}" for part in PARTS),
)


def bands(frames: Frames) -> tuple[Tensor, Tensor]:
    """Add the power of mel bands, and their mean level in dB: [N, F, 26] each."""
    bank = mel_bank(BANDS, LOW, HIGH)[BINS]
    power = frames.power @ bank
    return power, decibels(power / bank.sum(0))


def cepstrum(levels: Tensor) -> Tensor:
    """Add MFCC 1 to 13 (Davis & Mermelstein 1980): [N, F, 13]."""
    turns = np.pi * (np.arange(BANDS)[:, None] + 0.5) * np.arange(1, CEPSTRUM + 1) / BANDS
    found: Tensor = levels @ (np.sqrt(2 / BANDS) * np.cos(turns))
    return found


def delta(values: Tensor) -> Tensor:
    """Add the slope over five frames (Furui 1986), a frame: [N, F, C]."""
    widened = values.repeated([0, 2, 0, 0, 2, 0])
    first, second, _, fourth, fifth = (widened.cut(1, at, at - 4 or None) for at in range(5))
    return ((fifth - first) * 2 + fourth - second) * 0.1


def loudness(power: Tensor) -> Tensor:
    """Add the sum over bands as the ear hears each (Zwicker's exponent, 0.3): [N, F, 1]."""
    return ((power + 1e-6).log() * 0.3).exp().sum(2)


def shape(frames: Frames) -> dict[str, Tensor]:
    """Add what `SHAPE` names, [N, F, 1] each.

    Logarithms of centroid, spread (kHz) and roll-off; entropy and flux of the spectrum as shares; alpha ratio and
    Hammarberg index in dB as eGeMAPS has them (Eyben et al. 2016); of four regions slope, dB per kHz, and share, dB.
    """
    power = frames.power + 1e-7
    total = power.sum(2)
    share, levels = power / total, decibels(power)
    found = _moments(share)
    found["flux"] = _flux(power)
    found["alpha"] = _level(power, 1000, 5000) - _level(power, 50, 1000)
    found["hammarberg"] = _highest(levels, 50, 2000) - _highest(levels, 2000, 5000)
    for low, high in REGIONS:
        found[f"slope_{low}"] = levels @ _ramp(low, high)
        found[f"share_{low}"] = _level(power, low, high) - total.log() * DECIBELS
    below = share.running(2)
    for part in PARTS:
        found[f"rolloff_{part}"] = ((below < part / 100).sum(2) + 1).log()
    return {name: found[name] for name in SHAPE}


def _moments(share: Tensor) -> dict[str, Tensor]:
    kilohertz = HERTZ[:, None] / 1000
    centroid = share @ kilohertz
    spread = (share @ kilohertz**2 - centroid.square()).least(1e-6).root()
    return {"centroid": centroid.log(), "spread": spread.log(), "entropy": (share * share.log()).sum(2)}


def _flux(power: Tensor) -> Tensor:
    """Return how far the form of a spectrum is from the one before, 0..2."""
    root = power.root()
    form = root / power.sum(2).root()
    return (form - form.cut(1, 0, -1).pad([0, 1, 0, 0, 0, 0])).square().sum(2)


def _level(power: Tensor, low: float, high: float) -> Tensor:
    first, last = np.searchsorted(HERTZ, (low, high)).tolist()
    return decibels(power.cut(2, first, last).sum(2))


def _highest(levels: Tensor, low: float, high: float) -> Tensor:
    first, last = np.searchsorted(HERTZ, (low, high)).tolist()
    return levels.cut(2, first, last).max(2)


def _ramp(low: float, high: float) -> np.ndarray:
    """Return what a line fitted to the levels of a region weighs them by, [BINS, 1]."""
    inside = (low <= HERTZ) & (high > HERTZ)
    apart = np.where(inside, HERTZ - HERTZ[inside].mean(), 0) / 1000
    ramp: np.ndarray = (apart / np.square(apart).sum())[:, None]
    return ramp
