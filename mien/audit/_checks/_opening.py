"""Files that cannot be opened as a picture: missing, empty, broken, no picture, or a bomb."""

from __future__ import annotations

import polars as pl

from mien.audit._checks._base import Check, Issue, Sample, found

ISSUES = (
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
        "The file breaks off before the picture is complete.",
        "Fetch it again from where it came; the download or copy stopped halfway.",
    ),
    Issue(
        "unreadable",
        "Unreadable",
        "error",
        "The bytes are no picture, or they are damaged.",
        "Open it in a text editor: it is often a web page with an error message. Fetch it again or leave it out.",
    ),
    Issue(
        "unsupported",
        "Not supported",
        "error",
        "A kind of file that Mien does not read, such as a drawing in SVG or a camera's raw file.",
        "Save it as PNG or JPEG.",
    ),
    Issue(
        "bomb",
        "Far too large",
        "error",
        "A picture so large that unpacking it could fill the memory.",
        "Save it smaller if it is really a photograph.",
    ),
)


def _measure(sample: Sample) -> tuple[str | None, str | None, str | None]:
    error = sample.error
    if error is None:
        return (None, None, None)
    came = error.came
    # "The JPEG ends ..." stands inside a sentence here.
    came = came[0].lower() + came[1:] if came.startswith("The") else came
    return (error.issue, came.rstrip("."), f"{error.todo.rstrip('.')}." if error.todo else None)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' cannot be used: {}.", "id", "came")
    parts = []
    for issue in ISSUES:
        todo = pl.coalesce("remedy", pl.lit(issue.todo))
        rows = files.filter(pl.col("problem") == issue.word)
        parts.append(found(rows, issue, why, todo=todo, sets_aside=pl.lit(value=True)))
    return pl.concat(parts)


CHECK = Check(ISSUES, _judge, {"problem": pl.String, "came": pl.String, "remedy": pl.String}, _measure)
