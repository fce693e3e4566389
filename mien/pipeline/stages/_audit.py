"""Audit: say what is wrong with the data, and set aside what cannot be used."""

from __future__ import annotations

from mien.audit import check, clean, require_usable, suggest
from mien.core import artifacts
from mien.pipeline._context import RunContext


def audit(context: RunContext) -> None:
    """Audit: say what is wrong, and set aside what cannot be used."""
    manifest, findings = check(context.manifest, progress=context.reporter.progress)
    artifacts.write_findings(context.run, findings)
    usable = require_usable(clean(manifest, findings))
    context.write_manifest(usable)
    aside, many = len(manifest) - len(usable.used), context.kind.many
    context.reporter.say(f"audit: {len(findings):,} findings, {aside:,} {many} set aside")
    for one in suggest(usable):
        said = "; ".join(one.commands(context.run.state().source))
        context.reporter.say(f"audit: {one.sentence} {one.condition} {said}")
