"""One clip as every container, rate, depth and number of channels would hold it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import numpy as np
import soundfile
import soxr

RATES = (8_000, 16_000, 22_050, 44_100, 48_000)
SNDFILE = {  # format, and its depths
    "WAV": (
        "WAV",
        {"8 bits": "PCM_U8", "16 bits": "PCM_16", "24 bits": "PCM_24", "32 bits": "PCM_32", "float": "FLOAT"},
    ),
    "FLAC": ("FLAC", {"8 bits": "PCM_S8", "16 bits": "PCM_16", "24 bits": "PCM_24"}),
    "Ogg Vorbis": ("OGG", {"lossy": "VORBIS"}),
    "MP3": ("MP3", {"lossy": "MPEG_LAYER_III"}),
    "Opus": ("OGG", {"lossy": "OPUS"}),
}
PYAV = {"WebM (Opus)": ("webm", "libopus"), "M4A (AAC)": ("ipod", "aac")}
OPUS_RATES = (8_000, 16_000, 48_000)  # of those above; Opus knows no others


@dataclass(frozen=True)
class Way:
    """How a clip is saved."""

    container: str
    rate: int
    depth: str
    channels: int

    def save(self, samples: np.ndarray) -> bytes:
        """Write float32 [T, channels] of this way's rate."""
        file = BytesIO()
        if self.container in PYAV:
            _encode(file, samples, self.rate, *PYAV[self.container])
        else:
            form, subtypes = SNDFILE[self.container]
            soundfile.write(file, samples, self.rate, format=form, subtype=subtypes[self.depth])
        return file.getvalue()


def ways() -> list[Way]:
    """List them all; PyAV's where it is installed."""
    return [
        Way(container, rate, depth, channels)
        for container, depths in _containers().items()
        for rate in (OPUS_RATES if "Opus" in container else RATES)
        for depth in depths
        for channels in (1, 2)
    ]


def saved(samples: np.ndarray, rate: int) -> Iterator[tuple[Way, bytes]]:
    """Save mono float32 [T] of a rate in every way."""
    resampled = {other: samples if other == rate else soxr.resample(samples, rate, other, "VHQ") for other in RATES}
    for way in ways():
        clip = resampled[way.rate].clip(-1, 1)[:, None].repeat(way.channels, axis=1)
        yield way, way.save(np.ascontiguousarray(clip))


def _containers() -> dict[str, tuple[str, ...]]:
    found = {name: tuple(depths) for name, (_, depths) in SNDFILE.items()}
    if importlib.util.find_spec("av"):
        found |= dict.fromkeys(PYAV, ("lossy",))
    return found


def _encode(file: BytesIO, samples: np.ndarray, rate: int, form: str, codec: str) -> None:
    import av

    layout = "stereo" if samples.shape[1] == 2 else "mono"
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        container.mux([packet for part in (frame, None) for packet in stream.encode(part)])
