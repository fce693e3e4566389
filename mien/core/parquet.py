"""The one door to Parquet files: a damaged one is an `OSError`, never a panic and never the end of the process.

Polars' own reader panics on a few flipped bytes, or aborts on an absurd allocation. pyarrow's is fuzzed; what it read
is validated before Polars sees it (docs/decisions/0020-tables.md). Both are imported where a file is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_BUFFER = 1 << 20  # bytes of each column that are read ahead
_BATCH_BYTES, _BATCH_ROWS = 32 << 20, 2048  # at most, of the file and of its rows
_LONGEST = 120  # letters of a library's own words


def read(path: Path | str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Read a Parquet file, all columns or those named, in this order; `OSError` where it or a column is missing."""
    with ParquetFile(path) as file:
        return file.read(columns)


class ParquetFile:
    """An open Parquet file. Whatever is wrong with it is an `OSError`, at once or when it is read.

    `metadata` is what its writer put beside the columns, without what is no text; `batch` says how many of its `rows`
    are about 32 MB of the file, at most 2048.

    Examples
    --------
    >>> import io, polars as pl, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.parquet"
    >>> pl.DataFrame({"label": ["happy", "sad", "sad"]}).write_parquet(path, metadata={"made by": "me"})
    >>> with ParquetFile(path) as file:
    ...     file.metadata["made by"], file.rows, list(file.schema), file.slice("label", 1, 3).to_list()
    ('me', 3, ['label'], ['sad', 'sad'])
    """

    def __init__(self, path: Path | str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._ahead: tuple[str, int, pl.Series] | None = None  # column, number of the first row, rows
        # Not mapped: another process may put a new file in this one's place, or cut it off.
        with _errors():
            self._source = pa.OSFile(os.fsencode(path))  # as bytes: a name under Linux need not be text
            try:
                self._file = pq.ParquetFile(self._source, buffer_size=_BUFFER, pre_buffer=False)
                self.metadata = _texts(self._file.metadata.metadata)
                self.schema: pl.Schema = _frame(self._file.schema_arrow.empty_table()).schema
            except BaseException:
                self._source.close()
                raise
        self.rows: int = self._file.metadata.num_rows
        self.batch = min(_BATCH_ROWS, max(1, _BATCH_BYTES * self.rows // self._source.size()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Read columns as a whole: all, or those named, in this order."""
        names = list(self.schema) if columns is None else list(columns)
        missing = [name for name in names if name not in self.schema]
        if missing:
            raise OSError(f"no column {', '.join(missing)}")
        with _errors():
            return _frame(self._file.read(names))

    def slice(self, column: str, first: int, last: int) -> pl.Series:
        """Read the rows `first` to before `last` of a column; fewer where the file ends before.

        Memory holds these and a batch, and going on through a file is one pass.
        """
        import polars as pl

        parts = [pl.Series(column, dtype=self.schema[column])]
        with _errors():
            for start, rows in self._walk(column, first):
                parts.append(rows[max(first - start, 0) : last - start])
                if start + len(rows) >= last:
                    break
            found = pl.concat(parts)
        if len(found) < min(last, self.rows) - first:
            raise OSError(f"{len(found)} rows from row {first} on, where its footer promises more")
        return found

    def _walk(self, column: str, first: int) -> Iterator[tuple[int, pl.Series]]:
        """Give rows from about `first` on, with the number of the first of each part."""
        group = next((number for number, end in enumerate(self._ends) if first < end), len(self._ends))
        begin = self._ends[group - 1] if group else 0
        held, self._ahead = self._ahead, None
        if held and held[0] == column and begin <= held[1] <= first:
            start = held[1]
            self._ahead = held
            yield start, held[2]
            start += len(held[2])
        else:
            groups = range(group, len(self._ends))
            self._batches, start = self._file.iter_batches(self.batch, groups, [column]), begin
        for batch in self._batches:
            rows = _frame(batch)[column]
            self._ahead = column, start, rows
            yield start, rows
            start += len(rows)

    @cached_property
    def _ends(self) -> list[int]:
        """Row after the last of each row group."""
        meta = self._file.metadata
        return list(accumulate(meta.row_group(number).num_rows for number in range(meta.num_row_groups)))


def _frame(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    """Hand a table to Polars, which trusts every offset, byte of text and name in it."""
    import polars as pl

    for field in table.schema:
        _check(field)
    table.validate(full=True)
    frame = pl.from_arrow(table.replace_schema_metadata(None), rechunk=False)
    if not isinstance(frame, pl.DataFrame):
        raise ValueError("no table")  # noqa: TRY004 - what came is a file
    return frame


def _check(field: pa.Field) -> None:
    """Refuse what makes Polars panic: text that is no UTF-8 (reading it raises), and decimals of 256 bits."""
    import pyarrow as pa

    str(field.name), getattr(field.type, "tz", None), _texts(field.metadata, strict=True)
    if pa.types.is_decimal256(field.type):
        raise ValueError(f"the column '{field.name}' holds decimals of more than 38 digits")
    for number in range(field.type.num_fields):
        _check(field.type.field(number))


def _texts(metadata: dict[bytes, bytes] | None, *, strict: bool = False) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in (metadata or {}).items():
        try:
            found[key.decode()] = value.decode()
        except UnicodeDecodeError:
            if strict:
                raise
    return found


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what the two libraries raise over a file into an `OSError` of one line."""
    import polars as pl
    import pyarrow as pa

    damaged: tuple[Any, ...] = (pa.ArrowException, pl.exceptions.PolarsError, ValueError, OverflowError, MemoryError)
    try:
        yield
    except (OSError, RecursionError, *damaged) as error:
        number = getattr(error, "errno", None)
        if number:  # the system's own: not there, no rights
            raise OSError(number, os.strerror(number)) from error
        words = " ".join(str(error).split())[:_LONGEST].rstrip(" .")
        raise OSError(words or type(error).__name__) from error
