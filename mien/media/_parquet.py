"""Pictures in a Parquet table, read in slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from mien.core.errors import MediaError
from mien.core.parquet import ParquetFile
from mien.media._archives import absent, archive_errors
from mien.media._files import attempt, open_regular, real_path
from mien.media._tables import cell_bytes, pixel_column

_AGAIN = "Fetch or write the table again"


class ParquetCells:
    """A Parquet table with pictures in a column, read in slices of about 32 MB."""

    def __init__(self, path: str) -> None:
        self._path = path
        with archive_errors(path, todo=_AGAIN):
            open_regular(real_path(path)).close()
            self._file = ParquetFile(real_path(path))
        column = pixel_column(self._file.schema)
        if column is None:
            raise MediaError(f"'{path}' has no column of pictures", issue="unreadable")
        self._column = column
        self.slice = self._file.batch
        """Rows that are read at once."""

    def read_many(self, names: Sequence[str]) -> Iterator[bytes | MediaError]:
        """Read at most as many rows as are read at once, in the order asked for."""
        return map(partial(_cell_or_error, self._fetch(names), self._path), names)

    def _fetch(self, names: Sequence[str]) -> dict[str, Any]:
        """Read the rows of one window, neighbours together; an error of the file stands in every cell."""
        wanted = sorted({int(name) for name in names if name.isdecimal() and int(name) < self._file.rows})
        found: dict[str, Any] = {}
        try:
            with archive_errors(self._path, todo=_AGAIN):
                for first, last in _runs(wanted):
                    cells = self._file.slice(self._column, first, last + 1)
                    found.update((str(number), cells[number - first]) for number in wanted if first <= number <= last)
        except MediaError as error:
            return {**{str(number): error for number in wanted}, **found}
        return found


def _runs(numbers: Sequence[int], gap: int = 16) -> list[tuple[int, int]]:
    """Join sorted numbers into runs.

    >>> _runs([1, 2, 5, 90])
    [(1, 5), (90, 90)]
    """
    if not numbers:
        return []
    breaks = [(a, b) for a, b in pairwise(numbers) if b - a > gap]
    return list(zip([numbers[0], *(b for _, b in breaks)], [*(a for a, _ in breaks), numbers[-1]], strict=True))


def _cell_or_error(found: Mapping[str, Any], path: str, name: str) -> bytes | MediaError:
    if name not in found:
        return absent(path, f"row {name}")
    cell = found[name]
    if isinstance(cell, MediaError):
        return cell
    return attempt(partial(cell_bytes, cell.to_list() if hasattr(cell, "to_list") else cell, name))
