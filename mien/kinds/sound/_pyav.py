"""M4A, AAC, WebM, WMA, Speex, AMR and the sound of videos by FFmpeg, through PyAV: the extra ``mien[av]``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import MediaError
from mien.kinds.sound._mpeg import after_id3
from mien.kinds.sound._source import Source, opened
from mien.kinds.sound._stream import Stream, damaged, shown

if TYPE_CHECKING:
    from mien.core.types import Singles

# The reader of each kind by name: FFmpeg would also try play lists, which lead to other files and addresses.
_READERS = {"m4a": "mov", "mp4": "mov", "webm": "matroska", "wma": "asf", "speex": "ogg", "ogv": "ogg"}
_READERS |= {"opus": "ogg", "oggflac": "ogg"}
_BROKEN = 0.1  # of the packets: up to here they are left out, as every player does


class PyavStream(Stream):
    """A file that FFmpeg reads."""

    def __init__(self, kind: str, data: Source) -> None:
        self.kind, self._av = kind, _library(kind)
        start = after_id3(data)
        try:
            self._container = self._av.open(
                opened(data, start), format=_READERS.get(kind, kind), metadata_errors="replace"
            )
        except (self._av.error.FFmpegError, ValueError) as error:
            raise damaged(kind, _words(error)) from error
        tracks = self._container.streams.audio
        if not tracks or not tracks[0].codec_context:
            self.close()
            raise MediaError(f"The {shown(kind)} has no sound that can be read", issue="unsupported", todo="Remove it")
        track = tracks[0]
        self.rate, self.channels = int(track.rate or 0), int(track.codec_context.channels or 0)
        seconds = float(track.duration * track.time_base) if track.duration and track.time_base else 0.0
        self.frames = int(max(seconds, 0.0) * self.rate)

    def pieces(self) -> Iterator[Singles]:
        """Yield what is there, float32 [n, C]; see `Stream`."""
        mixer, count, broken = self._av.AudioResampler(format="flt"), 0, 0
        try:
            for packet in self._container.demux(audio=0):
                count += 1
                try:
                    frames = packet.decode()
                except self._av.error.FFmpegError:
                    broken += 1
                    continue
                for frame in frames:
                    yield from self._samples(frame, mixer)
        except (self._av.error.FFmpegError, ValueError) as error:
            raise damaged(self.kind, _words(error)) from error
        if broken > _BROKEN * count:
            raise damaged(self.kind, f"{broken:,} of {count:,} packets cannot be decoded")

    def _samples(self, frame: Any, mixer: Any) -> Iterator[Singles]:  # noqa: ANN401
        if (frame.sample_rate, frame.layout.nb_channels) != (self.rate, self.channels):
            raise damaged(self.kind, "its rate or channels change on the way")
        for part in mixer.resample(frame):
            yield np.array(part.to_ndarray(), np.float32).reshape(-1, self.channels)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


def _library(kind: str) -> Any:  # noqa: ANN401 - the module
    try:
        import av
        import av.logging
    except ImportError as error:
        came = f"The {shown(kind)} is read with PyAV, which is not installed here"
        todo = "Install it: pip install 'mien[av]'; or save the file as WAV or FLAC"
        raise MediaError(came, issue="unsupported", todo=todo) from error
    av.logging.set_level(None)
    return av


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def has_pyav() -> bool:
    """Say whether PyAV is installed."""
    return importlib.util.find_spec("av") is not None
