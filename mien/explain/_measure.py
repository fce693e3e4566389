"""Hide parts of a sample and watch the answer (Zeiler & Fergus 2014).

"Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2. What a part is and how it is hidden the
kind says (`mien.kinds.Parts`). In the paper a grey square hides; here a part fades into the sample's own background, as
a hard square, or silence cut into a voice, is a thing that no model has seen and that moves the answer by its edges.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError
from mien.explain._answers import answers, left
from mien.explain._explanation import Explanation, Line, Stretch
from mien.explain._methods import method as find_method

if TYPE_CHECKING:
    from mien.core.types import Predict, Singles
    from mien.explain._answers import Left
    from mien.kinds import Axis, Parts

LEAST = 0.02  # of probability: what moves an answer by less is not named
BESIDE = 0.5  # of the strongest line's loss: neighbours that have it belong to it


def measure(predict: Predict, parts: Parts, *, label: int | None = None, method: str = "occlusion") -> Explanation:
    r"""Find which parts of a sample spoke for an answer, and which against it.

    Parameters
    ----------
    predict : callable
        From rows, array [N, *contract.shape], to probabilities, float32 [N, classes]; called with up to 32 at a time.
    parts : Parts
        From `Kind.parts`.
    label : int, optional
        The class to explain, 0..classes-1; the answer's own by default.
    method : str
        One of `METHODS`.

    Returns
    -------
    Explanation
        The same input gives the same one.

    Raises
    ------
    SettingError
        If label or method do not fit, or `predict` answers in another shape.

    Examples
    --------
    >>> from mien import kinds
    >>> from mien.core.types import InputContract
    >>> contract = InputContract(("loud", "still"), 16_000, kind="sound", shape=(16_000,), dtype="float32")
    >>> row = np.zeros(16_000, np.float32)
    >>> row[8_000:11_200] = np.sin(np.arange(3_200) * 2 * np.pi * 1_200 / 16_000)
    >>> def loud(rows):
    ...     level = np.minimum(9 * (rows**2).mean(axis=1), 1)
    ...     return np.stack([level, 1 - level], axis=1)
    >>> [stretch.words for stretch in measure(loud, kinds.kind("sound").parts(row, contract)).most]
    ['1\u20131.5\xa0kHz', '0.5\u20130.7\xa0s']
    """
    shape = len(parts.down), len(parts.across)
    whole = answers(predict, parts, np.zeros((1, *shape), np.float32))[0]
    chosen = int(whole.argmax()) if label is None else label
    if not 0 <= chosen < len(whole):
        raise SettingError(f"The label came as number {label}", expected=f"0 to {len(whole) - 1}")
    lost, before = left(predict, parts, chosen), float(whole[chosen])
    grid = find_method(method).grid(lost, shape, before)
    named = [(number, axis) for number, axis in ((1, parts.across), (0, parts.down)) if axis.words is not None]
    hides = [_lines(shape, number) for number, _ in named]
    lines = tuple(
        Line(axis.unit, axis.edges, before - lost(hide), _names(axis))
        for (_, axis), hide in zip(named, hides, strict=True)
    )
    alone = Explanation(chosen, before, grid, lines, method=method)
    return _with_most(alone, [axis for _, axis in named], hides, lost)


def _with_most(found: Explanation, axes: list[Axis], hides: list[Singles], left: Left) -> Explanation:
    """Hide at once the lines along each axis that moved the answer most, and then all of those."""
    runs = []
    for line, axis, hide in zip(found.lines, axes, hides, strict=True):
        start, stop = _run(line.drops)
        if stop > start and axis.words is not None:
            runs.append((axis.words(axis.edges[start], axis.edges[stop]), hide[start:stop].max(axis=0)))
    if not runs:
        return dataclasses.replace(found, together=found.probability)
    hidden = [hide for _, hide in runs]
    *without, together = left(np.stack([*hidden, np.max(hidden, axis=0)])).tolist()
    most = [Stretch(words, value) for (words, _), value in zip(runs, without, strict=True)]
    most.sort(key=lambda stretch: stretch.without)
    return dataclasses.replace(found, most=tuple(most), together=together)


def _names(axis: Axis) -> tuple[str, ...]:
    return tuple(map(axis.words, axis.edges, axis.edges[1:])) if axis.words else ()


def _lines(shape: tuple[int, int], axis: int) -> Singles:
    """Hide whole lines, one after the other: float32 [lines, down, across]."""
    ones = np.eye(shape[axis], dtype=np.float32)
    return np.broadcast_to(np.expand_dims(ones, 2 - axis), (shape[axis], *shape))


def _run(drops: Singles) -> tuple[int, int]:
    """Find the line that moved the answer most, with its neighbours that moved it about as much; 0, 0 if none did."""
    peak = int(drops.argmax())
    if drops[peak] < LEAST:
        return 0, 0
    beside, start, stop = drops >= BESIDE * drops[peak], peak, peak + 1
    while start > 0 and beside[start - 1]:
        start -= 1
    while stop < len(drops) and beside[stop]:
        stop += 1
    # Most of the axis would say nothing of where.
    return (start, stop) if 2 * (stop - start) <= len(drops) else (peak, peak + 1)
