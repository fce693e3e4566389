"""A sentence as a row of segments: how long each lasts, and what the mouth and the voice aim at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mien.samples.voices._consonants import CONSONANTS, Consonant
from mien.samples.voices._parameters import Delivery, Floats, Speaker
from mien.samples.voices._sentences import Syllable, syllables
from mien.samples.voices._vowels import DIPHTHONGS, formants, scale

NOSE = 270.0  # resonance of the nose, Hz of a man (Klatt 1980)
_STRESSED, _UNSTRESSED = 1.15, 0.72  # length of a vowel
_LAST = 1.25  # how much longer the last syllable is
_SHORTEST_PAUSE = 0.05  # s
_VOWEL = 125.0  # ms, at the speaker's usual rate
_USUAL = 4.75  # syllables per second that this length and `CONSONANTS` give


@dataclass(frozen=True)
class Segment:
    """A stretch in which every target stays."""

    length: float  # seconds
    formants: Floats  # F1..F4 [4], Hz
    syllable: int  # number of the syllable
    voice: float = 0.0  # level of the voice, 1 in a stressed vowel
    breath: float = 0.0  # level of breath through the tract, beside what the voice has anyway
    noise: str = ""  # a name of `NOISES`
    friction: float = 0.0  # level of that noise
    zero: float = 0.0  # antiresonance, Hz; 0 for none
    vowel: bool = False


def segments(speaker: Speaker, delivery: Delivery, sentence: str) -> list[Segment]:
    """Lay out a sentence for a person and a delivery."""
    spoken = syllables(sentence)
    tempo = _USUAL / speaker.rate * 2 ** -delivery.cues["rate"]
    row: list[Segment] = []
    for number, syllable in enumerate(spoken):
        last = number == len(spoken) - 1
        row += _syllable(speaker, delivery, syllable, number, tempo * (_LAST if last else 1.0))
        if syllable.pause:
            row += _pause(row[-1], 0.04 + delivery.cues["pause"])
    return row


def _pause(before: Segment, length: float) -> list[Segment]:
    if length < _SHORTEST_PAUSE:
        return []
    return [replace(before, length=length, voice=0.0, breath=0.0, noise="", friction=0.0, zero=0.0, vowel=False)]


def _syllable(speaker: Speaker, delivery: Delivery, syllable: Syllable, number: int, tempo: float) -> Iterator[Segment]:
    nucleus = next(phone for phone in syllable.phones if phone not in CONSONANTS)
    spread = 2 ** (0.25 * delivery.cues["precision"])
    starts, ends = (
        _coloured(_target(speaker, name, syllable.stressed, spread), delivery)
        for name in DIPHTHONGS.get(nucleus, (nucleus, nucleus))
    )
    before = True
    for phone in syllable.phones:
        if phone == nucleus:
            before = False
            yield from _vowel(starts, ends, number, syllable, tempo, weak=nucleus == "ax")
        else:
            yield from _consonant(CONSONANTS[phone], speaker, starts if before else ends, number, tempo)


def _target(speaker: Speaker, vowel: str, stressed: bool, spread: float) -> Floats:
    """Give a vowel's formants [4]: with the speaker's accent, and nearer to schwa where it is slurred or unstressed."""
    middle = formants("ax", speaker.tract)
    clear = spread * (1.0 if stressed else 0.8)
    aim = formants(vowel, speaker.tract)
    if vowel in speaker.accent:
        aim[:2] *= speaker.accent[vowel]
    aim[:2] = middle[:2] * (aim[:2] / middle[:2]) ** clear
    return aim


def _coloured(target: Floats, delivery: Delivery) -> Floats:
    """Open the jaw, and smile: a shorter tract has higher formants."""
    raised = target * 2 ** delivery.cues["smile"]
    raised[0] *= 2 ** delivery.cues["jaw"]
    return raised


def _vowel(
    starts: Floats, ends: Floats, number: int, syllable: Syllable, tempo: float, *, weak: bool
) -> Iterator[Segment]:
    length = _VOWEL / 1000 * tempo * (0.55 if weak else _STRESSED if syllable.stressed else _UNSTRESSED)
    level = 1.0 if syllable.stressed else 0.8
    if np.array_equal(starts, ends):
        yield Segment(length, starts, number, voice=level, vowel=True)
        return
    yield Segment(length * 0.7, starts, number, voice=level, vowel=True)
    yield Segment(length * 0.6, ends, number, voice=level, vowel=True)


def _consonant(made: Consonant, speaker: Speaker, vowel: Floats, number: int, tempo: float) -> Iterator[Segment]:
    size = scale(speaker.tract)
    locus = np.array([*made.locus, vowel[3] / size]) * size
    target = locus**made.hold * vowel ** (1 - made.hold)
    target[0] = locus[0] if made.hold else vowel[0]
    yield Segment(
        made.length / 1000 * tempo,
        target,
        number,
        voice=made.voice,
        breath=made.breath,
        noise=made.noise,
        friction=made.friction,
        zero=made.zero * size,
    )
    if made.burst:
        yield Segment(0.012, target, number, noise=made.noise, friction=made.burst)
    if made.aspiration:
        yield Segment(made.aspiration / 1000 * tempo**0.5, target, number, breath=1.0)
