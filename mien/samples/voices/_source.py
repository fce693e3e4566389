"""The voice itself: when the glottis closes, and the spectrum of what each closure sends into the tract.

Source: B. Doval, C. d'Alessandro, N. Henrich, "The voice source as a causal/anticausal linear filter", VOQUAL 2003:
the open phase is an anticausal resonance (the "glottal formant"), the return phase a first-order low-pass. Values for
soft and loud voices after the same authors, "The spectrum of glottal flow models", Acta Acustica 92, 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.samples.voices._melody import FRAMES
from mien.samples.voices._parameters import Delivery, Floats, Speaker, Spectrum
from mien.samples.voices._tracks import Tracks

_SHIMMER = 80.0  # dB for a jitter of a whole period: 1 % goes with 0.8 dB
_SILENT = 1e-3  # level of a voice that is left out
_ASYMMETRY = 0.7  # of the glottal pulse (alpha_m)
_TILT_AT = 3.0  # kHz where the tilt is measured


@dataclass(frozen=True)
class Pulses:
    """Closures of the glottis; K of them."""

    time: Floats  # [K], seconds
    level: Floats  # [K]
    period: Floats  # [K], seconds
    frame: Floats  # [K], place in the tracks

    def part(self, start: int, stop: int) -> Pulses:
        """Give some of them."""
        cut = slice(start, stop)
        return Pulses(self.time[cut], self.level[cut], self.period[cut], self.frame[cut])


def pulses(spoken: Tracks, speaker: Speaker, delivery: Delivery, rng: np.random.Generator) -> Pulses:
    """Place the closures: one for each period of f0, a little too early or late (jitter), strong or weak (shimmer)."""
    phase = np.cumsum(spoken.pitch) / FRAMES
    count = int(phase[-1])
    frame = np.interp(np.arange(1, count + 1), phase, np.arange(len(phase)))
    period = 1 / np.interp(frame, np.arange(len(phase)), spoken.pitch)
    creak = np.interp(frame, np.arange(len(phase)), spoken.creak)
    jitter = np.minimum(speaker.roughness * 2 ** delivery.cues["rough"], 0.03) + 0.06 * creak
    stray = np.clip(rng.normal(0, 1, (2, count)), -2.5, 2.5)
    level = np.interp(frame, np.arange(len(phase)), spoken.voice)
    level *= 10 ** (_SHIMMER * jitter * stray[1] / 20)
    keep = level > _SILENT
    time = frame / FRAMES + period * jitter / np.sqrt(2) * stray[0]
    return Pulses(time[keep], level[keep], period[keep], frame[keep])


def effort(speaker: Speaker, delivery: Delivery) -> float:
    """Give the vocal effort, -1 (soft) .. 1 (shouting)."""
    return float(np.clip(speaker.effort + delivery.cues["effort"], -1, 1.1))


def glottis(kilohertz: Floats, period: Floats, strength: float) -> Spectrum:
    """Give the spectrum [K, bins] of the flow's derivative; high up it falls as 1/f, and by the tilt."""
    open_quotient = 0.62 - 0.17 * strength  # soft 0.79 .. shouting 0.45
    tilt = 13.0 - 11.0 * strength  # dB at 3 kHz: soft 24, shouting 2
    centre = 1 / (2 * open_quotient * period) / 1000  # kHz
    width = centre * 2 / np.tan(np.pi * (1 - _ASYMMETRY))
    corner = _TILT_AT / np.sqrt(10 ** (tilt / 10) - 1)
    rise = np.asarray(1j * kilohertz / (1 + 1j * kilohertz / corner), np.complex64)
    return rise / resonance(kilohertz, centre, -width)


def resonance(kilohertz: Floats, centre: Floats, width: Floats) -> Spectrum:
    """Give the denominator [K, bins] of resonances at `centre` [K], `width` [K] wide, in kHz.

    A negative width turns time round: the resonance rises until it is cut off.
    """
    value = np.empty((len(centre), len(kilohertz)), np.complex64)
    top = (np.square(centre) + np.square(width) / 4).astype(np.float32)
    bins = kilohertz.astype(np.float32)
    np.subtract(top[:, None], np.square(bins)[None], out=value.real)
    np.multiply(width.astype(np.float32)[:, None], bins[None], out=value.imag)
    return value
