"""What a run is compared with beside the commonest class and the nearest picture: the face model in the box."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import faces, kinds, load
from mien.core.errors import SourceError
from mien.core.lineage import Lineage
from mien.core.types import Batches, InputContract, Manifest
from mien.pipeline._measured_data import CHUNK, answers
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Integers
    from mien.pipeline._context import RunContext


def box_answers(context: RunContext, manifest: Manifest) -> Integers | None:
    """Ask the face model in the box about what a run measures: class numbers of the run's labels, int64 [N].

    Where it finds a face it is given the face, else the whole picture, as nobody else would answer there. None where it
    does not know every class or finds no face at all, or has learnt from some of these pictures: then it is no fair
    rival.
    """
    if not context.kind.faces:
        return None
    labels = context.contract.labels
    box = Predictor(model_file(None), inputs="faces")
    if not set(labels) <= set(box.contract.labels) or seen_share(box, manifest):
        return None
    box = box.with_options(labels=labels, inputs="faces")
    whole = InputContract(labels, box.contract.size)
    if context.recipe.inputs == "faces":
        return _answers_for(box, context, manifest, whole, None)
    cut = InputContract(labels, box.contract.size, inputs="faces", margin=box.contract.margin)
    detector = faces.detector(context.detector)
    try:
        return _answers_for(box, context, manifest, cut, detector)
    except SourceError:  # there is no face in any of them
        return None


def seen_share(box: Predictor, manifest: Manifest) -> float:
    """Say which share of some samples the box has learnt from; all, where nobody knows what it has learnt from."""
    known = _lineage(box.lineage)
    if not known.known:
        return 1.0
    return float(known.seen(manifest, kinds.kind(manifest.kind).confirm_copies).is_not_null().mean() or 0.0)  # type: ignore[arg-type]


@lru_cache(maxsize=1)  # the box's own is read again for every run of a process
def _lineage(text: str) -> Lineage:
    return Lineage.from_text(text)


def _answers_for(
    box: Predictor, context: RunContext, manifest: Manifest, contract: InputContract, detector: faces.Detector | None
) -> Integers:
    folder, shown = context.run.folder.parent / "cache", context.reporter.progress
    frame = manifest.frame.with_row_index("row")
    found = np.zeros(len(manifest), np.int64)
    cache = load.build(manifest, contract, folder, detector=detector, progress=shown)
    faceless = list(cache.faceless)
    parts = [(manifest.set_aside(dict.fromkeys(faceless, "faceless")).used, cache)]
    if faceless:
        rest = manifest.with_frame(manifest.frame.filter(manifest.frame["id"].is_in(faceless)))
        parts.append((rest, load.build(rest, InputContract(contract.labels, contract.size), folder, progress=shown)))
    for part, pictures in parts:
        if len(part):
            rows = frame.filter(frame["id"].is_in(part.frame["id"].implode()))["row"].to_numpy()
            side = pictures.batches(part, labels=contract.labels, batch=CHUNK)
            found[rows] = answers(box.probabilities, side)[1].argmax(1)
    return found


def numbered(side: Batches) -> Iterator[tuple[Any, Integers]]:
    """Yield one side's rows, [B, *contract.shape], with class numbers, int64 [B]."""
    numbers, start = side.numbers, 0
    for rows, _ in side.epoch(0):
        yield rows, numbers[start : start + len(rows)]
        start += len(rows)
