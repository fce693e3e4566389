"""A microphone as pieces of samples, through PortAudio: the extra ``mien[mic]``."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Full, Queue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mien.core.errors import MediaError, MissingPartError, SettingError

if TYPE_CHECKING:
    from mien.core.types import Singles

_WAITS = 5.0  # seconds without a sound, not even of silence, after which a microphone is taken to be gone
_PIECE = 0.1  # seconds that the device gives at once
_HELD = 600  # pieces that wait, a minute: what comes while nobody keeps up is lost, and counted


class Microphone:
    """A microphone, to be walked through once: float32 [n], one channel at its own rate. Use it in a ``with``.

    Parameters
    ----------
    source : str
        ``mic:0`` for the system's own choice, ``mic:1`` for the first in PortAudio's list, and so on.
    library : module, optional
        `sounddevice`, or what stands in for it.

    Attributes
    ----------
    rate : int
        Samples a second.
    lost : float
        Seconds that were lost because nobody kept up.
    end : str
        Once it has been walked through: why it ended by itself, in a sentence; empty where it did not.

    Raises
    ------
    SettingError
        If the microphone has no number.
    MissingPartError
        If `sounddevice` or PortAudio is not installed.
    MediaError
        If there is no such microphone, or it cannot be opened.
    """

    def __init__(self, source: str, library: Any = None) -> None:  # noqa: ANN401 - a module
        self.lost, self.end = 0.0, ""
        self._queue: Queue[Singles] = Queue(_HELD)
        self._library = _library() if library is None else library
        device = self._device(source)
        try:
            self.rate = int(self._library.query_devices(device, "input")["default_samplerate"])
            self._stream = self._library.InputStream(
                samplerate=self.rate,
                blocksize=int(_PIECE * self.rate),
                device=device,
                channels=1,
                dtype="float32",
                callback=self._arrived,
            )
            self._stream.start()
        except (self._library.PortAudioError, ValueError) as error:
            todo = "See that it is plugged in, that you may use it, and that no other program holds it"
            raise MediaError(f"'{source}' cannot be opened ({error})", issue="unreadable", todo=todo) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Singles]:
        """Yield what is recorded, until nothing comes any more."""
        while True:
            try:
                yield self._queue.get(timeout=_WAITS)
            except Empty:
                self.end = f"The microphone has given nothing for {_WAITS:g} seconds."
                return

    def _arrived(self, block: Singles, frames: int, time: object, status: object) -> None:
        """Take what PortAudio gives, in a thread of its own: float32 [frames, 1], which it uses again."""
        try:
            self._queue.put_nowait(np.array(block[:, 0], np.float32))
        except Full:
            self.lost += frames / self.rate

    def _device(self, source: str) -> int | None:
        number = source.removeprefix("mic:")
        if not number.isascii() or not number.isdigit():
            raise SettingError(f"The microphone is called '{source}'", expected="mic:0 for the system's own, or mic:1")
        inputs = [place for place, one in enumerate(self._library.query_devices()) if one["max_input_channels"] > 0]
        if not inputs:
            raise MediaError("There is no microphone here", issue="missing", todo="Plug one in, or give a file")
        if int(number) > len(inputs):
            raise MediaError(f"There is no microphone '{source}'", issue="missing", todo=f"There are {len(inputs)}")
        return inputs[int(number) - 1] if int(number) else None


def _library() -> Any:  # noqa: ANN401 - the module
    try:
        import sounddevice
    except ImportError as error:
        came = "A microphone is read with sounddevice, which is not installed here"
        raise MissingPartError(came, todo="Install it: pip install 'mien[mic]'") from error
    except OSError as error:  # it is there, and PortAudio is not
        came = "A microphone is read through PortAudio, which is not installed here"
        raise MissingPartError(came, todo="Install it, such as by: apt install libportaudio2") from error
    return sounddevice
