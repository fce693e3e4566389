"""Clips as the bytes of a file."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from mien.samples._draw import VOICE_MARK
from mien.samples.voices._parameters import Sound

_SUBTYPES = {"wav": "PCM_16", "flac": "PCM_16", "mp3": "MPEG_LAYER_III"}


def encode(sound: Sound, rate: int, kind: str) -> bytes:
    """Turn samples, float32 [n] or [n, channels], into a ``wav``, ``flac`` or ``mp3`` file that says what it is."""
    into = io.BytesIO()
    channels = sound.shape[1] if sound.ndim == 2 else 1
    with soundfile.SoundFile(into, "w", rate, channels, _SUBTYPES[kind], format=kind.upper()) as file:
        file.comment = VOICE_MARK
        # Whole steps of 16 bits, so that no rounding differs between libsndfile's conversions.
        file.write(np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16))
    return into.getvalue()
