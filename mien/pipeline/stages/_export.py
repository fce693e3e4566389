"""Export: write the one model file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mien.core import artifacts
from mien.core.answer import good_for
from mien.core.errors import ModelFileError
from mien.core.lineage import Lineage
from mien.export import ModelInfo, card, needs_another_process, write
from mien.pipeline._context import RunContext
from mien.pipeline._in_tensorflow import in_tensorflow
from mien.pipeline._words import noun
from mien.pipeline.stages._evaluate import sentence
from mien.predict import Predictor

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
        temperature=found["temperature"],
        mirror=context.recipe.mirror,
        info=_info(context, found),
    )


def _info(context: RunContext, found: dict[str, Any]) -> ModelInfo:
    """Say what rides in the model file: its card, its scores, and what it has seen."""
    training, kept = context.manifest.of("train"), context.recipe.lineage != "none"
    source = Path(context.run.state().source).name
    trained_on = found.get("trained_on") or noun(training, context.recipe.inputs)
    words = card(
        context.contract,
        family=context.recipe.model,
        data=f"{len(training):,} {trained_on} from {source}",
        sentence=sentence(found),
        good_for=good_for(trained_on),
        lineage=kept,
    )
    measured = {name: found["test"][name] for name in ("accuracy", "n", "units", "basis")}
    known = Lineage.of_run(context.run) if kept else Lineage.empty(known=False)
    also = {"trained_on": trained_on, "sentence": sentence(found)}
    return ModelInfo(words, {**measured, **also}, known.to_text())


def _export_elsewhere(context: RunContext) -> None:
    context.reporter.say("export: in a process of its own, because the export needs TensorFlow")
    in_tensorflow("export_alone", context.run.folder)
    pixels, _ = next(context.side("val").epoch(0))
    temperature = artifacts.read_scores(context.run)["temperature"]
    theirs, ours = Predictor(context.run.model).probabilities(pixels), context.predict(temperature)(pixels)
    apart = float(np.abs(theirs - ours).max())
    if not apart <= APART:
        context.run.model.unlink()
        came = f"The exported file answers differently from the model that was measured, by up to {apart:.2g}"
        expected = f"at most {APART}"
        raise ModelFileError(came, expected=expected, todo="Please report this, with recipe.toml; no file was kept")
