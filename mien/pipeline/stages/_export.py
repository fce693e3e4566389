"""Export: write the one model file."""

from __future__ import annotations

from typing import Any

import numpy as np

from mien.core import artifacts
from mien.core.errors import ModelFileError
from mien.core.lineage import Lineage
from mien.export import ModelInfo, data_card, needs_another_process, write
from mien.pipeline import _sets
from mien.pipeline._cards import data_facts, model_card
from mien.pipeline._context import RunContext
from mien.pipeline._in_tensorflow import in_tensorflow
from mien.pipeline._terms import terms
from mien.pipeline._words import noun
from mien.pipeline.stages._evaluate import sentence
from mien.predict import Predictor

MEASURED = ("accuracy", "balanced_accuracy", "n", "units", "basis", "classes", "confusion", "calibration_error")
APART = 1e-3  # largest difference in probability allowed between another backend and the file


def export(context: RunContext) -> None:
    """Export: write the one model file; `ModelFileError` if it does not answer as the model that was measured."""
    if needs_another_process(context.load_models()):
        _export_elsewhere(context)
        return
    context.reporter.say("export: writing the model file and checking that it answers as the trained model does")
    found = artifacts.read_scores(context.run)
    write(
        context.load_models(),
        context.contract,
        context.run.model,
        calibration=artifacts.read_calibration(context.run),
        mirror=context.recipe.mirror,
        info=_info(context, found),
    )


def _info(context: RunContext, found: dict[str, Any]) -> ModelInfo:
    """Say what rides in the model file: its card, its scores, what it has seen, and what it is bound to."""
    bound, how_good = terms(context), sentence(found)
    words = model_card(context, found, bound, how_good)
    artifacts.write_cards(context.run, words, data_card(data_facts(context, bound)))
    measured = {name: found["test"][name] for name in MEASURED} | {
        name: found[name] for name in ("sets",) if name in found
    }
    known = Lineage.of_run(context.run) if context.recipe.lineage != "none" else Lineage.empty(known=False)
    trained_on = found.get("trained_on") or noun(context.manifest.of("train"), context.recipe.inputs)
    also = {"trained_on": trained_on, "sentence": how_good}
    return ModelInfo(words, {**measured, **also}, known.to_text(), bound.to_json(), _sets.read(context))


def _export_elsewhere(context: RunContext) -> None:
    context.reporter.say("export: in a process of its own, because the export needs TensorFlow")
    in_tensorflow("export_alone", context.run.folder)
    pixels, _ = next(context.side("val").epoch(0))
    calibration = artifacts.read_calibration(context.run)
    theirs, ours = Predictor(context.run.model).probabilities(pixels), context.predict(calibration)(pixels)
    apart = float(np.abs(theirs - ours).max())
    if not apart <= APART:
        context.run.model.unlink()
        came = f"The exported file answers differently from the model that was measured, by up to {apart:.2g}"
        expected = f"at most {APART}"
        raise ModelFileError(came, expected=expected, todo="Please report this, with recipe.toml; no file was kept")
