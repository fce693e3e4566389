"""What a check is made of: what it measures on one file, and how it judges the table of all files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from mien.core.errors import MediaError


@dataclass(frozen=True)
class Issue:
    """One kind of defect.

    Parameters
    ----------
    word : str
        What programs compare, such as ``truncated``.
    title : str
        What people read, such as ``Cut off``.
    severity : str
        ``error``, ``warning`` or ``note``.
    about : str
        What it means, in a sentence about one file.
    todo : str
        What the reader can do, in a sentence.
    """

    word: str
    title: str
    severity: str
    about: str
    todo: str


@dataclass(frozen=True)
class Sample:
    """One file as the checks see it, after it was read and decoded once.

    Parameters
    ----------
    path : str
        The file, member or row.
    container : str or None
        The archive or table that holds it.
    data : bytes
        Its bytes; empty when it could not be read.
    format : str or None
        What the bytes say it is, such as ``jpeg``.
    decoded : array or None
        What `Kind.decode` makes of it, such as a picture's uint8 [H, W, 3]; None when it could not be decoded.
    error : MediaError or None
        Why it could not be read or decoded.
    """

    path: str
    container: str | None
    data: bytes
    format: str | None
    decoded: Any | None
    error: MediaError | None


@dataclass(frozen=True)
class Check:
    """A check: a file, and a line in the list of those of all kinds, or in `Kind.checks`.

    Parameters
    ----------
    issues : tuple of Issue
        What it can find.
    judge : callable
        From the table of all files (columns ``id path container label split pixels copies`` and what was measured,
        one row a file, sorted by id) to findings, made with `found`.
    columns : mapping of str to polars type
        The names that `measure` fills.
    measure : callable, optional
        From one `Sample` to one value for each of `columns`; it runs in a thread.
    """

    issues: tuple[Issue, ...]
    judge: Callable[[pl.DataFrame], pl.DataFrame]
    columns: Mapping[str, type[pl.DataType]] = field(default_factory=dict)
    measure: Callable[[Sample], tuple[Any, ...]] | None = None


def schema() -> dict[str, type[pl.DataType]]:
    """Give the columns of findings as checks make them.

    Beside the declared ones ``other``, the id of the copy that it is about, and ``sets_aside``, whether `audit.clean`
    sets the row aside for it.
    """
    import polars as pl

    words = dict.fromkeys(("id", "issue", "severity", "score", "why", "todo", "other"), pl.String)
    return {**words, "score": pl.Float64, "sets_aside": pl.Boolean}


def found(rows: pl.DataFrame, issue: Issue, why: pl.Expr, **others: pl.Expr) -> pl.DataFrame:
    """Turn rows of the table of files into findings.

    Parameters
    ----------
    rows : polars.DataFrame
        Those that have the issue.
    issue : Issue
        Which.
    why : polars.Expr
        A sentence about one file.
    **others : polars.Expr
        In place of ``score`` (1), ``todo`` (the issue's own), ``other`` (null) and ``sets_aside`` (false).

    Returns
    -------
    polars.DataFrame
        For `Check.judge` to return.
    """
    import polars as pl

    values = {
        "issue": pl.lit(issue.word),
        "severity": pl.lit(issue.severity),
        "score": pl.lit(1.0),
        "why": why,
        "todo": pl.lit(issue.todo),
        "other": pl.lit(None),
        "sets_aside": pl.lit(value=False),
        **others,
    }
    return rows.select("id", **values).select(pl.col(name).cast(kind) for name, kind in schema().items())
