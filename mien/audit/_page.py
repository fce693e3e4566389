"""The audit as a page: the number first, then each issue with its pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from mien import html
from mien.audit._suggest import WHO, Suggestion, suggest
from mien.audit._summary import Tally, set_aside_by, summary
from mien.audit._thumbnails import thumbnails
from mien.core.files import write_text
from mien.core.types import Findings, Manifest, Progress, silent
from mien.html import Html
from mien.kinds import Kind, Preview, kind

_PER_ISSUE = 60
_PAIRS = 40


def write_page(
    manifest: Manifest,
    findings: Findings,
    path: Path | str,
    *,
    title: str = "Audit",
    source: str = "FOLDER",
    progress: Progress = silent,
) -> Path:
    """Write the findings as one self-contained page with thumbnails.

    Parameters
    ----------
    manifest : Manifest
        The data that was checked.
    findings : Findings
        What `check` found in it.
    path : path
        Where to; ``.html``.
    title : str, optional
        The page's heading.
    source : str, optional
        The data, as it is typed in a command.
    progress : Progress, optional
        Wraps the reading of the samples to show.

    Returns
    -------
    pathlib.Path
        The page: under 3 MB, no request leaves it.

    Raises
    ------
    StorageError
        If it could not be written.
    """
    what = kind(manifest.kind)
    lines = summary(findings, what.name)
    shown = {line.issue: _shown(manifest, findings, line.issue) for line in lines}
    uses = Counter(name for rows in shown.values() for column in ("id", "other") for name in rows[column].drop_nulls())
    previews = thumbnails(manifest, uses, progress)
    sections = [_head(manifest, findings, lines, what), *_who(suggest(manifest), source)]
    for line in lines:
        sections.append(html.section(line.title, *_issue(line, shown[line.issue], previews, what), note=line.about))
    foot = "'mien audit --fix' moves files beside the data, and 'mien audit --undo' brings them back."
    return write_text(path, html.page(title, *sections, footer=f"Nothing is deleted: {foot}"))


def _head(manifest: Manifest, findings: Findings, lines: tuple[Tally, ...], what: Kind) -> html.Section:
    total, aside = len(manifest.used), set_aside_by(findings)["id"].n_unique()
    if not lines:
        return html.section("In short", html.number("0", f"Nothing was found in {what.count(total)}."))
    means = f"cannot be used as {'it is' if aside == 1 else 'they are'}, and will be set aside."
    rows = [(one.title, html.severity(one.severity, one.severity), one.pictures, one.aside, one.todo) for one in lines]
    names = ("Issue", "How bad", what.many.capitalize(), "Set aside", "What to do")
    caption = f"What was found; a {what.one} can have more than one issue"
    big = html.number(html.count(aside), means, of=f"of {what.count(total)}")
    return html.section("In short", big, html.table(rows, names, caption=caption, numeric=names[2:4]))


def _who(suggestions: tuple[Suggestion, ...], source: str) -> list[html.Section]:
    if not suggestions:
        return []
    parts = []
    for one in suggestions:
        parts += [html.text(one.sentence, one.condition), html.code("\n".join(one.commands(source)))]
    return [html.section("Who is who", *parts, note=WHO)]


def _shown(manifest: Manifest, findings: Findings, issue: str) -> pl.DataFrame:
    """Give the first findings of an issue, with labels; of twins each pair once."""
    rows = findings.frame.filter(pl.col("issue") == issue)
    if "other" not in rows.columns:
        rows = rows.with_columns(other=pl.lit(None, pl.String))
    one, two = pl.min_horizontal("id", "other"), pl.max_horizontal("id", "other")
    pairs = rows["other"].null_count() < rows.height
    rows = rows.unique([one, two], keep="first", maintain_order=True).head(_PAIRS if pairs else _PER_ISSUE)
    samples = manifest.frame.select("id", "label")
    rows = rows.join(samples, on="id", how="left", maintain_order="left")
    others = samples.rename({"id": "other", "label": "other_label"})
    return rows.join(others, on="other", how="left", maintain_order="left")


def _issue(line: Tally, rows: pl.DataFrame, pictures: dict[str, Preview], what: Kind) -> list[object]:
    pairs = rows["other"].null_count() < rows.height
    cells = [(_pair if pairs else _single)(row, line, pictures, what.wide) for row in rows.iter_rows(named=True)]
    told = len({name for column in ("id", "other") for name in rows[column].drop_nulls()}) if pairs else rows.height
    more = max(0, line.pictures - told)
    return [
        html.grid(cells, about=f"{what.many.capitalize()} with the issue {line.issue}", wide=pairs),
        f"And {html.count(more)} more; all of them stand in the table of findings." if more else Html(""),
    ]


def _single(row: dict[str, str], line: Tally, pictures: dict[str, Preview], wide: int) -> Html:
    badge = html.badge(row["label"]) if row["label"] else ""
    return html.card(_picture(row["id"], row["label"], line, pictures, wide), row["why"], badge)


def _pair(row: dict[str, str], line: Tally, pictures: dict[str, Preview], wide: int) -> Html:
    one, other = (
        html.card(_picture(name, label, line, pictures, wide), name, html.badge(label or "no label"))
        for name, label in ((row["id"], row["label"]), (row["other"], row["other_label"]))
    )
    both = html.pair(one, other, about=f"'{row['id']}' beside '{row['other']}'")
    return html.wide_card(both, html.text(row["why"]), html.text(row["todo"]))


def _picture(name: str, label: str | None, line: Tally, pictures: dict[str, Preview], wide: int) -> Html:
    preview, size = pictures.get(name), (96 * wide, 96)
    if preview is None:
        return html.missing(line.title if line.severity == "error" else "not shown", size=size)
    words = f"{name}, labelled {label}"
    return html.media(preview.data, preview.media_type, words, size=size, sound=preview.sound)
