"""`mien audit`: what is wrong with the data."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, say, table
from mien.core.persons import Persons

if TYPE_CHECKING:
    from mien.core.types import Findings, Manifest


Fix = Annotated[bool, typer.Option("--fix", help="Move what cannot be used to a quarantine beside the data.")]
Undo = Annotated[bool, typer.Option("--undo", help="Put every quarantined file back, byte for byte.")]
Page = Annotated[Path | None, typer.Option("--page", metavar="HTML", help="Write a page with thumbnails.")]
_MANIFEST = "Write the samples with what was measured, a Parquet table."
Listed = Annotated[Path | None, typer.Option("--manifest", metavar="FILE", help=_MANIFEST)]


def audit(
    source: options.Source,
    *,
    fix: Fix = False,
    undo: Undo = False,
    page: Page = None,
    listed: Listed = None,
    names: options.Names = "",
    persons: Persons,
    out: options.Out = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Say what is wrong with the data. Nothing is ever deleted.

    Try:

      mien audit faces/ --page findings.html

      mien audit faces/ --fix

      mien audit faces/ --undo
    """
    from mien import audit as stage
    from mien import collect

    if undo:
        restored = stage.undo(Path(source))
        if as_json:
            answer({"restored": restored})
        else:
            say(f"{restored:,} files are back where they were")
        return
    shown = progress(quiet=quiet)
    manifest = collect.scan(source, names=options.labels_of(names), persons=persons, progress=shown)
    manifest, findings = stage.check(manifest, progress=shown)
    if out is not None:
        findings.save(out)
    if page is not None:
        stage.write_page(manifest, findings, page, source=source)
    if listed is not None:
        manifest.save(listed)
    _print_findings(manifest, findings, source, as_json)
    if fix:
        _print_fixed(stage.quarantine(manifest, findings, Path(source)), source)


def _print_findings(manifest: Manifest, findings: Findings, source: str, as_json: bool) -> None:
    from mien import audit as stage

    suggestions = stage.suggest(manifest)
    if as_json:
        offered = [one.to_dict(source) for one in suggestions]
        found = {"samples": len(manifest), "findings": findings.frame.to_dicts(), "suggestions": offered}
        answer({**found, **omitted(manifest)})
        return
    counts = findings.frame.group_by("issue", "severity").len().sort("len", descending=True)
    for said in manifest.remarks:
        typer.echo(said)
    typer.echo(f"{findings.frame['id'].n_unique():,} of {len(manifest):,} samples need a look.")
    if len(findings):
        table(["issue", "severity", "samples"], counts.iter_rows())
    if suggestions:
        typer.echo(stage.WHO)
    for one in suggestions:
        typer.echo(f"{one.sentence} {one.condition}")
        for line in one.commands(source):
            typer.echo(f"  {line}")


def _print_fixed(where: Path | None, source: str) -> None:
    if where is None:
        say("Nothing had to be set aside.")
    elif where.suffix == ".jsonl":
        say(f"Moved to the quarantine beside the data; its log is '{where}'. Undo: mien audit {source} --undo")
    else:
        say(f"'{source}' is unchanged. What can be used is listed in '{where}'; give that to mien run.")


def omitted(manifest: Manifest) -> dict[str, Any]:
    """Say what of a source was recognised and what is not used, for a program."""
    passed = [dataclasses.asdict(one) for one in manifest.skipped]
    notes = {"notes": list(manifest.notes)} if manifest.notes else {}
    return {**notes, "skipped": passed, "aside": dict(manifest.frame["aside"].drop_nulls().value_counts().iter_rows())}
