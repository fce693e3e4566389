"""Figures as Markdown, for cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mien.core.confusions import taken_for

_MOST_CONFUSED = 3


def lowered(words: str) -> str:
    """Begin with a small letter."""
    return words[:1].lower() + words[1:]


def share(estimate: Mapping[str, float], places: int = 1) -> str:
    """Write a figure with its interval, such as ``65.3 % (63.6 to 67.1)``; an `Estimate` as JSON values."""
    value, low, high = (f"{100 * estimate[name]:.{places}f}" for name in ("value", "low", "high"))
    return f"{value} % ({low} to {high})"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; bars in a cell are words."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def class_table(scores: Mapping[str, Any]) -> str:
    """Write precision and recall of each class, with 95 % intervals; empty without any.

    `scores` are what `evaluate.Scores.to_dict` writes.
    """
    rows = [
        (row["label"], share(row["precision"], 0), share(row["recall"], 0), f"{row['support']:,}")
        for row in scores.get("classes", ())
    ]
    return table(("class", "precision", "recall", "samples"), rows) if rows else ""


def confused(scores: Mapping[str, Any]) -> str:
    """Say in a sentence which classes are most often taken for which; empty where none is."""
    most = taken_for(scores)[:_MOST_CONFUSED]
    said = [
        f"{truth} taken for {answer} ({100 * part:.0f} % of the samples of {truth})" for part, truth, answer in most
    ]
    return f"Most often mixed up: {', '.join(said)}." if said else ""
