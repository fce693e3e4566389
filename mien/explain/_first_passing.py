"""The first method whose map tells the truth of a model about a sample."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.explain._faithfulness import faithfulness, rank_correlation
from mien.explain._measure import measure
from mien.explain._methods import METHODS

if TYPE_CHECKING:
    from mien.core.types import Predict
    from mien.explain._explanation import Explanation
    from mien.kinds import Parts


def first_passing(
    predict: Predict,
    parts: Parts,
    *,
    label: int | None = None,
    methods: Sequence[str] = tuple(METHODS),
    shuffled: Predict | None = None,
    noisy: Parts | None = None,
) -> tuple[Explanation, ...]:
    """Explain by one method after another until a map passes the checks.

    Parameters
    ----------
    predict : callable
        From rows, array [N, *contract.shape], to probabilities, float32 [N, classes].
    parts : Parts
        Of the sample.
    label : int, optional
        The class to explain; the answer's own by default.
    methods : sequence of str
        Of `METHODS`, the best first.
    shuffled : callable, optional
        The same model with its weights shuffled; the map must be another then (Adebayo et al. 2018, "Sanity checks for
        saliency maps", NeurIPS).
    noisy : Parts, optional
        Of the sample under a little noise; the map must stay.

    Returns
    -------
    tuple of Explanation
        All that were tried, with `checked`. Where the last one's `checked.fails` is not empty, none passes.

    Raises
    ------
    SettingError
        If label or a method do not fit, or `predict` answers in another shape.
    """
    tried: list[Explanation] = []
    for name in methods:
        found = measure(predict, parts, label=label, method=name)
        tried.append(checked(found, predict, parts, shuffled=shuffled, noisy=noisy))
        if not _fails(tried[-1]):
            break
    return tuple(tried)


def checked(
    found: Explanation,
    predict: Predict,
    parts: Parts,
    *,
    shuffled: Predict | None = None,
    noisy: Parts | None = None,
) -> Explanation:
    """Measure whether a map tells the truth: the same with `checked`; arguments as those of `first_passing`."""
    figures = faithfulness(predict, parts, found)

    def alike(other: Predict, of: Parts) -> float:
        return rank_correlation(found.grid, measure(other, of, label=found.label, method=found.method).grid)

    weights = None if shuffled is None else alike(shuffled, parts)
    noise = None if noisy is None else alike(predict, noisy)
    return dataclasses.replace(found, checked=dataclasses.replace(figures, weights=weights, noise=noise))


def _fails(found: Explanation) -> str:
    return found.checked.fails if found.checked else ""
