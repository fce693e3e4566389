"""From a manifest to findings, and from findings to a clean manifest."""

from __future__ import annotations

import polars as pl

from mien.audit._checks import CHECKS, ISSUES, SCHEMA
from mien.audit._look import look
from mien.audit._summary import set_aside_by
from mien.core.errors import SourceError
from mien.core.types import Findings, Manifest, Progress, silent


def check(manifest: Manifest, *, progress: Progress = silent) -> Findings:
    """Read every picture once and say what is wrong with it.

    Nothing is changed. Rows that are set aside already are not looked at.

    Parameters
    ----------
    manifest : Manifest
        The data.
    progress : Progress, optional
        Wraps the pass over the files.

    Returns
    -------
    Findings
        One row per sample and issue, errors first, then by issue and id. Beyond the declared columns: ``other`` (id
        of the twin), ``twin`` (hash of the pixels that twins share) and ``sets_aside`` (whether `clean` stops using
        the row).
    """
    files = look(manifest, CHECKS, progress)
    parts = [pl.DataFrame(schema=SCHEMA)] + [one.judge(files) for one in CHECKS]
    order = {issue.word: place for place, issue in enumerate(ISSUES)}
    rank = pl.col("issue").replace_strict(order, return_dtype=pl.Int64)
    return Findings(pl.concat(parts).sort(rank, "id", maintain_order=True))


def clean(manifest: Manifest, findings: Findings) -> Manifest:
    """Set aside the rows that cannot be used, and mark the pictures that are twins.

    Broken files go. Of copies under one label the first (by id) stays, within each ready-made side. Of the same
    picture under two labels none stays. A ready-made test side keeps all its readable rows, so that scores can be
    compared with published ones. Twins on two ready-made sides are left to the split.

    Parameters
    ----------
    manifest : Manifest
        The data.
    findings : Findings
        What `check` found in it, or a part of that. Findings made by hand, without the column ``sets_aside``, count
        when their severity is ``error``.

    Returns
    -------
    Manifest
        With ``aside`` filled with the issue's word, and a column ``twin``: the same text for pictures with the same
        pixels, null where there is no other.
    """
    reasons = set_aside_by(findings).unique("id", keep="first", maintain_order=True).select("id", reason="issue")
    frame = manifest.frame.drop("twin", strict=False)
    frame = frame.join(reasons, on="id", how="left", maintain_order="left")
    frame = frame.with_columns(aside=pl.coalesce("aside", "reason")).drop("reason")
    return manifest.with_frame(frame.join(_twins(findings), on="id", how="left", maintain_order="left"))


def _twins(findings: Findings) -> pl.DataFrame:
    """Give id and shared hash of every picture that has a twin, also of the one that is kept."""
    frame = findings.frame
    if "twin" not in frame.columns:
        return pl.DataFrame(schema={"id": pl.String, "twin": pl.String})
    both = [frame.select("id", "twin"), frame.select(pl.col("other").alias("id"), "twin")]
    return pl.concat(both).drop_nulls().unique("id", keep="first", maintain_order=True)


def require_usable(manifest: Manifest) -> Manifest:
    """Stop when the audit left nothing to learn from.

    Parameters
    ----------
    manifest : Manifest
        What `clean` returned.

    Returns
    -------
    Manifest
        The same.

    Raises
    ------
    SourceError
        If every row is set aside.
    """
    frame = manifest.frame
    if frame["aside"].null_count():
        return manifest
    counts = frame["aside"].value_counts(sort=True).rows() if frame.height else []
    reasons = ", ".join(f"{count} {word}" for word, count in counts) or "there are none"
    raise SourceError(
        f"None of the {frame.height} pictures can be used: {reasons}",
        expected="pictures that can be read, each under one label",
        todo="Run 'mien audit' on it to see what is wrong with each",
    )
