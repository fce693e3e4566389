"""The fundamental frequency of a sentence: a line that falls, accents on stressed syllables, a final rise or fall."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mien.samples.voices._parameters import Delivery, Floats, Speaker
from mien.samples.voices._segments import Segment
from mien.samples.voices._sentences import syllables

FRAMES = 500  # a second
_LEAST, _MOST = 60.0, 700.0  # Hz
_HIGH = 9.0  # semitones above rest, from where a voice climbs half as far
_DECLINATION = -2.0  # semitones from the first to the last syllable, as in plain statements
_FINAL = -2.0  # semitones within the last syllable
_LATE = 0.02  # s by which an accent's peak follows the middle of its vowel
_WIDTH = 0.085  # s, standard deviation of an accent
_TREMOR = 6.0  # Hz


def melody(
    speaker: Speaker,
    delivery: Delivery,
    sentence: str,
    row: list[Segment],
    frames: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> Floats:
    """Give f0 [T] in Hz; `frames` says how many each segment of the row lasts."""
    cues = delivery.cues
    total = int(frames.sum())
    share = np.arange(total) / total
    time = np.arange(total) / FRAMES
    curve = cues["level"] + (cues["slope"] + _DECLINATION) * (share - 0.3)
    curve += speaker.melody * 2 ** cues["range"] * _accents(sentence, row, frames, time, rng)
    curve += (cues["final"] + _FINAL) * last_vowel(row, frames) ** 1.5
    curve += max(0.0, cues["tremor"]) * np.sin(2 * np.pi * (_TREMOR * time + rng.random()))
    curve += 0.3 * smooth(rng.normal(0, 1, total), 0.12) * np.sqrt(0.12 * FRAMES)
    curve = np.where(curve > _HIGH, _HIGH + 0.5 * (curve - _HIGH), curve)
    return np.clip(speaker.pitch * 2 ** (curve / 12), _LEAST, _MOST)


def _accents(
    sentence: str, row: list[Segment], frames: npt.NDArray[np.int64], time: Floats, rng: np.random.Generator
) -> Floats:
    """Give the accents [T], each about 1 high."""
    edges = np.concatenate([[0], np.cumsum(frames)]) / FRAMES
    curve = np.zeros(len(time))
    for number, syllable in enumerate(syllables(sentence)):
        height = float(rng.uniform(0.7, 1.25))
        if syllable.stressed:
            own = [at for at, segment in enumerate(row) if segment.syllable == number and segment.vowel]
            peak = (edges[own[0]] + edges[own[-1] + 1]) / 2 + _LATE
            curve += height * np.exp(-0.5 * ((time - peak) / _WIDTH) ** 2)
    return curve


def last_vowel(row: list[Segment], frames: npt.NDArray[np.int64]) -> Floats:
    """Give a ramp [T] from 0 before the last vowel to 1 at its end and after it."""
    last = row[-1].syllable
    own = [at for at, segment in enumerate(row) if segment.syllable == last and segment.vowel]
    edges = np.concatenate([[0], np.cumsum(frames)])
    share = (np.arange(edges[-1]) - edges[own[0]]) / max(1, edges[own[-1] + 1] - edges[own[0]])
    return np.asarray(np.clip(share, 0, 1), float)


def smooth(track: Floats, seconds: float) -> Floats:
    """Glide between the values of a track [T] or [T, C], by a Hann window of so many seconds."""
    width = max(3, round(seconds * FRAMES)) | 1
    window = np.hanning(width + 2)[1:-1]
    window /= window.sum()
    pad = width // 2
    columns = np.pad(track.reshape(len(track), -1), ((pad, pad), (0, 0)), mode="edge")
    glided = np.stack([np.convolve(column, window, mode="valid") for column in columns.T], axis=1)
    return glided.reshape(track.shape)
