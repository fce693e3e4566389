"""Samples become a file, with nothing beside them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from mien.samples import VOICE_MARK

if TYPE_CHECKING:
    from mien.core.types import Singles

_SMALL = 0.8  # of libsndfile's scale, 0 the largest file: speech stays clear


def encode_flac(samples: Singles) -> bytes:
    """Write a clip as FLAC: 16 kHz, mono, 16 bits.

    Parameters
    ----------
    samples : float32 [T]
        -1..1.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> encode_flac(np.zeros(16_000, np.float32))[:4]
    b'fLaC'
    """
    import soundfile

    file, steps = BytesIO(), np.clip(np.rint(np.asarray(samples) * 32_768), -32_768, 32_767).astype(np.int16)
    with soundfile.SoundFile(file, "w", 16_000, 1, format="FLAC", subtype="PCM_16") as opened:
        opened.write(steps)
    return file.getvalue()


def encode_mp3(samples: Singles, compression: float = _SMALL, mode: str = "VARIABLE") -> bytes:
    """Write a clip as MP3, mono, about 22 kbit/s, which every browser plays; empty where libsndfile writes none.

    `compression` is libsndfile's, 0 the largest file, just below 1 the smallest; `mode` says which bit rate is kept.
    """
    import soundfile

    if "MP3" not in soundfile.available_formats():
        return b""
    file, how = BytesIO(), {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": mode}
    with soundfile.SoundFile(file, "w", 16_000, 1, compression_level=compression, **how) as opened:
        opened.write(np.clip(samples, -1, 1))
    return file.getvalue()


def is_drawn(data: bytes) -> bool:
    """Say whether a file bears the mark of the voices that Mien makes."""
    return VOICE_MARK.encode() in data[:4096] + data[-4096:]
