"""Which named features the model of a run goes by: what `mien explain RUN --features` measures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import explain
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.run import Run
from mien.pipeline._context import Reporter, RunContext

if TYPE_CHECKING:
    from mien.kinds import Kind

MOST = 1000  # validation samples that are measured


def explain_features(folder: Path | str) -> tuple[explain.FeatureReport, Kind]:
    """Shuffle each group of named features among the validation samples of a run, and count what goes wrong.

    `SettingError` where there is no run, or its model does not learn from named features: the model file alone does not
    say which of its numbers are which feature, and brings no samples.
    """
    if not Path(folder).is_dir():
        came = f"'{folder}' is no folder of a run, and --features needs its validation samples"
        raise SettingError(came, expected="the folder of a run of svm or forest")
    run = Run.open(folder)
    context = RunContext(run, artifacts.read_recipe(run), Reporter())
    return features_of(context), context.kind


def features_of(context: RunContext) -> explain.FeatureReport:
    """Do it for an open run: of several rounds the first, of several seeds the mean answer."""
    from mien import models

    if models.family(context.recipe.model).network:
        came = f"'{context.recipe.model}' learns its own features, and they have no names"
        raise SettingError(came, expected="a run of svm or forest", todo="Explain a sample instead")
    part = next(iter(context.open_rounds()), context)
    members: list[Any] = [model.parted() for model in part.load_models()]
    rows, numbers, batches = [], [], part.side("val")
    for batch, targets in batches.epoch(0):
        rows.append(members[0].features(batch))
        numbers.append(targets.argmax(axis=1))
        if sum(map(len, rows)) >= MOST:
            break
    measured, truth = np.concatenate(rows), np.concatenate(numbers)

    def answer(features: Any) -> Any:  # noqa: ANN401 - float32 [N, F] to [N, classes]
        return np.mean([_softmax(member.answer(features)) for member in members], axis=0)

    return explain.importance(answer, measured, truth, members[0].groups)


def _softmax(logs: Any) -> Any:  # noqa: ANN401
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
