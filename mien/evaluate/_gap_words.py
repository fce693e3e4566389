"""A gap in words: who is served worse, whether that is more than chance, and what could not have been seen."""

from __future__ import annotations

from mien.evaluate._gap import Between, Gap
from mien.html import count, listing, percent, points

_TELLING = 0.02  # a gap that the classes alone make is mentioned from two points on


def gap_sentence(gap: Gap) -> str:
    """Say whether the groups of a column are served alike.

    Parameters
    ----------
    gap : Gap
        From `gaps`.

    Returns
    -------
    str
        Two or three sentences; the name of the column is not among them.
    """
    parts = [_verdict(gap.accuracy, gap.columns), _mix(gap), _recall(gap), _unseen(gap), _small(gap)]
    return " ".join(part for part in parts if part)


def _verdict(found: Between, columns: int) -> str:
    shares = f"{percent(found.of_best, unit=False)} of 100 ({found.best}) and {percent(found.of_worst, unit=False)}"
    ends = f"{points(found.gap.low, places=0)} to {points(found.gap.high, places=0)}"
    gap = f"{points(found.gap.value, places=0)} points ({ends})"
    clear = f"Right on {shares} ({found.worst}): {gap} apart"
    looked = f", after correction for {count(columns, 'column')}" if columns > 1 else ""
    if found.beyond_chance:
        return f"{clear}, more than chance explains (p = {found.corrected:.2g}{looked})."
    return f"{clear}, which may be chance (p = {found.corrected:.2g}{looked})."


def _mix(gap: Gap) -> str:
    if abs(gap.mix) < _TELLING or not gap.accuracy.beyond_chance:
        return ""
    return f"Which classes the two groups hold would alone make {points(gap.mix, places=0)} points."


def _recall(gap: Gap) -> str:
    found = gap.recall
    if found is None or not found.beyond_chance:
        return ""
    shares = f"{percent(found.of_best, unit=False)} of 100 ({found.best}) and {percent(found.of_worst, unit=False)}"
    return f"It recognises {gap.label} in {shares} ({found.worst}), more than chance explains."


def _unseen(gap: Gap) -> str:
    if gap.accuracy.beyond_chance:
        return ""
    if gap.detectable is None:
        return "There are too few to see any gap, however large."
    least, most = (None if one is None else points(one, places=0) for one in (gap.detectable, gap.detectable_hardest))
    if most is None:
        return f"A gap under {least} points could have been missed here, and between the smallest groups any."
    between = "" if most == least else f", and one under {most} between the groups hardest to compare"
    return f"A gap under {least} points could have been missed here{between}."


def _small(gap: Gap) -> str:
    if not gap.small:
        return ""
    named = listing(gap.small) if len(gap.small) < 4 else count(len(gap.small), "group")
    return f"Too small to compare: {named}."
