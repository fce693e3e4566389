"""Where somebody speaks: a rule over pitch, of samples at 16 kHz.

A voice has a pitch that never stays where it is. Each 20 ms the autocorrelation of the compressed spectrum (Tolonen and
Karjalainen 2000) says how periodic the sound is, and at which lag; noise of any colour is not periodic, and tones,
chords and hum are, but stay in place. Where enough of a second glides, everything periodic around is a voice, with what
lies close to it: consonants. docs/decisions/0035-voice-activity.md has what each bound was chosen by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mien.kinds.sound._activity import FRAME

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Floats, Singles

    Flags = npt.NDArray[np.bool_]

_RATE = 16_000
_SIZE, _POINTS = 512, 1024  # samples of a spectrum, 32 ms, and with the zeros that follow them
_BAND = slice(6, 256)  # bins of 15.6 Hz that are listened to: 94 Hz to 4 kHz
_LAGS = slice(27, 230)  # samples, of pitches from 590 Hz down to 70
_QUIETEST = -20.0  # dB: a voice whose loudest sample is about 65 below full scale
_PERIODIC = 0.12  # height of the peak; noise has up to 0.11
_PURE = 0.65  # voices have less, tones of sines more
_RUMBLE = 0.93  # of the power below 200 Hz: more is a drum, or mains
_HIGH = 0.05  # of the band's power below 1 kHz: less is a bird
_SINE = 0.30  # of the band's power in its strongest bin: a lone sine has a third
_GLIDE, _GLIDES = 3, (0.004, 0.15)  # frames, and how far the logarithm of the lag goes meanwhile
_STAY, _STAYS = 12, 0.5  # frames, and how much of a spectrum may be there as many before and after
_AROUND = 25  # frames to each side over which gliding ones are counted: a second
_ENOUGH = 4  # of them
_SHARE = 0.35  # of the periodic ones
_REACH = 25  # frames from a voice within which all that is periodic is a voice: held vowels
_HANG = 10  # frames before and after a periodic one that belong to it: consonants
_GAP = 15  # frames between words that count as speech, 0.3 s
_CONTEXT = 100  # frames beyond those that are judged on which the answer can depend
AT_ONCE, LIVE = 1000, 25  # frames that are judged at once, 20 s; of a microphone, half a second


class Heard(NamedTuple):
    """A stretch of a recording: samples float32 [n], and of each of its 20 ms whether somebody speaks, bool [F]."""

    samples: Singles
    speech: Flags


def speech(samples: Singles) -> Flags:
    """Say of each 20 ms whether somebody speaks, bool [F]; the last part of one counts."""
    periodic, gliding = _pitch(samples)
    enough = _counted(gliding)
    voice = periodic & (enough >= _ENOUGH) & (enough >= _SHARE * _counted(periodic))
    return _closed(_widened(periodic & _widened(voice, _REACH), _HANG), _GAP)


def pitches(samples: Singles) -> Floats:
    """Return the pitch of each 20 ms in which a voice is heard, hertz, [voiced frames]."""
    power = _powers(samples)
    height, lag = _periods(power[:, _BAND])
    total = power[:, _BAND].sum(axis=1) + np.float32(1e-10)
    voiced = (height > _PERIODIC) & (10 * np.log10(total) > _QUIETEST)
    return np.asarray(_RATE / np.exp(lag[voiced]), np.float64)


def heard(blocks: Iterable[Singles], at_once: int = AT_ONCE) -> Iterator[Heard]:
    """Judge a recording of any length; however it is divided into blocks, the answer is that for the whole.

    `blocks` are float32 [n], one after the other; `at_once` frames are judged together, as soon as two seconds more are
    there. Memory does not grow with the length.
    """
    before, size = np.zeros(0, np.float32), 0
    held: list[Singles] = []
    for block in blocks:
        held.append(block)
        size += len(block)
        while size >= (at_once + _CONTEXT) * FRAME:
            rest = np.concatenate(held)
            now, after = rest[: at_once * FRAME], rest[at_once * FRAME :]
            yield _judged(before, now, after[: _CONTEXT * FRAME])
            before, held, size = np.concatenate([before, now])[-_CONTEXT * FRAME :], [after], len(after)
    rest = np.concatenate([np.zeros(0, np.float32), *held])
    if len(rest):
        yield _judged(before, rest, rest[:0])


def _judged(before: Singles, now: Singles, after: Singles) -> Heard:
    found = speech(np.concatenate([before, now, after]))
    start = len(before) // FRAME
    return Heard(now, found[start : start - (-len(now) // FRAME)])


def _pitch(samples: Singles) -> tuple[Flags, Flags]:
    """Say of each 20 ms whether it is periodic as a voice is, and whether its pitch glides: two of bool [F]."""
    power = _powers(samples)  # [F, 513]
    band = power[:, _BAND]
    total = band.sum(axis=1) + np.float32(1e-10)
    height, lag = _periods(band)
    periodic = (height > _PERIODIC) & (10 * np.log10(total) > _QUIETEST)
    periodic &= power[:, 1:13].sum(axis=1) < _RUMBLE * power[:, 1:].sum(axis=1)
    periodic &= band[:, :58].sum(axis=1) > _HIGH * total
    moved = np.abs(lag - np.concatenate([lag[:1]] * _GLIDE + [lag])[: len(lag)])
    gliding = periodic & (height < _PURE) & (moved > _GLIDES[0]) & (moved < _GLIDES[1])
    gliding &= (band.max(axis=1) < _SINE * total) & (_stays(band) < _STAYS * total)
    return periodic, gliding


def _powers(samples: Singles) -> Singles:
    count = max(1, -(-len(samples) // FRAME))
    padded = np.zeros(count * FRAME + _SIZE, np.float32)
    edge = (_SIZE - FRAME) // 2  # so that the middle of the spectrum is that of the 20 ms
    padded[edge : edge + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::FRAME][:count]
    spectra = np.fft.rfft(frames * np.hanning(_SIZE).astype(np.float32), _POINTS)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


def _periods(band: Singles) -> tuple[Singles, Floats]:
    """Return the highest peak of the autocorrelation, 0..1, and the logarithm of its lag, each [F]."""
    compressed = np.zeros((len(band), _POINTS // 2 + 1), np.float32)
    compressed[:, _BAND] = np.cbrt(band)
    found = np.fft.irfft(compressed, _POINTS)
    place = _LAGS.start + found[:, _LAGS].argmax(axis=1)
    row = np.arange(len(found))
    left, peak, right = (found[row, place + step] for step in (-1, 0, 1))
    bend = left - 2 * peak + right
    between = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1), 0)  # the parabola's top
    return peak / (found[:, 0] + np.float32(1e-9)), np.log(place + np.clip(between, -1, 1))


def _stays(band: Singles) -> Singles:
    """Return how much of the power is in its place a quarter of a second before and after as well, [F]."""
    padded = np.pad(band, ((_STAY, _STAY), (0, 0)), mode="edge")
    least = np.minimum(padded[: -2 * _STAY], padded[2 * _STAY :])
    return np.asarray(np.minimum(least, band).sum(axis=1))


def _counted(flags: Flags) -> Floats:
    total = np.concatenate([[0], np.cumsum(np.pad(flags, (_AROUND + 1, _AROUND)))])
    width = 2 * _AROUND + 1
    return np.asarray(total[width + 1 :] - total[1:-width], np.float64)


def _widened(flags: Flags, by: int) -> Flags:
    total = np.concatenate([[0], np.cumsum(np.pad(flags, by))])
    return np.asarray(total[2 * by + 1 :] > total[: -2 * by - 1])


def _closed(flags: Flags, gap: int) -> Flags:
    """Fill gaps of at most so many frames between what is set."""
    there = np.flatnonzero(flags)
    steps = np.diff(there)
    filled = flags.copy()
    for place in np.flatnonzero((steps > 1) & (steps <= gap + 1)):
        filled[there[place] : there[place + 1]] = True
    return filled
