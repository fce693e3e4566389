"""Samples become a file, with nothing beside them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from mien.samples import VOICE_MARK

if TYPE_CHECKING:
    from mien.core.types import Singles


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


def is_drawn(data: bytes) -> bool:
    """Say whether a file bears the mark of the voices that Mien makes."""
    return VOICE_MARK.encode() in data[:4096] + data[-4096:]
