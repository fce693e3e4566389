"""TensorBoard events, written with TensorBoard's own records, so that every backend has them.

Its `EventFileWriter` is not used: it writes in a thread, where a full disk ends in a traceback instead of a sentence,
and puts the name of the machine into the file's name.
"""

from __future__ import annotations

import dataclasses
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mien.core.files import storage_error
from mien.core.history import Epoch
from mien.core.types import Batches
from mien.train import _drawn
from mien.train._projector import write_embeddings

if TYPE_CHECKING:
    import keras

    from mien.core.types import Integers, Pixels, Targets

VERSION = "brain.Event:2"  # how TensorBoard knows a file of events


class Board:
    """Writes curves, pictures, confusion matrices and embeddings."""

    def __init__(self, folder: Path, epoch: int = 0) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.summary.writer.record_writer import RecordWriter

        # TensorBoard reads files in the order of their names; a resumed run's comes later.
        self._path = folder / f"events.out.tfevents.{time.time_ns()}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb")
        except OSError as error:
            raise storage_error(self._path, error) from error
        self._records = RecordWriter(self._file)
        self._add(Event(wall_time=time.time(), file_version=VERSION))
        self._add(Event(wall_time=time.time(), step=epoch + 1, session_log=SessionLog(status=SessionLog.START)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def epoch(self, row: Epoch, confusion: Integers, labels: tuple[str, ...]) -> None:
        """Add an epoch's figures and its confusion on validation, int64 [classes, classes], a row what it was."""
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = []
        for name, value in dataclasses.asdict(row).items():
            if name in {"epoch", "seconds"}:
                continue
            side = "validation/" + name.removeprefix("val_") if name.startswith("val_") else "train/" + name
            values.append(Summary.Value(tag=side, simple_value=value))
        values.append(_image("validation/confusion", _drawn.confusion(confusion, labels)))
        self._write(row.epoch, values)

    def pictures(self, rows: Any, targets: Targets, labels: tuple[str, ...]) -> None:  # noqa: ANN401
        """Show a batch as the network sees it, uint8 [B, S, S, 3] with float32 [B, classes], where it can be drawn."""
        if _drawn.can_be_drawn(rows):
            self._write(0, [_image("train/pictures", _drawn.sheet(rows, targets, labels))])

    def embeddings(self, model: keras.Model, validation: Batches) -> None:
        """Write what the last layer sees of validation pictures, for TensorBoard's projector."""
        write_embeddings(self._path.parent, model, validation)

    def _write(self, step: int, values: list[Any]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        self._add(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))

    def _add(self, event: Any) -> None:  # noqa: ANN401 - tensorboard ships no types
        try:
            self._records.write(event.SerializeToString())
            self._file.flush()
        except OSError as error:
            self._close()
            raise storage_error(self._path, error) from error

    def _close(self) -> None:
        with suppress(OSError):  # on a full disk, closing fails as the last write did
            self._file.close()


def _image(tag: str, pixels: Pixels) -> Any:  # noqa: ANN401 - a Summary.Value
    from tensorboard.compat.proto.summary_pb2 import Summary

    from mien.media import encode_png

    height, width, _ = pixels.shape
    image = Summary.Image(height=height, width=width, colorspace=3, encoded_image_string=encode_png(pixels))
    return Summary.Value(tag=tag, image=image)
