"""From a manifest to findings, and from findings to a clean manifest."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from mien.audit._bursts import bursts
from mien.audit._checks import checks, issues
from mien.audit._groups import groups
from mien.audit._look import look
from mien.audit._summary import set_aside_by
from mien.core.errors import SourceError
from mien.core.types import Findings, Manifest, Progress, silent
from mien.kinds import kind, schema

_MEASURED = ("pixels", "signature", "copies")
BURST = "burst"  # a further column, where photos were taken right after each other
DRAWN = "drawn"  # a further column, where some pictures bear the mark of those that Mien draws


class Checked(NamedTuple):
    """Data that was checked.

    Parameters
    ----------
    manifest : Manifest
        The same rows, with ``pixels``, ``signature`` and ``copies`` filled where a sample could be read.
    findings : Findings
        One row per sample and issue, errors first, then by issue and id. Beyond the declared columns: ``other`` (id of
        the copy it is about) and ``sets_aside`` (whether `clean` stops using the row).
    """

    manifest: Manifest
    findings: Findings


def check(manifest: Manifest, *, progress: Progress = silent) -> Checked:
    """Read every sample once, say what is wrong with it, and find its copies.

    Rows that are set aside already are not looked at.

    Parameters
    ----------
    manifest : Manifest
        The data.
    progress : Progress, optional
        Wraps the pass over the files, and the comparison of look-alikes.

    Returns
    -------
    Checked
        The manifest with what was measured, and the findings.
    """
    what = kind(manifest.kind)
    looked_for = checks(what)
    with look(manifest, what, looked_for, progress) as looked:
        files = pl.concat([looked.frame, groups(looked, what, progress)], how="horizontal")
    files = files.with_columns(bursts(files).alias(BURST))
    parts = [pl.DataFrame(schema=schema())] + [one.judge(files) for one in looked_for]
    order = {issue.word: place for place, issue in enumerate(issues(what))}
    rank = pl.col("issue").replace_strict(order, return_dtype=pl.Int64)
    findings = Findings(pl.concat(parts).sort(rank, "id", maintain_order=True))
    further = {DRAWN: files[DRAWN].any()}
    if BURST not in manifest.frame.columns:  # it may be the data's own
        further[BURST] = files[BURST].count() > 0
    there = [name for name, known in further.items() if known]
    measured = files.select("id", *_MEASURED, pl.col(there).cast(pl.String))
    frame = manifest.frame.drop(*_MEASURED, *further, strict=False)
    frame = frame.join(measured, on="id", how="left", maintain_order="left")
    columns = [name for name in manifest.frame.columns if name not in further]
    return Checked(manifest.with_frame(frame.select(*columns, *there)), findings)


def clean(manifest: Manifest, findings: Findings) -> Manifest:
    """Set aside the rows that cannot be used.

    Broken files go. Of exact copies under one label the first (by id) stays, within each ready-made side. Of the same
    picture under two labels none stays. A ready-made test side keeps all its readable rows, so that scores can be
    compared with published ones. Copies on two ready-made sides, and near copies, are left to the split.

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
        With ``aside`` filled with the issue's word.
    """
    reasons = set_aside_by(findings).unique("id", keep="first", maintain_order=True)
    return manifest.set_aside(dict(reasons.select("id", "issue").iter_rows()))


def require_usable(manifest: Manifest) -> Manifest:
    """Return the manifest, or stop with a `SourceError` when the audit left nothing to learn from."""
    frame = manifest.frame
    if frame["aside"].null_count():
        return manifest
    counts = frame["aside"].value_counts(sort=True).rows() if frame.height else []
    reasons = ", ".join(f"{count} {word}" for word, count in counts) or "there are none"
    many = kind(manifest.kind).many
    raise SourceError(
        f"None of the {frame.height} {many} can be used: {reasons}",
        expected=f"{many} that can be read, each under one label",
        todo="Run 'mien audit' on it to see what is wrong with each",
    )
