"""Everything that decides one clip, drawn from a seed and its number."""

from __future__ import annotations

import numpy as np

from mien.samples._order import check_numbers
from mien.samples._tables import tables
from mien.samples.voices._emotions import sample_delivery
from mien.samples.voices._parameters import Recording, Sound, VoiceParameters
from mien.samples.voices._recording import MICROPHONES, record
from mien.samples.voices._sentences import SENTENCES
from mien.samples.voices._speak import speak
from mien.samples.voices._speaker import sample_speaker


def sample_parameters(
    seed: int, index: int, label: str, *, person: int | None = None, intensity: float | None = None
) -> VoiceParameters:
    """Draw everything that decides one clip.

    Parameters
    ----------
    seed : int
        Seed of the data set, from 0.
    index : int
        Number of the clip, from 0; the same number gives the same clip, however many are synthesised.
    label : str
        A name of `EMOTIONS`.
    person : int, optional
        Whose voice; without it, every clip has a person of its own.
    intensity : float, optional
        Strength of the emotion, 0..1; without it, faint to full (0.3..1).

    Returns
    -------
    VoiceParameters
        Ready for `synthesise`.

    Raises
    ------
    SettingError
        If a number is negative, the intensity is not in 0..1 or the label is unknown.

    Examples
    --------
    >>> sample_parameters(0, 3, "angry", person=1).sentence
    'nobody'
    """
    check_numbers(seed, index, person, intensity)
    speaker = sample_speaker(seed, index if person is None else person)
    rng = np.random.default_rng([seed, 12, index])
    return VoiceParameters(
        speaker=speaker,
        delivery=sample_delivery(rng, speaker, label, intensity),
        sentence=str(rng.choice(list(SENTENCES))),
        recording=_recording(rng),
        grain=int(rng.integers(2**31)),
    )


def synthesise(voice: VoiceParameters) -> Sound:
    """Turn parameters into a clip.

    Parameters
    ----------
    voice : VoiceParameters
        What to synthesise.

    Returns
    -------
    numpy.ndarray
        float32 [n], mono, -1..1, at ``voice.recording.rate`` samples per second.

    Examples
    --------
    >>> voice = sample_parameters(0, 0, "happy", person=1)
    >>> 1 < len(synthesise(voice)) / voice.recording.rate < 5
    True
    """
    said = speak(voice.speaker, voice.delivery, voice.sentence, voice.grain)
    return record(said, voice.recording, voice.grain)


def _recording(rng: np.random.Generator) -> Recording:
    noise = _pick(rng, "noise")
    return Recording(
        t60=float(rng.uniform(0.15, 0.7)),
        distance=float(rng.uniform(0.05, 0.6)),
        noise=noise,
        snr=float(rng.uniform(14, 35)),
        microphone=str(rng.choice(list(MICROPHONES))),
        gain=float(np.clip(rng.normal(0, 5), -10, 8)),
        evens=float(rng.uniform(0.3, 0.95)),
        lead=float(rng.uniform(0.08, 0.45)),
        tail=float(rng.uniform(0.12, 0.5)),
        rate=int(_pick(rng, "rate")),
        kind=_pick(rng, "kind"),
    )


def _pick(rng: np.random.Generator, table: str) -> str:
    shares: dict[str, float] = tables("voices")[table]
    return str(rng.choice(list(shares), p=list(shares.values())))
