"""The inflated number beside the honest one."""

from __future__ import annotations

from mien import html
from mien.kinds import Kind
from mien.report._run_files import RunFiles


def usual(files: RunFiles) -> html.Html:
    """Say what a random split would have claimed of the same pictures and family; empty where nothing was measured."""
    found, test = files.scores.get("usual"), files.test
    if not found or test is None:
        return html.Html("")
    return html.block("What the usual recipe would have claimed", _words(found, test.accuracy.value, files.kind))


def _words(found: dict[str, object], honest: float, kind: Kind) -> str:
    crossing, number = int(str(found["crossing"])), int(str(found["n"]))
    claimed = float(str(found["accuracy"]))
    none = "No difference here:"
    if found["how"] == "same":
        return f"{none} no two of these {kind.many} share a {kind.one}, and none are known to share a person."
    claim, true = html.percent(claimed, unit=False), html.percent(honest, unit=False)
    of = f"{crossing:,} of {number:,} {kind.many} share a {kind.one} or a person with another one"
    if found.get("people"):
        least = (
            "Not measured." if claim == true else f"At least {claim} of 100 where {true} is true, by the copies alone."
        )
        return (
            f"{least} {of}, and a random split lets them cross. What it gains by knowing the same people takes a "
            "training of its own to say."
        )
    if claim == true:
        return f"{none} {of}, and a random split that lets them cross claims {claim} of 100 too."
    how = "computed from the copies alone" if found["how"] == "copies" else "the same family, trained again on it"
    return f"{claim} of 100 where {true} is true. {of}, and a random split lets them cross ({how})."
