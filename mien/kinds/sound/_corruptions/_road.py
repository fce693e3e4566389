"""What a voice goes through between a mouth and a file: a room, a line, a coder, a network."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._encode import encode_mp3
from mien.kinds.sound._read import RATE

if TYPE_CHECKING:
    from mien.core.types import Singles

_FADES = (0.2, 0.35, 0.5, 0.8, 1.2)  # seconds until the echo has faded by 60 dB
_WET = (-9.0, -5.0, -2.0, 1.0, 4.0)  # dB: the echo's energy beside the voice's that comes straight
_FIRST = 0.004  # seconds until the first echo
_BANDS = ((60, 6000), (100, 4500), (200, 3400), (300, 2600), (400, 1800))  # hertz that pass; the third is a telephone
_BITS = (8, 7, 6, 5, 4)
_MU = 255.0
_RATES = (0.8, 0.87, 0.92, 0.96, 0.99)  # of libsndfile's compression: about 30, 22, 16, 12 and 9 kbit/s on average
_LOST = (0.02, 0.05, 0.1, 0.2, 0.35)  # share of the packets
_PACKET = RATE // 50  # samples, 20 ms


def room(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Add the echo of a room: noise that fades exponentially (Moorer 1979)."""
    seconds = _FADES[strength - 1]
    count = round(seconds * RATE)
    echo = random.standard_normal(round(_FADES[-1] * RATE))[:count] * 10 ** (-3 * np.arange(count) / count)
    echo[: round(_FIRST * RATE)] = 0
    echo *= np.sqrt(10 ** (_WET[strength - 1] / 10) / np.sum(echo**2))
    size = 1 << (len(samples) + count).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)[: len(samples)]
    return samples + wet.astype(np.float32)


def band_limit(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Let a band of frequencies pass, with edges of Butterworth's shape, order 6."""
    low, high = _BANDS[strength - 1]
    hertz = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 1e-3)
    gain = 1 / np.sqrt((1 + (low / hertz) ** 12) * (1 + (hertz / high) ** 12))
    passed: Singles = np.fft.irfft(np.fft.rfft(samples) * gain, len(samples)).astype(np.float32)
    return passed


def mu_law(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Round to the steps of mu-law, which are finer where it is soft (ITU-T G.711 has 8 bits; here 8 to 4)."""
    levels = float(2 ** (_BITS[strength - 1] - 1))
    size = np.log1p(_MU * np.abs(samples)) / np.log1p(_MU)
    steps = np.rint(size * levels) / levels
    rounded: Singles = (np.sign(samples) * np.expm1(steps * np.log1p(_MU)) / _MU).astype(np.float32)
    return rounded


def mp3(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Save it as MP3 of few bits, and read it again."""
    import soundfile

    # At a constant rate so low, libsndfile 1.2.2 gives the coder's delay back as sound; at an average one it does not.
    file = BytesIO(encode_mp3(samples, _RATES[strength - 1], "AVERAGE"))
    read, _ = soundfile.read(file, dtype="float32")
    return np.asarray(read, np.float32)


def packet_gaps(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Lose packets of 20 ms on the way, with silence in their places."""
    lost = random.random(-(-len(samples) // _PACKET)) < _LOST[strength - 1]
    return np.where(np.repeat(lost, _PACKET)[: len(samples)], np.float32(0), samples)
