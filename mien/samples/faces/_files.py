"""Pictures as bytes, and as files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import cv2

from mien.core.errors import StorageError
from mien.core.files import storage_error
from mien.media import mark_drawn
from mien.samples.faces._canvas import Photo
from mien.samples.faces._parameters import Camera


def encode(pixels: Photo, camera: Camera) -> bytes:
    """Turn a picture, uint8 [H, W, 3], into a file's content."""
    quality = {"jpg": cv2.IMWRITE_JPEG_QUALITY, "webp": cv2.IMWRITE_WEBP_QUALITY}.get(camera.kind)
    settings = [] if quality is None else [quality, camera.quality]
    done, data = cv2.imencode(f".{camera.kind}", pixels[..., ::-1], settings)
    if not done:
        raise StorageError(f"OpenCV could not write a {camera.kind} picture", todo="Reinstall opencv-python-headless")
    written = data.tobytes()
    return mark_drawn(written) if camera.kind == "jpg" else written


def put(path: Path, data: bytes) -> None:
    """Write one of many small files: whole or not at all, but without waiting for the disk.

    `mien.core.files.write_bytes` waits twice for each file, which would triple the time for a thousand
    faces; these can always be drawn again, and `faces.json`, written last, does wait.
    """
    beside = path.with_name(f".writing-{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise storage_error(path, error) from error
