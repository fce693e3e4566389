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
from types import TracebackType
from typing import Any, Self

from mien.core.files import storage_error
from mien.train._history import Epoch

VERSION = "brain.Event:2"  # how TensorBoard knows a file of events


class Scalars:
    """Writes one point per epoch and figure.

    Parameters
    ----------
    folder : pathlib.Path
        Where TensorBoard will look; made when missing.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def write(self, row: Epoch) -> None:
        """Add an epoch's figures.

        Parameters
        ----------
        row : Epoch
            Its number is the step; training and validation come as ``train/`` and ``validation/``.

        Raises
        ------
        StorageError
            If the disk is full.
        """
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = []
        for name, value in dataclasses.asdict(row).items():
            if name in {"epoch", "seconds"}:
                continue
            side = "validation/" + name.removeprefix("val_") if name.startswith("val_") else "train/" + name
            values.append(Summary.Value(tag=side, simple_value=value))
        self._add(Event(wall_time=time.time(), step=row.epoch, summary=Summary(value=values)))

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
