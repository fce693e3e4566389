"""What mattered: how much of the differences in score each setting explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import optuna

    from mien.tune._study import Study

ENOUGH = 15  # scored trials below which the answer is mostly chance
RESAMPLED, TREES = 12, 24  # bootstrap samples, and trees of each forest
SEED = 0  # of the forests and the bootstrap: the same study gives the same answer


@dataclass(frozen=True)
class Importance:
    """A setting's share of what all settings explain of the differences in score, 0..1.

    `low` and `high` are where it falls in 90 of 100 samples of the same trials.
    """

    name: str
    value: float
    low: float
    high: float


def importances(study: Study) -> tuple[Importance, ...]:
    """Say what mattered, by functional ANOVA over random forests (Hutter et al. 2014), the largest first.

    Empty with fewer than 15 scores or one setting. Trials that were given up count with the best they had reached:
    leaving them out would hide the settings that made them hopeless.
    """
    trials = study.store.scored()
    names = [name for name in study.space if len({str(trial.params.get(name)) for trial in trials}) > 1]
    if len(trials) < ENOUGH or len(names) < 2 or len({trial.value for trial in trials}) < 2:
        return ()
    if len(trials) not in study.known:  # it takes a second or two, and both page and terminal ask
        study.known[len(trials)] = _measured(trials, names)
    found: tuple[Importance, ...] = study.known[len(trials)]
    return found


def _measured(trials: list[optuna.trial.FrozenTrial], names: list[str]) -> tuple[Importance, ...]:
    whole = _shares(trials, names, SEED)
    draw = np.random.default_rng(SEED)
    samples = []
    for number in range(RESAMPLED):
        chosen = [trials[place] for place in draw.integers(0, len(trials), len(trials))]
        samples.append(_shares(chosen, names, SEED + 1 + number))
    low, high = np.quantile(samples, [0.05, 0.95], axis=0)
    found = [
        Importance(name, float(value), float(min(bottom, value)), float(max(top, value)))
        for name, value, bottom, top in zip(names, whole, low, high, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.value))


def _shares(trials: list[optuna.trial.FrozenTrial], names: list[str], seed: int) -> list[float]:
    import optuna

    if len({trial.value for trial in trials}) < 2:
        return [1 / len(names)] * len(names)
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(direction="maximize")
    finally:
        optuna.logging.set_verbosity(before)
    study.add_trials(trials)
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=TREES, seed=seed)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator, params=names)
    return [float(found.get(name, 0.0)) for name in names]
