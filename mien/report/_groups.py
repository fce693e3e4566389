"""Whether it works as well for everyone: the verdict, each column's groups, and what could not have been seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien import html
from mien.kinds import Kind
from mien.report._run_files import RunFiles

MOST_GROUPS = 12  # of one column that get a chart
_MEASURED = (
    "What is measured stands for a property and is not it: the groups overlap more than their names say, and where one "
    "property looks like another, a gap can be the other's. How far off each measure is, was measured on samples that "
    "Mien makes itself, of which everything is known."
)

Row = Mapping[str, Any]


def groups(files: RunFiles) -> html.Section | None:
    """Show how good it is in each group; None where there are no groups."""
    columns: dict[str, list[Row]] = {}
    for row in files.scores.get("groups") or []:
        columns.setdefault(str(row["column"]), []).append(row)
    if not columns:
        return None
    gaps = {str(gap["column"]): gap for gap in files.scores.get("gaps") or []}
    measured = files.scores.get("measured") or {}
    # What is told apart by more than chance comes first; charts of like height stand side by side.
    order = sorted(columns, key=lambda name: (not _beyond(gaps, name), len(columns[name]), name in measured))
    parts = [_column(name, columns[name], gaps.get(name), files.kind) for name in order]
    known = [_measures(measured)] if measured else []
    return html.section("Groups", _verdict(gaps, files.kind), html.columns(*parts), *known)


def _beyond(gaps: Mapping[str, Row], name: str) -> bool:
    return bool(gaps.get(name, {}).get("beyond_chance"))


def _verdict(gaps: Mapping[str, Row], kind: Kind) -> html.Html:
    if not gaps:
        return html.text(f"In no column are there two groups of 5 {kind.many} or more that could be compared.")
    told = [name for name in gaps if _beyond(gaps, name)]
    looked = html.count(len(gaps), "column was", "columns were")
    corrected = f"{looked} looked at, and chance is corrected for that."
    if told:
        names = html.listing([_title(name) for name in told])
        mark = html.severity("warning", "Not alike")
        return html.text(
            mark, f"It serves some groups worse than others, by more than chance explains: {names}. {corrected}"
        )
    hidden = [gap["detectable"] for gap in gaps.values() if gap["detectable"] is not None]
    if not hidden:
        return html.text(f"No gap was told from chance, and none could have been: there are too few. {corrected}")
    least, most = (html.points(one, places=0) for one in (min(hidden), max(hidden)))
    size = f"{least} points" if least == most else f"{least} to {most} points, depending on the column,"
    words = f"No gap between groups was told from chance. Gaps under {size} could have been missed. {corrected}"
    return html.text(html.severity("note", "No gap found"), words)


def _title(name: str) -> str:
    return name.replace("_", " ")


def _column(name: str, rows: list[Row], gap: Row | None, kind: Kind) -> html.Html:
    about = str(gap["sentence"]) if gap else "There are no two groups that are large enough to compare."
    title = _title(name)
    if len(rows) <= MOST_GROUPS:
        chart = [
            html.Estimate(f"{row['value']} ({kind.count(row['n'])})", row["accuracy"], row["low"], row["high"])
            for row in rows
        ]
        return html.intervals(title, chart, about=about)
    cells = [[str(row["value"]), f"{row['n']:,}", _cell(row)] for row in rows]
    columns = [title, kind.many, "right answers"]
    table = html.table(cells, columns, caption=f"Right answers by {title}, in per cent", numeric=columns[1:])
    return html.details(f"{title}: {len(rows)} groups", html.text(about), table)


def _cell(row: Row) -> html.Html:
    ends = html.tag("span", f" {html.span(row['low'], row['high'])}", class_="quiet")
    return html.tag("span", html.percent(row["accuracy"], unit=False), ends)


def _measures(measured: Mapping[str, Row]) -> html.Html:
    rows = [[_title(name), one["about"], one["error"], one["source"]] for name, one in measured.items()]
    names = ["measure", "what is measured", "how far off", "from"]
    return html.block(
        "What the measures are", html.text(_MEASURED), html.table(rows, names, caption="Measured columns")
    )
