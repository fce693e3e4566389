"""TensorBoard events, written by TensorBoard itself, so that every backend has them."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from mien.train._history import Epoch


class Scalars:
    """Writes one point per epoch and figure.

    Parameters
    ----------
    folder : pathlib.Path
        Where TensorBoard will look; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._writer = EventFileWriter(str(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, row: Epoch) -> None:
        """Add an epoch's figures.

        Parameters
        ----------
        row : Epoch
            Its number is the step; training and validation come as ``train/`` and ``validation/``.
        """
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = []
        for name, value in dataclasses.asdict(row).items():
            if name in {"epoch", "seconds"}:
                continue
            side = "validation/" + name.removeprefix("val_") if name.startswith("val_") else "train/" + name
            values.append(Summary.Value(tag=side, simple_value=value))
        self._writer.add_event(Event(wall_time=time.time(), step=row.epoch, summary=Summary(value=values)))
        self._writer.flush()
