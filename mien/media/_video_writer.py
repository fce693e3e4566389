"""Frames become a video file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mien.core.errors import SettingError, StorageError
from mien.core.files import writing
from mien.media._silence import hush_videos

if TYPE_CHECKING:
    from mien.core.types import Pixels

# What OpenCV's wheels write by themselves and without a word.
CODECS = {".mp4": "mp4v", ".avi": "MJPG"}


def check_video_name(path: Path | str) -> None:
    """Refuse a name that ends neither in ``.mp4`` nor in ``.avi`` with a `SettingError`."""
    if Path(path).suffix.lower() not in CODECS:
        raise SettingError(f"A video cannot be written to '{path}'", expected="a name ending in .mp4 or .avi")


@contextmanager
def write_video(path: Path | str, rate: float) -> Iterator[Callable[[Pixels], None]]:
    """Write a video, atomically: it stands under its name once it is whole; the ending chooses the codec.

    Yields what takes the next frame, uint8 [H, W, 3], RGB, all of one size. `rate`: frames a second. `StorageError` if
    it cannot be written.
    """
    import cv2

    check_video_name(path)
    hush_videos()
    with writing(path) as beside:
        writer: cv2.VideoWriter | None = None

        def add(pixels: Pixels) -> None:
            nonlocal writer
            height, width = (side - side % 2 for side in pixels.shape[:2])  # the codecs want even sides
            if writer is None:
                code = cv2.VideoWriter.fourcc(*CODECS[beside.suffix.lower()])
                writer = cv2.VideoWriter(str(beside), cv2.CAP_FFMPEG, code, rate, (width, height))
                if not writer.isOpened():
                    raise StorageError(f"'{path}' could not be written", todo="Is there room, and may you write there?")
            writer.write(cv2.cvtColor(pixels[:height, :width], cv2.COLOR_RGB2BGR))

        try:
            yield add
        finally:
            if writer is not None:
                writer.release()
