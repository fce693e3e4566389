"""What a run without options does with its data: which part of a picture, which family, from which start, and why.

Nothing is measured here: the pictures are looked at for faces, and counted. Where two families are close, `_bout` tries
both on training and validation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien import faces, html, media, models
from mien.core.errors import MediaError
from mien.core.recipe import AUTO, Recipe
from mien.core.types import Manifest
from mien.pipeline import _warm_start
from mien.pipeline._rivals import seen_share
from mien.pipeline._words import is_drawn
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.pipeline._context import RunContext

# Settings that say nothing about how to learn; whoever types another one knows what they want.
FREE = {
    *("model", "labels", "names", "by", "person", "seed", "split_seed", "folds", "inputs", "lineage"),
    *("train_share", "val_share", "test_share"),
}
LOOKED_AT = 60  # pictures
FEW_FACES = 0.2  # of the pictures: below, faces are not what they are about
CROPPED = 0.55  # of a picture's shorter side, that a face's box takes where the face was cut out before
SMALL = 96  # pixels: whole pictures of this size or less are crops, too small for anything else
NEAR = (1000, 8000)  # pictures to train on, for which both are tried
RIVALS = {("probe", "faces"): "face", ("face", "faces"): "probe", ("probe", "whole"): "compact"}
MANY = 2000  # pictures to train on, from which a network learns more than a probe
SEEN = 0.5  # of the pictures to measure: the box is built on while it has learnt from fewer, which are left out


@dataclass(frozen=True)
class Looked:
    """What a look at some of the pictures has shown."""

    pictures: int  # how many were looked at
    faces: float  # share in which a face was found, 0..1
    cropped: bool  # whether the pictures are face crops already


def is_open(recipe: Recipe, typed: Sequence[str]) -> bool:
    """Say whether a run may decide how to learn: no family, and no setting that only a certain one takes, was typed."""
    return recipe.model == AUTO and set(typed) <= FREE


def decide(context: RunContext) -> None:
    """Choose inputs and family for a run whose recipe leaves them open, and say why."""
    if context.recipe.model != AUTO:
        return
    recipe, reasons = _decided(context)
    resolved = models.resolve(recipe, context.kind.name)
    models.check_labels(resolved, resolved.labels or context.manifest.labels)
    models.fetch(resolved)
    _warm_start.add_others(context.run, resolved)
    context.run.update(decided=reasons)
    context.write_recipe(resolved)
    for reason in reasons:
        context.reporter.say(f"decide: {reason}")


def _decided(context: RunContext) -> tuple[Recipe, list[str]]:
    manifest, recipe = context.manifest.used, context.recipe
    if not context.kind.faces:
        first, *others = models.taking(context.kind.name)
        also = f" So do {html.listing(others)}." if others else ""
        why = f"The data holds {context.kind.many}, which {first} takes.{also}"
        return dataclasses.replace(recipe, model=first), [why]
    if is_drawn(manifest):
        why = "Mien has drawn these faces itself, each fills its picture, so the whole picture is learnt by compact."
        return dataclasses.replace(recipe, model="compact"), [why]
    inputs, first = _inputs(context, manifest)
    family, second = _family(manifest, inputs, recipe)
    rival = RIVALS.get((family, inputs))
    if rival and NEAR[0] <= len(manifest) * recipe.train_share <= NEAR[1]:
        context.run.update(candidates=[family, rival])
    return dataclasses.replace(recipe, model=family, inputs=inputs), [first, second]


def _inputs(context: RunContext, manifest: Manifest) -> tuple[str, str]:
    """Choose what the pictures are taken for."""
    if "inputs" in context.run.state().typed:
        return context.recipe.inputs, f"You asked for inputs = {context.recipe.inputs}."
    found = look(manifest, faces.detector(context.detector))
    counted = f"{found.faces:.0%} of {found.pictures} pictures that were looked at"
    if found.cropped:
        return "faces", "The pictures are face crops already, so they are taken as they are."
    if found.faces < FEW_FACES:
        return "whole", f"A face was found in {counted}, so whole pictures are learnt."
    return "both", (
        f"A face was found in {counted}, so the face is learnt where there is one, and the whole picture elsewhere."
    )


def look(manifest: Manifest, detector: faces.Detector) -> Looked:
    """Look at some pictures of a set for faces, and for faces that were cut out already."""
    rows = manifest.frame.select("path", "container").rows()
    chosen = [rows[at] for at in np.unique(np.linspace(0, len(rows) - 1, LOOKED_AT).round().astype(int))]
    sides, shares = [], []
    for data in media.read_many(chosen):
        if isinstance(data, MediaError):
            continue
        with suppress(MediaError):
            pixels = media.decode(data)
            sides.append(max(pixels.shape[:2]))
            faces = detector.find(pixels)
            shares += [min(faces[0].box[2:]) / min(pixels.shape[:2])] if faces else []
    small = bool(sides) and float(np.median(sides)) <= SMALL
    close = len(shares) * 2 >= len(sides) > 0 and float(np.median(shares)) >= CROPPED
    return Looked(len(sides), len(shares) / max(len(sides), 1), small or close)


def _family(manifest: Manifest, inputs: str, recipe: Recipe) -> tuple[str, str]:
    """Choose who learns."""
    labels = recipe.labels or manifest.labels
    box = Predictor(model_file(None), inputs="faces")
    training = round(len(manifest) * recipe.train_share)
    test = manifest.of("test")
    seen = seen_share(box, test if len(test) else manifest)  # of what may be measured
    if seen > SEEN:
        why = f"The face model in the box has learnt from {seen:.0%} of these pictures, so it cannot be built on: "
        return ("compact", why + "compact starts afresh.") if training >= MANY else ("svm", why + "svm starts afresh.")
    known = sorted(set(labels) & set(box.contract.labels))
    what = "knows these expressions" if len(known) == len(labels) else "knows faces, if not all of these classes"
    if training < MANY or inputs in ("whole", "both"):
        return "probe", (
            f"With {training:,} pictures to train on, a probe learns most: it adds to the face model in the box, which "
            f"{what}, only what the pictures show beyond doubt."
        )
    return "face", f"{training:,} pictures are enough to train on: the face model in the box, which {what}, learns on."
