"""Explain: draw which part of some test pictures moved the answer."""

from __future__ import annotations

import numpy as np

from mien.core import artifacts
from mien.core.files import write_bytes
from mien.explain import occlusion, overlay
from mien.media import encode_webp
from mien.pipeline._context import RunContext
from mien.pipeline._rivals import numbered

EXPLAINED = 8  # pictures with a heat map in the report


def explain(context: RunContext) -> None:
    """Explain: draw which part of some test pictures moved the answer."""
    if not context.kind.maps:
        return
    part = next(iter(context.open_rounds()), context)  # of several rounds the first: its model has not seen these
    predict = part.predict(artifacts.read_scores(context.run)["temperature"])
    ids = part.manifest.of("test").frame["content"]
    pictures, numbers = next(numbered(part.side("test")))
    first = [int(np.flatnonzero(numbers == number)[0]) for number in np.unique(numbers)]
    chosen = [*first, *(row for row in range(len(numbers)) if row not in first)][:EXPLAINED]
    for row in context.reporter.progress(chosen, total=len(chosen), what="explaining"):
        rows = context.contract.deciding(pictures[row])
        shown = overlay(pictures[row][rows], occlusion(predict, pictures[row], part=rows))
        write_bytes(context.run.explanations / f"{ids[row][:16]}.webp", encode_webp(shown))
