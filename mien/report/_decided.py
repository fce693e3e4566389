"""What Mien decided by itself, and why; and the bout of two families that were close."""

from __future__ import annotations

from mien import html
from mien.report._run_files import RunFiles


def decided(files: RunFiles) -> html.Section | None:
    """Say what was decided without being asked; None where every choice was typed."""
    reasons = files.state.decided
    if not reasons:
        return None
    parts = [html.tag("ul", *(html.tag("li", reason) for reason in reasons))]
    rows = [_row(row) for row in files.state.bout]
    if rows:
        title = "Right answers on validation, of 100"
        parts.append(html.intervals(title, rows, about="Both were trained on the same."))
    note = "Chosen on training and validation alone. Any option of mien run overrides it; the recipe below holds it."
    return html.section("What was decided, and why", *parts, note=note)


def _row(row: dict[str, object]) -> html.Estimate:
    value, low, high = (float(str(row[name])) for name in ("accuracy", "low", "high"))
    return html.Estimate(str(row["name"]), value, low, high)
