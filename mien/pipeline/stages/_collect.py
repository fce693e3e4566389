"""Collect: list every sample of the source."""

from __future__ import annotations

from mien import kinds, models
from mien.collect import scan
from mien.core.errors import SettingError, did_you_mean
from mien.core.persons import Persons
from mien.core.recipe import AUTO
from mien.pipeline._context import RunContext


def collect(context: RunContext) -> None:
    """Collect: list every sample."""
    recipe = context.recipe
    source, shown = context.run.state().source, context.reporter.progress
    persons = Persons(recipe.by, recipe.person)
    manifest = scan(source, labels=recipe.labels, names=recipe.names, persons=persons, progress=shown)
    kind = kinds.kind(manifest.kind)
    models.check_kind(recipe, kind.name)
    if recipe.model != AUTO:
        models.check_labels(recipe, recipe.labels or manifest.labels)
    _check_votes(context.recipe.votes or (), manifest.groups)
    context.write_manifest(manifest)
    classes = f"{len(manifest.labels)} classes, {', '.join(manifest.labels)}"
    context.reporter.say(f"collect: {len(manifest):,} {kind.many} in {classes}")
    for said in manifest.remarks:
        context.reporter.say(f"collect: {said}")


def _check_votes(votes: tuple[str, ...], groups: tuple[str, ...]) -> None:
    for vote in votes:
        column = vote.partition("=")[2]
        if column not in groups:
            todo = did_you_mean(column, groups) if groups else "The data has no further columns"
            raise SettingError(f"votes names the column '{column}'", todo=todo)
