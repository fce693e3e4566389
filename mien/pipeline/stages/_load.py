"""Load: decode every sample once."""

from __future__ import annotations

from mien.core import artifacts
from mien.core.types import Findings
from mien.pipeline._context import RunContext
from mien.pipeline.stages._split import require_classes


def load(context: RunContext) -> None:
    """Load: decode every sample once."""
    failed, faceless = context.open_cache().failed, context.open_cache().faceless
    if faceless:
        _list_faceless(context)  # before they are set aside: a run killed between the two would not see them again
    if failed:
        why = {one: "faceless" if one in faceless else "unreadable" for one in failed}
        context.write_manifest(context.manifest.set_aside(why))
        require_classes(context, context.manifest)
    unreadable = len(failed.keys() - faceless)
    if unreadable:
        context.reporter.say(f"load: {unreadable:,} {context.kind.many} could not be decoded and were set aside")
    if faceless:
        then = "are learnt and answered whole" if context.contract.inputs == "both" else "were set aside"
        context.reporter.say(f"load: no face was found in {len(faceless):,} pictures; they {then}")
    artifacts.write_contract(context.run, context.contract)


def _list_faceless(context: RunContext) -> None:
    """Add the pictures without a face to the audit's findings."""
    import polars as pl

    found = artifacts.read_findings(context.run)
    name = context.run.state().detector
    severity, todo = "note", "Nothing: the picture is learnt, and answered, whole."
    if context.contract.inputs != "both":
        todo = "Look at it: what shows no face teaches nothing; a face that was missed can be cut out by hand."
        severity = "warning"
    why = f"The detector '{name}' saw no face in it."
    words = {"issue": "faceless", "severity": severity, "score": 1.0, "why": why, "todo": todo}
    new = Findings.build([{"id": one, **words} for one in sorted(context.open_cache().faceless)])
    earlier = found.frame.filter(pl.col("issue") != "faceless")  # a run that goes on lists them once
    artifacts.write_findings(context.run, Findings(pl.concat([earlier, new.frame], how="diagonal")))
