"""Split: decide who trains, who chooses and who measures."""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import suppress

from mien.core.errors import SettingError, SourceError
from mien.core.recipe import Recipe
from mien.core.types import Manifest
from mien.pipeline import _warm_start
from mien.pipeline._context import RunContext, rounds_of
from mien.pipeline._decide import decide
from mien.split import assign, prove, prove_rounds, rounds, suited


def split(context: RunContext) -> None:
    """Split: decide who trains, who chooses, who measures.

    `SourceError` if a class is absent from training, `SettingError` if the batch asked for is larger than that side.
    """
    decide(context)
    parts, divided = _division(context)
    require_classes(context, divided)
    _fit_batch(context, min(len(part.of("train")) for part in parts))
    context.write_manifest(divided)
    context.run.update(data=fingerprint(divided))
    if context.recipe.folds == 1:
        proof = prove(divided)
        counts = f"{proof.train:,} train, {proof.val:,} validation, {proof.test:,} test"
    else:
        proof = prove_rounds(parts, divided)
        counts = f"{proof.train:,} train and {proof.val:,} validation for the model that ships"
    context.reporter.say(f"split: {counts}. {proof.sentence}")


def _division(context: RunContext) -> tuple[list[Manifest], Manifest]:
    """Divide the data: what each round measures and learns from, and what the model that ships does."""
    recipe = context.recipe
    if recipe.folds > 1:
        return _in_rounds(context, recipe)
    shares = {"train": recipe.train_share, "val": recipe.val_share, "test": recipe.test_share}
    divided = assign(context.manifest, **shares, seed=recipe.split_seed)
    folds = recipe.folds or suited(divided, context.manifest)
    if folds > 1:
        rounded = dataclasses.replace(recipe, folds=folds)
        with suppress(SourceError):  # a class that too few people show has one split, if any
            found = _in_rounds(context, rounded)
            context.write_recipe(rounded)
            context.reporter.say(
                f"split: one test split would hold {len(divided.of('test')):,} {context.kind.many} and say little; "
                f"so each {context.kind.one} is measured once, in {folds} rounds"
            )
            return found
    divided = _warm_start.without_seen(context.run, divided)
    context.write_recipe(dataclasses.replace(recipe, folds=1))
    return [divided], divided


def _in_rounds(context: RunContext, recipe: Recipe) -> tuple[list[Manifest], Manifest]:
    _, whole = rounds(context.manifest, recipe.folds, seed=recipe.split_seed)
    whole = _warm_start.without_seen(context.run, whole, needed=("val",))
    return rounds_of(context.run, recipe, whole), whole


def fingerprint(manifest: Manifest) -> str:
    """Name the data of a run: SHA-256 over the sorted lines ``content label split`` of the rows in use."""
    lines = sorted(manifest.used.frame.select("content", "label", "split").iter_rows())
    digest = hashlib.sha256()
    for content, label, side in lines:
        digest.update(f"{content}\t{label}\t{side}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def require_classes(context: RunContext, manifest: Manifest) -> None:
    """Refuse data in which a class has nobody to learn from."""
    absent = sorted(set(context.contract.labels) - set(manifest.of("train").labels))
    if absent:
        came = f"No {context.kind.one} labelled {', '.join(absent)} is on the training side"
        raise SourceError(came, expected="some of every class", todo="Add some, or leave the class out with --labels")


def _fit_batch(context: RunContext, samples: int) -> None:
    batch = context.recipe.batch
    if batch is None or batch <= samples:
        return
    if "batch" in context.run.state().typed:
        came = f"batch = {batch} is larger than the training side, {samples} {context.kind.many}"
        raise SettingError(came, expected=f"at most {samples}", todo=f"Try --batch {max(samples // 4, 1)}")
    # The family's own size was made for more data; nobody asked for it.
    context.write_recipe(dataclasses.replace(context.recipe, batch=max(samples // 4, 1)))
