"""What every reader of a sound file gives, and the sentences that they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mien.core.errors import MediaError

if TYPE_CHECKING:
    from mien.core.types import Singles

_PIECE = 1 << 17  # samples of all channels together that are read at once: half a megabyte
_SHOWN = {
    "ogg": "Ogg file",
    "ogv": "Ogg video",
    "oggflac": "Ogg FLAC",
    "opus": "Opus file",
    "speex": "Speex file",
    "webm": "Matroska or WebM",
}


class Stream(ABC):
    """An open sound file.

    Attributes
    ----------
    kind : str
        As `sniff` said.
    rate, channels : int
        As the file says.
    frames : int
        How many samples of each channel it says to hold; no promise.
    floats : bool
        Whether it stores floats, whose scale is anybody's.
    """

    kind: str
    rate: int
    channels: int
    frames: int
    floats: bool = False

    @abstractmethod
    def pieces(self) -> Iterator[Singles]:
        """Yield what is there, float32 [n, C], about -1..1.

        Raises
        ------
        MediaError
            Where it is damaged.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""


def piece_length(channels: int) -> int:
    """Return how many samples of each channel are read at once."""
    return max(1, _PIECE // max(channels, 1))


def shown(kind: str) -> str:
    """Return a format's name as people write it."""
    return _SHOWN.get(kind, kind.upper())


def damaged(kind: str, words: str) -> MediaError:
    """Return the error for a file that cannot be decoded; `words` are the library's."""
    words = " ".join(words.split()).rstrip(".")[:120]
    came = f"The {shown(kind)} is damaged" + (f" ({words})" if words else "")
    return MediaError(came, issue="unreadable", todo="Fetch it again, or remove it")
