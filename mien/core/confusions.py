"""Which class is taken for which, of what `mien.evaluate` has written as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def taken_for(scores: Mapping[str, Any]) -> list[tuple[float, str, str]]:
    """List what was taken for what, the most frequent first.

    Parameters
    ----------
    scores : mapping
        As `evaluate.Scores.to_dict` writes them; ``classes`` and ``confusion`` are read, and may be missing.

    Returns
    -------
    list of tuple
        The share of a class's samples, 0..1; the class; what it was taken for.

    Examples
    --------
    >>> taken_for({"classes": [{"label": "happy"}, {"label": "sad"}], "confusion": [[8, 0], [1, 3]]})
    [(0.25, 'sad', 'happy')]
    """
    names = [str(row["label"]) for row in scores.get("classes", ())]
    pairs = [
        (int(count) / sum(row), names[truth], names[answer])
        for truth, row in enumerate(scores.get("confusion", ()))
        for answer, count in enumerate(row)
        if truth != answer and count
    ]
    return sorted(pairs, reverse=True)
