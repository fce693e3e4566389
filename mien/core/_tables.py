"""Manifest and findings: the two tables. Import them from `mien.core.types`.

Polars is imported inside the methods, so that a prediction never pays for it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from mien.core._skipped import EXAMPLES, Skipped, from_json, notes_from_json, to_json
from mien.core.errors import MienError, SettingError, SourceError, did_you_mean
from mien.core.files import writing
from mien.core.parquet import ParquetFile

if TYPE_CHECKING:
    import polars as pl

SKIPPED, NOTES = "mien.skipped", "mien.notes"  # the keys in a manifest's file; what an older Mien wrote has none

# One row per sample. `container` is the archive or table that holds the bytes (null for a loose file);
# `path` is then the member's name or the row's number. `aside` says why a row is not used (null: it is used).
MANIFEST_COLUMNS = (
    *("id", "content", "pixels", "signature", "copies"),
    *("path", "container", "label", "kind", "split", "person", "aside"),
)
FINDING_COLUMNS = ("id", "issue", "severity", "score", "why", "todo")


@dataclass(frozen=True)
class Table:
    """An immutable Polars frame with a declared schema and a version in its file."""

    frame: pl.DataFrame
    FORMAT: ClassVar[int] = 2  # 2: pixels, signature, copies

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a table that `save` wrote.

        Parameters
        ----------
        path : path
            The Parquet file.

        Returns
        -------
        Manifest, Findings or Predictions
            The table.

        Raises
        ------
        SourceError
            If the file is missing, damaged, of another kind, or newer than this Mien. Predictions, which lie in a run's
            own folder, raise a `StorageError` instead.
        """
        path = Path(path)
        try:
            with ParquetFile(path) as file:
                metadata, frame = file.metadata, file.read()
        except OSError as error:
            raise cls._unreadable(path, error) from error
        cls._check_version(metadata.get(cls._key()), path)
        return cls._of_file(frame, metadata, path)

    @classmethod
    def _key(cls) -> str:
        return "mien." + cls.__name__.lower()

    @classmethod
    def _unreadable(cls, path: Path, error: OSError) -> MienError:
        return SourceError(f"'{path}' cannot be read as a table ({error})", todo="Check the path")

    @classmethod
    def _check_version(cls, found: str | None, path: Path) -> None:
        if found is None:
            raise SourceError(f"'{path}' is a Parquet file, but no {cls.__name__.lower()} of Mien's")
        if not found.isdigit() or int(found) > cls.FORMAT:
            expected = f"format {cls.FORMAT} or older"
            raise SourceError(f"'{path}' has format {found}", expected=expected, todo="Install a newer Mien")

    @classmethod
    def _of_file(cls, frame: pl.DataFrame, metadata: Mapping[str, str], path: Path) -> Self:
        """Make the table of its rows and of what its file says beside them."""
        return cls(frame)

    def _metadata(self) -> dict[str, str]:
        """Say what goes into the file beside the rows."""
        return {self._key(): str(self.FORMAT)}

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
            self.frame.write_parquet(file, metadata=self._metadata())
        return Path(path)

    def __len__(self) -> int:
        return self.frame.height


@dataclass(frozen=True)
class Manifest(Table):
    """One row per sample; every stage returns a new one.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``id`` (unique), ``content`` (SHA-256 of the bytes, hexadecimal), ``pixels`` (SHA-256 of the decoded
        sample), ``signature`` (bytes: what near copies share, see ``core.neighbours``), ``copies`` (the same text for
        samples that are copies of one, exact or near; null where there is no other), ``path``, ``container``,
        ``label``, ``kind`` (of `mien.kinds`), ``split`` (``train``, ``val``, ``test`` or null), ``person``, ``aside``
        (why a row is not used, or null), strings but for the signature, and any group columns after them. What the
        audit measures is null before it.
    skipped : tuple of Skipped
        What lies in the source and is no sample. It goes along with every manifest that is made of this one, and so do
        the notes.
    notes : tuple of str
        What was recognised when the data was listed, a sentence each.

    Raises
    ------
    SourceError
        If a declared column is missing or an id stands twice.
    """

    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

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

    @classmethod
    def _of_file(cls, frame: pl.DataFrame, metadata: Mapping[str, str], path: Path) -> Self:
        if metadata[cls._key()] == "1":
            # Format 1 knew exact copies alone, and marked those that had one by the hash of their pixels.
            frame = _declared(frame.rename({"twin": "pixels"}, strict=False))
        return cls(frame, from_json(metadata.get(SKIPPED)), notes_from_json(metadata.get(NOTES)))

    def _metadata(self) -> dict[str, str]:
        further = {SKIPPED: to_json(self.skipped) if self.skipped else "", NOTES: json.dumps(self.notes)}
        return super()._metadata() | {key: text for key, text in further.items() if text not in ("", "[]")}

    def with_frame(self, frame: pl.DataFrame) -> Manifest:
        """Return this manifest with other rows or columns; what it knows beside them goes along."""
        return dataclasses.replace(self, frame=frame)

    @property
    def omissions(self) -> str:
        """What of the source is not used, in one line: passed over, and set aside by reason; empty where nothing is."""
        reasons = self.frame["aside"].drop_nulls().value_counts()
        reasons = reasons.sort("count", "aside", descending=[True, False])
        aside = [f"{reason} ({count:,})" for reason, count in reasons.iter_rows()]
        parts = {"Passed over": [*map(str, self.skipped)], "Set aside": aside}
        return " ".join(f"{word}: {'; '.join(items)}." for word, items in parts.items() if items)

    @property
    def persons(self) -> str:
        """Who is named, in one line, and which samples name nobody; empty where none names anybody."""
        import polars as pl

        frame = self.used.frame
        named = frame.filter((pl.col("person") != "").fill_null(value=False))["person"].n_unique()
        nobody = frame.filter((pl.col("person") == "").fill_null(value=True))["id"]
        if not named or not len(nobody):
            return f"Persons: {named:,} named." if named else ""
        examples = ", ".join([*nobody.head(EXAMPLES), *(["..."] if len(nobody) > EXAMPLES else [])])
        count = "1 sample names" if len(nobody) == 1 else f"{len(nobody):,} samples name"
        return f"Persons: {named:,} named. {count} nobody ({examples})."

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of the listing, a line each: the notes, the persons, the omissions."""
        return tuple(said for said in (*self.notes, self.persons, self.omissions) if said)

    @property
    def kind(self) -> str:
        """What the samples are, a name of `mien.kinds`; where there are several, the one that most are."""
        counts = self.frame["kind"].drop_nulls().value_counts().sort("count", "kind", descending=[True, False])
        return str(counts["kind"][0]) if counts.height else "picture"

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
        return self.with_frame(self.frame.filter(self.frame["aside"].is_null()))

    def of(self, split: str) -> Manifest:
        """Only the rows in use on one side of the split: ``train``, ``val`` or ``test``."""
        used = self.used.frame
        return self.with_frame(used.filter(used["split"] == split))

    def with_labels(self, labels: Sequence[str]) -> Manifest:
        """Keep only rows of these classes, and those that are set aside and have no label.

        A class that is not in the data is a `SettingError`.
        """
        for label in labels:
            if label not in self.labels:
                raise SettingError(f"The label '{label}' is not in the data", todo=did_you_mean(label, self.labels))
        wanted = self.frame["label"].is_in(list(labels))
        unlabelled = self.frame["label"].is_null() & self.frame["aside"].is_not_null()  # said, though never used
        return self.with_frame(self.frame.filter(wanted.fill_null(value=False) | unlabelled))

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
        return self.with_frame(self.frame.with_columns(aside=pl.coalesce("aside", new)))


def _declared(frame: pl.DataFrame) -> pl.DataFrame:
    """Put the declared columns first, in their types; what is absent becomes null."""
    import polars as pl

    types = {name: pl.Binary if name == "signature" else pl.String for name in MANIFEST_COLUMNS}
    absent = [pl.lit(None, kind).alias(name) for name, kind in types.items() if name not in frame.columns]
    frame = frame.with_columns(absent).with_columns(pl.col(name).cast(kind) for name, kind in types.items())
    return frame.select(*MANIFEST_COLUMNS, pl.exclude(MANIFEST_COLUMNS))


@dataclass(frozen=True)
class Findings(Table):
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
        """Make findings, possibly none, from rows with the declared columns."""
        import polars as pl

        schema = {name: pl.Float64 if name == "score" else pl.String for name in FINDING_COLUMNS}
        return cls(pl.DataFrame(list(rows), schema=schema))
