"""Labels and probabilities in, scores out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from mien.evaluate._basis import Basis
from mien.evaluate._calibration_error import reliability
from mien.evaluate._checks import Clusters, names_of, pair
from mien.evaluate._figures import of_answers
from mien.evaluate._resample import units_of
from mien.evaluate._scores import Scores
from mien.evaluate._widened import widened

# A probability below this counts as this, so that one sure mistake is not infinite.
LEAST = float(np.finfo(np.float64).eps)


def score(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    *,
    seed: int = 0,
    clusters: Clusters = None,
    basis: Basis | None = None,
) -> Scores:
    """Measure how good answers are.

    The answer is the most probable class, the first of equals. Intervals are 95 % percentile intervals of
    2,000 bootstrap resamples; where every resample agrees because all or none were right, Wilson's interval stands
    instead, as ten right of ten is no proof of perfection. Shares of nothing are 0, with the interval 0 to 1.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1, N at least 1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names, in the order of the columns.
    seed : int
        Of the resamples: the same input and seed give the same scores.
    clusters : sequence of N values, optional
        Samples with the same value, such as one person's, are drawn together, and the intervals expanded a little
        where there are few (Hesterberg 2015). None stands alone.
    basis : Basis, optional
        What the samples are, for the sentences. Over rounds of cross-validation the intervals are wider (Nadeau &
        Bengio 2003).

    Returns
    -------
    Scores
        Every figure. Log loss in nats; Brier score summed over classes, 0..2 (Brier 1950); calibration error of
        the top probability in 15 equal bins (Guo et al. 2017, equation 3).

    Raises
    ------
    SettingError
        If shapes, ranges or numbers of classes do not fit.

    Examples
    --------
    >>> scores = score([0, 1, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], ("happy", "sad"))
    >>> scores.accuracy.value, scores.confusion.tolist(), round(scores.log_loss, 3)
    (0.75, [[2, 0], [1, 1]], 0.4)
    """
    whole, rows = pair(truth, probabilities)
    names = names_of(labels, rows.shape[1])
    answers = rows.argmax(axis=1)
    given = rows[np.arange(len(whole)), whole]
    rounds, found = basis.rounds if basis else 0, reliability(whole, rows, units_of(clusters, len(whole)), seed)
    return replace(
        widened(of_answers(whole, answers, names, seed=seed, clusters=clusters), rounds),
        log_loss=float(-np.log(np.clip(given, LEAST, 1)).mean()),
        brier=float(((rows**2).sum(axis=1) - 2 * given + 1).mean()),
        calibration_error=found.error,
        reliability=found,
        basis=basis or Basis(),
    )
