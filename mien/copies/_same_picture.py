"""Are two pictures copies of one? They are laid over each other, and what agrees then is weighed.

Candidates come from their signatures, where look-alikes are close too: two faces in one pose. So a small network weighs
eighteen measures of what agrees after registration. Where it is neither sure that they are copies nor that they are
not, or where much agrees and some places do not, a second one weighs what agrees at twice the size, and in colour. Both
were fitted on changed copies and on the closest pairs of different pictures (bench/copies_model.py and
bench/closer_model.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.copies._signature import copies_weights

if TYPE_CHECKING:
    from mien.copies._agreement import Singles
    from mien.core.types import Pixels

COPY = 0.6  # probability from which on two pictures count as copies of one
_NOT, _CERTAIN = 0.05, 0.995  # probabilities between which a closer look decides
_DOUBT = 0.99  # at most, where a quarter of the places agree by less: a slide with another face on it
_AGREES = float(-np.log(1.02 - 0.9))


def same_picture(first: Pixels, second: Pixels, closeness: float) -> float:
    """Return the probability that two pictures are copies of one.

    Both uint8 [48, 48] from `reduce_picture`, the second mirrored already where its signature was close when mirrored;
    `closeness` is the cosine of their signatures.
    """
    from mien.copies._registration import QUARTER, measures

    found = measures(first, second, closeness)
    if found is None:
        return 0.0
    most = _DOUBT if found[QUARTER] < _AGREES else 1.0
    return min(_weighed(found, ""), most)


def is_unsure(probability: float) -> bool:
    """Say whether a probability from `same_picture` needs a closer look: `look_closer`."""
    return _NOT <= probability < _CERTAIN


def same_close_up(first: Pixels, second: Pixels, known: float) -> float:
    """Say how sure it is that two pictures from `coloured_forms` are copies of one; `known` is from `same_picture`."""
    from mien.copies._closer_measures import closer_measures

    found = closer_measures(first, second, known)
    return 0.0 if found is None else _weighed(found, "closer_")


def _weighed(found: Singles, which: str) -> float:
    names = ("centre", "scale", "first", "first_bias", "second", "second_bias")
    centre, scale, first, first_bias, second, second_bias = (copies_weights()[which + name] for name in names)
    hidden = np.maximum(0, (found - centre) / scale @ first + first_bias)
    return float(1 / (1 + np.exp(-(hidden @ second + second_bias)[0])))
