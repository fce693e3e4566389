"""Files that cannot be opened as a sample: missing, empty, broken, of another kind, or a bomb."""

from __future__ import annotations

import dataclasses

import polars as pl

from mien.kinds import Check, Issue, Kind, Sample, found


def _issues(kind: Kind) -> tuple[Issue, ...]:
    one = kind.one
    known = (
        Issue(
            "missing",
            "Missing",
            "error",
            "The file is not where the table says, or may not be read.",
            "Put it back or allow reading it, or remove its row.",
        ),
        Issue("empty", "Empty", "error", "The file holds nothing, not one byte.", "Fetch it again from where it came."),
        Issue(
            "truncated",
            "Cut off",
            "error",
            f"The file breaks off before the {one} is complete.",
            "Fetch it again from where it came; the download or copy stopped halfway.",
        ),
        Issue(
            "unreadable",
            "Unreadable",
            "error",
            f"The bytes are no {one}, or they are damaged.",
            "Open it in a text editor: it is often a web page with an error message. Fetch it again or leave it out.",
        ),
        Issue(
            "unsupported",
            "Not supported",
            "error",
            "A kind of file that Mien does not read here.",
            f"Save it as {kind.formats}.",
        ),
        Issue(
            "bomb",
            "Far too large",
            "error",
            f"A {one} so large that unpacking it could fill the memory.",
            "Save it smaller.",
        ),
    )
    words = kind.reworded()
    return tuple(dataclasses.replace(issue, **words.get(issue.word, {})) for issue in known)


def _measure(sample: Sample) -> tuple[str | None, str | None, str | None]:
    error = sample.error
    if error is None:
        return (None, None, None)
    came = error.came
    # "The JPEG ends ..." stands inside a sentence here.
    came = came[0].lower() + came[1:] if came.startswith("The") else came
    return (error.issue, came.rstrip("."), f"{error.todo.rstrip('.')}." if error.todo else None)


def check(kind: Kind) -> Check:
    """Make the check for a kind."""
    issues = _issues(kind)

    def judge(files: pl.DataFrame) -> pl.DataFrame:
        why = pl.format("'{}' cannot be used: {}.", "id", "came")
        parts = []
        for issue in issues:
            todo = pl.coalesce("remedy", pl.lit(issue.todo))
            rows = files.filter(pl.col("problem") == issue.word)
            parts.append(found(rows, issue, why, todo=todo, sets_aside=pl.lit(value=True)))
        return pl.concat(parts)

    return Check(issues, judge, {"problem": pl.String, "came": pl.String, "remedy": pl.String}, _measure)
