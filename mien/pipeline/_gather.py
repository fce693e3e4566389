"""The stages before training: collect, audit, split, load."""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import suppress

from mien import audit, collect, models, split
from mien.core import artifacts
from mien.core.errors import SettingError, SourceError, did_you_mean
from mien.core.persons import Persons
from mien.core.recipe import AUTO, Recipe
from mien.core.types import Findings, Manifest
from mien.pipeline import _base
from mien.pipeline._decide import decide
from mien.pipeline._work import Work, rounds_of


def gather(work: Work) -> None:
    """Collect: list every sample.

    Parameters
    ----------
    work : Work
        The run.
    """
    recipe = work.recipe
    source, shown = work.run.state().source, work.desk.progress
    persons = Persons(recipe.by, recipe.person)
    manifest = collect.scan(source, labels=recipe.labels, names=recipe.names, persons=persons, progress=shown)
    if recipe.model != AUTO:
        models.check_labels(recipe, recipe.labels or manifest.labels)
    _check_votes(work.recipe.votes or (), manifest.groups)
    work.keep(manifest)
    work.desk.say(
        f"collect: {len(manifest):,} pictures in {len(manifest.labels)} classes, {', '.join(manifest.labels)}"
    )
    for said in (manifest.persons, manifest.omissions):
        if said:
            work.desk.say(f"collect: {said}")


def inspect(work: Work) -> None:
    """Audit: say what is wrong, and set aside what cannot be used.

    Parameters
    ----------
    work : Work
        The run.
    """
    manifest, findings = audit.check(work.manifest, progress=work.desk.progress)
    artifacts.write_findings(work.run, findings)
    clean = audit.require_usable(audit.clean(manifest, findings))
    work.keep(clean)
    work.desk.say(f"audit: {len(findings):,} findings, {len(manifest) - len(clean.used):,} pictures set aside")
    for one in audit.suggest(clean):
        said = "; ".join(one.commands(work.run.state().source))
        work.desk.say(f"audit: {one.sentence} {one.condition} {said}")


def divide(work: Work) -> None:
    """Split: decide who trains, who chooses, who measures.

    Parameters
    ----------
    work : Work
        The run.

    Raises
    ------
    SourceError
        If a class is absent from training.
    SettingError
        If the batch asked for is larger than the training side.
    """
    decide(work)
    rounds, divided = _division(work)
    _require_classes(work, divided)
    _fit_batch(work, min(len(part.of("train")) for part in rounds))
    work.keep(divided)
    work.run.update(data=fingerprint(divided))
    if work.recipe.folds == 1:
        proof = split.prove(divided)
        counts = f"{proof.train:,} train, {proof.val:,} validation, {proof.test:,} test"
    else:
        proof = split.prove_rounds(rounds, divided)
        counts = f"{proof.train:,} train and {proof.val:,} validation for the model that ships"
    work.desk.say(f"split: {counts}. {proof.sentence}")


def _division(work: Work) -> tuple[list[Manifest], Manifest]:
    """Divide the data: what each round measures and learns from, and what the model that ships does."""
    recipe = work.recipe
    if recipe.folds > 1:
        return _in_rounds(work, recipe)
    shares = {"train": recipe.train_share, "val": recipe.val_share, "test": recipe.test_share}
    divided = split.assign(work.manifest, **shares, seed=recipe.split_seed)
    folds = recipe.folds or split.suited(divided, work.manifest)
    if folds > 1:
        rounded = dataclasses.replace(recipe, folds=folds)
        with suppress(SourceError):  # a class that too few people show has one split, if any
            found = _in_rounds(work, rounded)
            work.settle(rounded)
            work.desk.say(
                f"split: one test split would hold {len(divided.of('test')):,} pictures and say little; so each "
                f"picture is measured once, in {folds} rounds"
            )
            return found
    divided = _base.without_seen(work.run, divided)
    work.settle(dataclasses.replace(recipe, folds=1))
    return [divided], divided


def _in_rounds(work: Work, recipe: Recipe) -> tuple[list[Manifest], Manifest]:
    _, whole = split.rounds(work.manifest, recipe.folds, seed=recipe.split_seed)
    whole = _base.without_seen(work.run, whole, needed=("val",))
    return rounds_of(work.run, recipe, whole), whole


def decode(work: Work) -> None:
    """Load: decode every picture once.

    Parameters
    ----------
    work : Work
        The run.
    """
    failed, faceless = work.cache.failed, work.cache.faceless
    if faceless:
        _list_faceless(work)  # before they are set aside: a run killed between the two would not see them again
    if failed:
        work.keep(work.manifest.set_aside({one: "faceless" if one in faceless else "unreadable" for one in failed}))
        _require_classes(work, work.manifest)
    unreadable = len(failed.keys() - faceless)
    if unreadable:
        work.desk.say(f"load: {unreadable:,} pictures could not be decoded and were set aside")
    if faceless:
        then = "are learnt and answered whole" if work.contract.crop == "both" else "were set aside"
        work.desk.say(f"load: no face was found in {len(faceless):,} pictures; they {then}")
    artifacts.write_contract(work.run, work.contract)


def fingerprint(manifest: Manifest) -> str:
    """Name the data of a run: the same pictures, labels and sides have the same name.

    Parameters
    ----------
    manifest : Manifest
        Divided.

    Returns
    -------
    str
        SHA-256, hexadecimal, over the sorted lines ``content label split`` of the rows in use.
    """
    lines = sorted(manifest.used.frame.select("content", "label", "split").iter_rows())
    digest = hashlib.sha256()
    for content, label, side in lines:
        digest.update(f"{content}\t{label}\t{side}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _check_votes(votes: tuple[str, ...], groups: tuple[str, ...]) -> None:
    for vote in votes:
        column = vote.partition("=")[2]
        if column not in groups:
            todo = did_you_mean(column, groups) if groups else "The data has no further columns"
            raise SettingError(f"votes names the column '{column}'", todo=todo)


def _require_classes(work: Work, manifest: Manifest) -> None:
    absent = sorted(set(work.contract.labels) - set(manifest.of("train").labels))
    if absent:
        raise SourceError(
            f"No picture labelled {', '.join(absent)} is on the training side",
            expected="some of every class",
            todo="Add some, or leave the class out with --labels",
        )


def _list_faceless(work: Work) -> None:
    """Add the pictures without a face to the audit's findings."""
    import polars as pl

    found = artifacts.read_findings(work.run)
    name = work.run.state().finder
    both = work.contract.crop == "both"
    todo = (
        "Nothing: the picture is learnt, and answered, whole."
        if both
        else "Look at it: what shows no face teaches nothing; a face that was missed can be cut out by hand."
    )
    words = {
        "issue": "faceless",
        "severity": "note" if both else "warning",
        "score": 1.0,
        "why": f"The finder '{name}' saw no face in it.",
        "todo": todo,
    }
    new = Findings.build([{"id": one, **words} for one in sorted(work.cache.faceless)])
    earlier = found.frame.filter(pl.col("issue") != "faceless")  # a run that goes on lists them once
    artifacts.write_findings(work.run, Findings(pl.concat([earlier, new.frame], how="diagonal")))


def _fit_batch(work: Work, samples: int) -> None:
    batch = work.recipe.batch
    if batch is None or batch <= samples:
        return
    if "batch" in work.run.state().typed:
        raise SettingError(
            f"batch = {batch} is larger than the training side, {samples} pictures",
            expected=f"at most {samples}",
            todo=f"Try --batch {max(samples // 4, 1)}",
        )
    # The family's own size was made for more data; nobody asked for it.
    work.settle(dataclasses.replace(work.recipe, batch=max(samples // 4, 1)))
