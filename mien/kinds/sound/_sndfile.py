"""WAV, FLAC, Ogg, Opus, MP3, AIFF, AU, CAF and W64 by libsndfile, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import MediaError
from mien.kinds.sound._mpeg import after_id3
from mien.kinds.sound._quiet import quiet
from mien.kinds.sound._source import Source, opened
from mien.kinds.sound._stream import Stream, damaged, piece_length, shown

if TYPE_CHECKING:
    from mien.core.types import Singles

UNREAD = (1, 4)  # libsndfile's words for a format, and a codec, that it does not read
_FLOATS = ("FLOAT", "DOUBLE")


def _forward() -> Any:  # noqa: ANN401 - a class
    """Return soundfile's reader, which then does not seek after every piece: in MP3 that moves the samples."""
    import soundfile

    class Forward(soundfile.SoundFile):  # type: ignore[misc]
        def seekable(self) -> bool:
            return False

    return Forward


class SndfileStream(Stream):
    """A file that libsndfile reads."""

    def __init__(self, kind: str, data: Source) -> None:
        import soundfile

        self.kind, self._failure = kind, soundfile.LibsndfileError
        start = after_id3(data)  # tags before it would be told about on standard error
        if start and start >= len(data):
            raise MediaError(f"The {shown(kind)} ends within its tags", issue="truncated", todo="Fetch it again")
        with quiet():
            try:
                self._file = _forward()(opened(data, start))
            except (soundfile.LibsndfileError, ValueError, OverflowError) as error:
                raise self._explain(error) from error
        self.rate, self.channels, self.frames = self._file.samplerate, self._file.channels, self._file.frames
        self.floats = self._file.subtype in _FLOATS

    def pieces(self) -> Iterator[Singles]:
        """Yield what is there, float32 [n, C]; see `Stream`."""
        length = piece_length(self.channels)
        while True:
            with quiet():
                try:
                    piece = self._file.read(length, dtype="float32", always_2d=True)
                except (self._failure, ValueError) as error:
                    raise self._explain(error) from error
            if not len(piece):
                return
            yield np.asarray(piece, np.float32)

    def close(self) -> None:
        """Let go of the file."""
        with quiet():
            self._file.close()

    def _explain(self, error: Exception) -> MediaError:
        words = str(getattr(error, "error_string", error))
        if getattr(error, "code", 0) in UNREAD:
            came = f"The {shown(self.kind)} is of a variety that is not read ({words.rstrip('.')})"
            return MediaError(came, issue="unsupported", todo="Save it as a plain WAV or FLAC")
        return damaged(self.kind, words)
