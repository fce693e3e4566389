"""What was measured after each epoch."""

from __future__ import annotations

import csv
import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path

from mien.core.errors import StorageError
from mien.core.files import write_text


@dataclass(frozen=True)
class Epoch:
    """One row of the history: losses in nats, accuracies 0..1.

    `seconds` is wall time since training began, all sittings together; `learning_rate` is at the end of the epoch;
    `loss` and `accuracy` are on the training batches as the weights changed, augmentation and all; the others on
    validation after.
    """

    epoch: int
    seconds: float
    learning_rate: float
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    val_balanced_accuracy: float


def better(row: Epoch, other: Epoch) -> bool:
    """Say whether an epoch is better than another: by balanced accuracy on validation, then by the lower loss."""
    return _rank(row) > _rank(other)


def _rank(row: Epoch) -> tuple[float, float]:
    return row.val_balanced_accuracy, -row.val_loss


@dataclass(frozen=True)
class History:
    """All epochs of a run in order, and a sentence on why it ended."""

    epochs: tuple[Epoch, ...] = ()
    stopped: str = ""

    @property
    def best(self) -> Epoch:
        """The epoch whose weights are kept: the best balanced accuracy on validation, then the lower loss."""
        return max(self.epochs, key=_rank)

    def save(self, path: Path) -> Path:
        """Write one CSV row an epoch, atomically."""
        text = io.StringIO()
        writer = csv.DictWriter(text, [item.name for item in dataclasses.fields(Epoch)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(dataclasses.asdict(row) for row in self.epochs)
        return write_text(path, text.getvalue())

    @classmethod
    def read(cls, path: Path) -> History:
        """Read what `save` wrote, without `stopped`; no file is an empty history, a damaged one a `StorageError`."""
        if not path.exists():
            return cls()
        figures = [item.name for item in dataclasses.fields(Epoch)][1:]
        try:
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
            return cls(tuple(Epoch(int(row["epoch"]), *(float(row[name]) for name in figures)) for row in rows))
        except (KeyError, TypeError, ValueError, OSError, csv.Error) as error:
            raise StorageError(f"'{path}' is damaged ({error})", todo="Start the run anew") from error
