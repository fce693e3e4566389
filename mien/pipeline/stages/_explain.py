"""Explain: draw what in some test samples moved the answer."""

from __future__ import annotations

import numpy as np

from mien import models
from mien.core import artifacts
from mien.core.types import Predict
from mien.explain import draw, first_passing
from mien.kinds import Parts
from mien.media import encode_webp
from mien.pipeline._context import RunContext
from mien.pipeline._explain_features import features_of
from mien.pipeline._rivals import numbered

EXPLAINED = 8  # samples with a map in the report
METHODS = ("occlusion", "shapley")  # the cheap one first: what asks a file takes a second, here a minute


def explain(context: RunContext) -> None:
    """Explain: draw what in some test samples moved the answer, and measure what named features are worth."""
    if context.recipe.features and not models.family(context.recipe.model).network:
        artifacts.write_feature_report(context.run, features_of(context).to_dict())
    part = next(iter(context.open_rounds()), context)  # of several rounds the first: its model has not seen these
    ids = part.manifest.of("test").frame["content"]
    rows, numbers = next(numbered(part.side("test")))
    first = [int(np.flatnonzero(numbers == number)[0]) for number in np.unique(numbers)]
    chosen = [*first, *(row for row in range(len(numbers)) if row not in first)][:EXPLAINED]
    if context.kind.parts(rows[chosen[0]], context.contract) is None:
        return
    predict = part.predict(artifacts.read_calibration(context.run))
    left_out = 0
    for row in context.reporter.progress(chosen, total=len(chosen), what="explaining"):
        if parts := context.kind.parts(rows[row], context.contract):
            if explained := _explained(parts, predict, context):
                artifacts.write_explanation(context.run, ids[row][:16], explained)
            else:
                left_out += 1
    if left_out:
        of = context.kind.count(len(chosen))
        context.reporter.say(
            f"Of {of}, {left_out} have no map: none passed the check that hiding what it marks costs most."
        )


def _explained(parts: Parts, predict: Predict, context: RunContext) -> artifacts.Explained | None:
    found = first_passing(predict, parts, methods=METHODS)[-1]
    if found.checked and found.checked.fails:
        return None
    values = {**found.to_dict(context.contract.labels[found.label]), "note": parts.note}
    return artifacts.Explained(encode_webp(draw(parts, found)), values, parts.sound)
