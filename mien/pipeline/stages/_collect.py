"""Collect: list every sample of the source."""

from __future__ import annotations

import dataclasses

from mien import kinds, models
from mien.collect import scan
from mien.core.errors import SettingError, did_you_mean
from mien.core.persons import Persons
from mien.core.recipe import AUTO, Recipe
from mien.pipeline._context import RunContext
from mien.pipeline._decide import is_open
from mien.pipeline._warm_start import add_others


def collect(context: RunContext) -> None:
    """Collect: list every sample."""
    recipe = context.recipe
    source, shown = context.run.state().source, context.reporter.progress
    persons = Persons(recipe.by, recipe.person)
    manifest = scan(source, labels=recipe.labels, names=recipe.names, persons=persons, progress=shown)
    kind = kinds.kind(manifest.kind)
    recipe = _named(context, kind.name)
    models.check_kind(recipe, kind.name)
    if recipe.model != AUTO:
        recipe = models.resolve(recipe, kind.name)  # with what the family prefers for this kind
        models.check_labels(recipe, recipe.labels or manifest.labels)
        if context.recipe.model == AUTO:
            models.fetch(recipe)
            add_others(context.run, recipe)
        context.write_recipe(recipe)
    _check_votes(context.recipe.votes or (), manifest.groups)
    _check_even_groups(context.recipe, (*manifest.groups, "person"))
    context.write_manifest(manifest)
    classes = f"{len(manifest.labels)} classes, {', '.join(manifest.labels)}"
    context.reporter.say(f"collect: {len(manifest):,} {kind.many} in {classes}")
    for said in manifest.remarks:
        context.reporter.say(f"collect: {said}")


def _named(context: RunContext, kind: str) -> Recipe:
    """Take the kind's usual family, where settings were typed and no family: without settings, more is looked at."""
    if context.recipe.model != AUTO or is_open(context.recipe, context.run.state().typed) or not models.taking(kind):
        return context.recipe
    return dataclasses.replace(context.recipe, model=models.taking(kind)[0])


def _check_even_groups(recipe: Recipe, known: tuple[str, ...]) -> None:
    column = recipe.even_groups or ""
    if column and column not in known:
        raise SettingError(f"even_groups names the column '{column}'", todo=did_you_mean(column, known))
    if column and recipe.sampling != "balanced" and (recipe.mixup or recipe.cutmix):
        came = "even_groups weighs each picture in the loss, and mixup or cutmix blends two into one"
        raise SettingError(came, todo="Set sampling = balanced, which draws them evenly")


def _check_votes(votes: tuple[str, ...], groups: tuple[str, ...]) -> None:
    for vote in votes:
        column = vote.partition("=")[2]
        if column not in groups:
            todo = did_you_mean(column, groups) if groups else "The data has no further columns"
            raise SettingError(f"votes names the column '{column}'", todo=todo)
