"""What a model says of each sample: the third table. Import it from `mien.core.types`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mien.core._tables import Table
from mien.core.errors import StorageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    from mien.core.types import Floats, Integers

PREDICTION_COLUMNS = ("id", "content", "label")  # what every table has before its probabilities
_PREFIX = "p:"  # of a column that holds a class's probability
_TOLERANCE = 1e-3  # of the sum of one sample's probabilities; float16 stays within it


@dataclass(frozen=True)
class Predictions(Table):
    """One row per sample that was measured.

    Columns ``id`` and ``content`` (of the manifest), ``label`` (the truth), ``fold`` (its round of cross-validation,
    from 1), ``predicted``, and one ``p:<label>`` a class; use `labels` and `probabilities`.
    """

    FORMAT: ClassVar[int] = 1

    @classmethod
    def build(cls, rows: pl.DataFrame, labels: Sequence[str], probabilities: npt.NDArray[np.floating]) -> Predictions:
        """Put answers, float [N, classes], rows summing to 1, beside rows with ``id content label fold``.

        Examples
        --------
        >>> import numpy as np, polars as pl
        >>> rows = pl.DataFrame({"id": ["a"], "content": ["0"], "label": ["sad"], "fold": [1]})
        >>> found = Predictions.build(rows, ("happy", "sad"), np.array([[0.9, 0.1]]))
        >>> found.labels, found.answers.tolist(), found.truth.tolist()
        (('happy', 'sad'), [0], [1])
        """
        import polars as pl

        answers = [labels[number] for number in probabilities.argmax(axis=1)]
        columns = {_PREFIX + label: probabilities[:, number] for number, label in enumerate(labels)}
        frame = rows.select(*PREDICTION_COLUMNS, "fold").with_columns(predicted=pl.Series(answers, dtype=pl.String))
        return cls(frame.with_columns(**columns))

    @classmethod
    def _unreadable(cls, path: Path, error: OSError) -> StorageError:
        return _damaged(path, str(error).splitlines()[0] if str(error) else "it cannot be read")

    @classmethod
    def _check_version(cls, found: str | None, path: Path) -> None:
        if found not in (None, str(cls.FORMAT)):  # what an older Mien wrote says nothing
            raise StorageError(f"'{path}' has format {found}", expected=str(cls.FORMAT), todo="Update Mien")

    @classmethod
    def _of_file(cls, frame: pl.DataFrame, metadata: Mapping[str, str], path: Path) -> Predictions:
        return _checked(frame, path)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in the order of the outputs."""
        return tuple(name.removeprefix(_PREFIX) for name in self.frame.columns if name.startswith(_PREFIX))

    @property
    def probabilities(self) -> Floats:
        """Of each class, float64 ``[N, classes]``, in the order of `labels`."""
        return self.of(self.labels)

    def of(self, labels: Sequence[str]) -> Floats:
        """Return the probabilities of some classes, float64 ``[N, len(labels)]``, in the order asked for."""
        import polars as pl

        return self.frame.select(pl.col(_PREFIX + label).cast(pl.Float64) for label in labels).to_numpy()

    @property
    def truth(self) -> Integers:
        """The label of each sample as a number in `labels`, int64 ``[N]``; -1 where it is none of them."""
        import numpy as np

        numbers = {label: number for number, label in enumerate(self.labels)}
        return np.array([numbers.get(label, -1) for label in self.frame["label"]], np.int64)

    @property
    def answers(self) -> Integers:
        """The likeliest class of each sample as a number in `labels`, int64 ``[N]``, the first of equals."""
        numbers: Integers = self.probabilities.argmax(axis=1)
        return numbers

    def rows(self, ids: Sequence[str]) -> Predictions:
        """Keep some samples, in the order of this table."""
        return Predictions(self.frame.filter(self.frame["id"].is_in(list(ids))))


def _checked(frame: pl.DataFrame, path: Path | str) -> Predictions:
    import polars as pl

    missing = sorted({*PREDICTION_COLUMNS, "predicted"} - set(frame.columns))
    if missing:
        raise _damaged(path, f"it has no column {', '.join(missing)}")
    labels = Predictions(frame).labels
    if len(labels) < 2 or not frame.height:
        raise _damaged(path, f"it holds {frame.height} samples and {len(labels)} classes")
    try:
        texts = [pl.col(name).cast(pl.String) for name in (*PREDICTION_COLUMNS, "predicted")]
        found = Predictions(frame.with_columns(*texts, *(pl.col(_PREFIX + name).cast(pl.Float64) for name in labels)))
    except pl.exceptions.PolarsError as error:
        raise _damaged(path, str(error)) from error
    values = found.probabilities
    sound = (values >= 0).all(axis=1) & (abs(values.sum(axis=1) - 1) <= _TOLERANCE)  # NaN and null are neither
    if not sound.all() or found.frame.select(PREDICTION_COLUMNS).null_count().sum_horizontal().item():
        raise _damaged(path, "a row in it is not made of probabilities of 0 to 1 that add up to 1")
    return found


def _damaged(path: Path | str, why: str) -> StorageError:
    return StorageError(f"'{path}' is damaged: {why}", todo="Start the run anew")
