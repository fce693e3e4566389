"""Manifest and findings: the two tables. Import them from `mien.core.types`.

Polars is imported inside the methods, so that a prediction never pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mien.core.errors import SettingError, SourceError, did_you_mean
from mien.core.files import writing

if TYPE_CHECKING:
    import polars as pl

MANIFEST_FORMAT = 2  # 2: pixels, signature, copies

# One row per sample. `container` is the archive or table that holds the bytes (null for a loose file);
# `path` is then the member's name or the row's number. `aside` says why a row is not used (null: it is used).
MANIFEST_COLUMNS = (
    *("id", "content", "pixels", "signature", "copies"),
    *("path", "container", "label", "kind", "split", "person", "aside"),
)
FINDING_COLUMNS = ("id", "issue", "severity", "score", "why", "todo")


@dataclass(frozen=True)
class _Table:
    """An immutable Polars frame with a declared schema and a version in its file."""

    frame: pl.DataFrame

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a table that `save` wrote.

        Parameters
        ----------
        path : path
            The Parquet file.

        Returns
        -------
        Manifest or Findings
            The table.

        Raises
        ------
        SourceError
            If the file is missing, damaged, of another kind, or newer than this Mien.
        """
        import polars as pl

        path = Path(path)
        try:
            found = pl.read_parquet_metadata(path).get("mien." + cls.__name__.lower())
            frame = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SourceError(f"'{path}' cannot be read as a table ({error})", todo="Check the path") from error
        if found is None:
            raise SourceError(f"'{path}' is a Parquet file, but no {cls.__name__.lower()} of Mien's")
        if not found.isdigit() or int(found) > MANIFEST_FORMAT:
            raise SourceError(
                f"'{path}' has format {found}",
                expected=f"format {MANIFEST_FORMAT} or older",
                todo="Install a newer Mien",
            )
        return cls(cls._upgraded(frame, int(found)))

    @classmethod
    def _upgraded(cls, frame: pl.DataFrame, version: int) -> pl.DataFrame:
        return frame

    def save(self, path: Path | str) -> Path:
        """Write the table as Parquet, atomically.

        Parameters
        ----------
        path : path
            Where to.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        StorageError
            If the disk is full or the place cannot be written.
        """
        with writing(path) as file:
            self.frame.write_parquet(file, metadata={"mien." + type(self).__name__.lower(): str(MANIFEST_FORMAT)})
        return Path(path)

    def __len__(self) -> int:
        return self.frame.height


@dataclass(frozen=True)
class Manifest(_Table):
    """One row per sample; every stage returns a new one.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``id`` (unique), ``content`` (SHA-256 of the bytes, hexadecimal), ``pixels`` (SHA-256 of the decoded
        sample), ``signature`` (bytes: what near copies share, see ``core.neighbours``), ``copies`` (the same text for
        samples that are copies of one, exact or near; null where there is no other), ``path``, ``container``,
        ``label``, ``kind`` (``picture``), ``split`` (``train``, ``val``, ``test`` or null), ``person``, ``aside`` (why
        a row is not used, or null), strings but for the signature, and any group columns after them. What the audit
        measures is null before it.

    Raises
    ------
    SourceError
        If a declared column is missing or an id stands twice.
    """

    @classmethod
    def _upgraded(cls, frame: pl.DataFrame, version: int) -> pl.DataFrame:
        # Format 1 knew exact copies alone, and marked those that had one by the hash of their pixels.
        return _declared(frame.rename({"twin": "pixels"}, strict=False)) if version == 1 else frame

    def __post_init__(self) -> None:
        missing = [name for name in MANIFEST_COLUMNS if name not in self.frame.columns]
        if missing:
            raise SourceError(f"A manifest came without {missing}", expected=f"the columns {list(MANIFEST_COLUMNS)}")
        if self.frame["id"].n_unique() != self.frame.height:
            raise SourceError("A manifest came with an id that stands twice", expected="one id a row")

    @classmethod
    def build(cls, columns: Mapping[str, Any]) -> Manifest:
        """Make a manifest from columns; declared ones that are absent become null.

        Parameters
        ----------
        columns : mapping of str to sequence
            At least ``id``, ``content``, ``path`` and ``label``; other names ride along as group columns.

        Returns
        -------
        Manifest
            With the declared columns first.

        Examples
        --------
        >>> Manifest.build({"id": ["a"], "content": ["00"], "path": ["a.png"], "label": ["happy"]}).labels
        ('happy',)
        """
        import polars as pl

        frame = pl.DataFrame(dict(columns))
        if "kind" not in frame.columns:
            frame = frame.with_columns(kind=pl.lit("picture"))
        return cls(_declared(frame))

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes among the rows in use, in alphabetical order."""
        return tuple(sorted(self.used.frame["label"].drop_nulls().unique()))

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the further columns that came with the data."""
        return tuple(name for name in self.frame.columns if name not in MANIFEST_COLUMNS)

    @property
    def used(self) -> Manifest:
        """Only the rows that are not set aside."""
        return Manifest(self.frame.filter(self.frame["aside"].is_null()))

    def of(self, split: str) -> Manifest:
        """Only the rows in use on one side of the split.

        Parameters
        ----------
        split : str
            ``train``, ``val`` or ``test``.

        Returns
        -------
        Manifest
            In the order of this manifest.
        """
        used = self.used.frame
        return Manifest(used.filter(used["split"] == split))

    def with_labels(self, labels: Sequence[str]) -> Manifest:
        """Keep only rows of these classes.

        Parameters
        ----------
        labels : sequence of str
            The classes wanted.

        Returns
        -------
        Manifest
            Without the other rows.

        Raises
        ------
        SettingError
            If a class is not in the data.
        """
        for label in labels:
            if label not in self.labels:
                raise SettingError(f"The label '{label}' is not in the data", todo=did_you_mean(label, self.labels))
        return Manifest(self.frame.filter(self.frame["label"].is_in(list(labels))))

    def set_aside(self, reasons: Mapping[str, str]) -> Manifest:
        """Mark rows as not used; a reason already there stays.

        Parameters
        ----------
        reasons : mapping of str to str
            Row id to why, in a few words.

        Returns
        -------
        Manifest
            With column ``aside`` filled for these rows.
        """
        import polars as pl

        if not reasons:
            return self
        # `replace_strict` over a million rows is one hash join; a Python loop would be minutes.
        new = pl.col("id").replace_strict(dict(reasons), default=None, return_dtype=pl.String)
        return Manifest(self.frame.with_columns(aside=pl.coalesce("aside", new)))


def _declared(frame: pl.DataFrame) -> pl.DataFrame:
    """Put the declared columns first, in their types; what is absent becomes null."""
    import polars as pl

    types = {name: pl.Binary if name == "signature" else pl.String for name in MANIFEST_COLUMNS}
    absent = [pl.lit(None, kind).alias(name) for name, kind in types.items() if name not in frame.columns]
    frame = frame.with_columns(absent).with_columns(pl.col(name).cast(kind) for name, kind in types.items())
    return frame.select(*MANIFEST_COLUMNS, pl.exclude(MANIFEST_COLUMNS))


@dataclass(frozen=True)
class Findings(_Table):
    """What is wrong with the data: one row per sample and issue.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``id`` (of the manifest row), ``issue`` (a word such as ``truncated``), ``severity`` (``error``:
        cannot be used, ``warning``: harms the result, ``note``), ``score`` (0..1, how sure), ``why`` and ``todo``
        (a sentence each); further columns may follow.
    """

    @classmethod
    def build(cls, rows: Sequence[Mapping[str, Any]]) -> Findings:
        """Make findings from rows.

        Parameters
        ----------
        rows : sequence of mapping
            Each with the declared columns.

        Returns
        -------
        Findings
            Possibly empty.

        Examples
        --------
        >>> len(Findings.build([]))
        0
        """
        import polars as pl

        schema = {name: pl.Float64 if name == "score" else pl.String for name in FINDING_COLUMNS}
        return cls(pl.DataFrame(list(rows), schema=schema))
