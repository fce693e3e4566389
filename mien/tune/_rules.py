"""Which settings are tried next, and when a trial is given up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import optuna

RANDOM = 10  # trials before the sampler has something to go by
WHOLE = 5  # trials trained to their end before any is given up
# What the learning rate does to a curve crosses others half way, so early figures mislead. Behind the median, a trial
# was the best of 20 after all in 12 to 67 orders of 100, under successive halving in 67 to 92; in the lowest quarter,
# from 40 % of the epochs on, in 0 to 20, and then for less than a tenth of a point (docs/decisions/0013-tune.md).
KEPT = 75.0  # per cent of the trials trained to their end, at the same share of the epochs: below them one is given up
WARM_UP = 0.4  # share of the longest trial's epochs before which none is given up


def sampler(seed: int, drawn: int) -> optuna.samplers.BaseSampler:
    """Make the sampler for one trial: TPE over all settings together (Bergstra et al. 2011; Falkner et al. 2018).

    Each has a seed of its own, so that a study that is taken up again draws what it would have drawn.
    """
    import optuna

    own = int(np.random.SeedSequence([seed, drawn]).generate_state(1)[0])
    return optuna.samplers.TPESampler(seed=own, multivariate=True, n_startup_trials=RANDOM, constant_liar=True)


def pruner(longest: int) -> optuna.pruners.BasePruner:
    """Make the rule that gives a trial up: that of Golovin et al. 2017 (Vizier), with a quarter for their half."""
    import optuna

    return optuna.pruners.PercentilePruner(KEPT, n_startup_trials=WHOLE, n_warmup_steps=math.ceil(WARM_UP * longest))
