"""Moving pictures: a video file or a camera, frame by frame and never more than one frame in memory."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mien.core.errors import MediaError, SettingError
from mien.media._clock import FASTEST, Clock
from mien.media._decode import MAX_DECODED
from mien.media._files import open_regular
from mien.media._silence import hush_videos
from mien.media._sniff import AVIF_BRANDS, HEIC_BRANDS

if TYPE_CHECKING:
    from mien.core.types import Pixels

CAMERA = re.compile(r"camera:(\d{1,3})")
_HEAD = 4096
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # how an MP4 or QuickTime file begins
_SOUNDS = {b"M4A ", b"M4B "}
_STARTS = (b"\x1aE\xdf\xa3", b"\0\0\1\xba", b"\0\0\1\xb3", b"FLV\1", b"0&\xb2u\x8ef\xcf\x11")  # WebM, MPEG, FLV, WMV
_LATEST = 1e9  # seconds; what lies beyond is FFmpeg's word for no timestamp
_WAIT = 5.0  # seconds without a frame after which a camera is given up


@dataclass(frozen=True)
class Frame:
    """One frame.

    Parameters
    ----------
    number : int
        From 0.
    time : float
        Seconds from the first frame.
    pixels : uint8 [H, W, 3]
        RGB.
    """

    number: int
    time: float
    pixels: Pixels = field(repr=False)


def is_video(data: bytes) -> bool:
    """Say by its first 4096 bytes or more whether a file is MP4, QuickTime, AVI, WebM, Matroska, MPEG, FLV or WMV.

    An animated GIF is a picture.
    """
    if data[4:8] in _BOXES:
        return data[4:8] != b"ftyp" or data[8:12] not in AVIF_BRANDS | HEIC_BRANDS | _SOUNDS
    if data[:4] == b"RIFF":
        return data[8:12] == b"AVI "
    return data.startswith(_STARTS) or _is_stream(data)


def _is_stream(data: bytes) -> bool:
    """MPEG-TS: packets of 188 bytes, or with four bytes before each (camcorders' M2TS), that begin with a G."""
    marks = (data[place : place + 3 * size : size] for place, size in ((0, 188), (4, 192)))
    return any(found == b"GGG" for found in marks) and not data.startswith(b"GIF8")


def is_moving(source: str) -> bool:
    """Say whether a source, a path or ``camera:0``, is a video file or a camera. False for what cannot be read."""
    if source.startswith("camera:"):
        return True
    with suppress(OSError, ValueError), open_regular(source) as file:
        return is_video(file.read(_HEAD))
    return False


class Video:
    """A video file or a camera, to be walked through once. Close it, or use it in a ``with``.

    Parameters
    ----------
    source : str
        A path, or ``camera:0`` for the first camera.

    Attributes
    ----------
    rate : float
        Frames a second, as the file or the camera says; 0 where it does not.
    size : tuple of int
        Width and height, pixels, as they are said.
    frames : int
        How many the file declares; 0 where it is not known. Some files lie.
    live : bool
        Whether it is a camera.
    end : str
        Once it has been walked through: why it ended before its time, in a sentence; empty where it did not.

    Raises
    ------
    MediaError
        If there is no such file or camera, or it cannot be opened.
    SettingError
        If the camera has no number.
    """

    def __init__(self, source: str) -> None:
        import cv2

        self.source = source
        self.live = source.startswith("camera:")
        self.end = ""
        hush_videos()
        self._capture: Any = _camera(source) if self.live else _file(Path(source))
        self.size = (int(self._get(cv2.CAP_PROP_FRAME_WIDTH)), int(self._get(cv2.CAP_PROP_FRAME_HEIGHT)))
        if self.size[0] * self.size[1] > MAX_DECODED:
            self.close()
            raise MediaError(f"'{source}' has frames of {self.size[0]} x {self.size[1]} pixels", issue="bomb")
        rate = self._get(cv2.CAP_PROP_FPS)
        self.rate = rate if rate < FASTEST else 0.0
        self.frames = 0 if self.live or rate >= FASTEST else int(self._get(cv2.CAP_PROP_FRAME_COUNT))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file or the camera."""
        self._capture.release()

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame.

        Yields
        ------
        Frame
            In order, each later than the one before, whatever the timestamps say.

        Raises
        ------
        MediaError
            If not one frame can be read.
        """
        began, clock, last, number = time.monotonic(), Clock(self.rate), 0.0, 0
        for pixels in self._pictures():
            last = time.monotonic() - began if self.live else clock.time(self._stamp(number))
            yield Frame(number, last, pixels)
            number += 1
        if number == 0:
            raise MediaError(f"'{self.source}' holds no frame that can be read", issue="unreadable")
        if self.live:
            self.end = f"The camera gave no more pictures after {last:.1f} seconds."
        elif max(number, last * self.rate) < 0.95 * self.frames:  # where the rate varies, some count by the fastest
            self.end = f"The file ends, or is damaged, after {number:,} of {self.frames:,} frames."

    def _pictures(self) -> Iterator[Pixels]:
        import cv2

        waited = time.monotonic()
        while True:
            try:
                there, picture = self._capture.read()
            except cv2.error:  # a damaged file; what came before it counts
                return
            if there and picture is not None and picture.ndim == 3:
                waited = time.monotonic()
                yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            elif not self.live or not self._capture.isOpened() or time.monotonic() - waited > _WAIT:
                return

    def _stamp(self, number: int) -> float | None:
        """Return the timestamp of the frame that was read last, seconds; None where it has none."""
        import cv2

        said = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000
        return None if not abs(said) < _LATEST or (said == 0 and number) else said  # OpenCV says 0 for none

    def _get(self, what: int) -> float:
        value = float(self._capture.get(what))
        return value if np.isfinite(value) and value > 0 else 0.0


def _camera(source: str) -> Any:  # noqa: ANN401 - cv2.VideoCapture
    import cv2

    found = CAMERA.fullmatch(source)
    if found is None:
        raise SettingError(f"'{source}' is no camera", expected="camera:0 for the first, camera:1 for the second")
    capture = cv2.VideoCapture(int(found[1]))
    if not capture.isOpened():
        todo = "Is it plugged in, free, and may you use it? Under Linux it is a device such as /dev/video0"
        raise MediaError(f"Camera {found[1]} cannot be opened", issue="missing", todo=todo)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture counts
    return capture


def _file(path: Path) -> Any:  # noqa: ANN401
    import cv2

    try:
        with open_regular(str(path)) as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise MediaError(f"'{path}' cannot be read ({error.strerror})", issue="missing", todo="Check it") from error
    if not is_video(head):
        raise MediaError(f"'{path}' is no video", issue="unsupported", expected="MP4, MOV, AVI, WebM, MKV or MPEG")
    capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)  # absolute: "http:x" is a file too
    if not capture.isOpened():
        todo = "Fetch it again, or convert it to MP4"
        came = f"The video '{path}' is damaged, or of a kind that FFmpeg cannot read"
        raise MediaError(came, issue="unreadable", todo=todo)
    return capture
