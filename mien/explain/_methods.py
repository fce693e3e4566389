"""Ways to say how much each part of a sample spoke for an answer, from answers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError, did_you_mean

if TYPE_CHECKING:
    from mien.core.types import Singles
    from mien.explain._answers import Left

    Shape = tuple[int, int]

PAIRS = 128  # of masks, each with its opposite, that `rise` draws
ASKED = 512  # predictions of `shapley`, about: fewer orders where there are more parts
SEED = 0


@dataclass(frozen=True)
class Method:
    """One way.

    Parameters
    ----------
    name : str
        As ``--method`` takes it.
    about : str
        What it does, in half a sentence.
    grid : callable
        From a function that says what is left of the class's probability, float32 [N], where parts are hidden, float32
        [N, down, across] of 0..1, from the shape of the grid, and from the probability with nothing hidden, to float32
        [down, across]: above 0 a part spoke for the class, below 0 against it.
    """

    name: str
    about: str
    grid: Callable[[Left, Shape, float], Singles]


def occluded(left: Left, shape: Shape, whole: float) -> Singles:
    """Hide one part after another (Zeiler & Fergus 2014, section 4.2)."""
    count = shape[0] * shape[1]
    return np.asarray(whole - left(np.eye(count, dtype=np.float32).reshape(count, *shape)), np.float32).reshape(shape)


def rise(left: Left, shape: Shape, whole: float) -> Singles:
    """Hide half of the parts at once, again and again (Petsiuk, Das & Saenko 2018, "RISE", BMVC, equation 6).

    There a part's weight is the mean answer of the masks that show it. Here the mean of those that hide it is taken
    off, so that 0 means that it made no difference and the unit is probability. Each mask comes with its opposite. A
    part's value is then what is lost without it on average over what else is hidden: Banzhaf's.
    """
    draw = np.random.default_rng(SEED)
    masks = (draw.random((PAIRS, *shape)) < 0.5).astype(np.float32)
    found = left(np.concatenate([masks, 1 - masks]))
    return np.asarray(np.einsum("n,ndc->dc", found[:PAIRS] - found[PAIRS:], 1 - 2 * masks) / PAIRS, np.float32)


def shapley(left: Left, shape: Shape, whole: float) -> Singles:
    """Bring parts back in random orders and give each what its coming changed (Castro, Gómez & Tejada 2009).

    "Polynomial calculation of the Shapley value based on sampling", Computers & Operations Research 36(5). Each order
    is also walked backwards (Mitchell et al. 2022, "Sampling permutations for Shapley value estimation", JMLR 23). The
    values add up to what the whole sample gives beyond its background, as those of integrated gradients do.
    """
    draw, count = np.random.default_rng(SEED), shape[0] * shape[1]
    orders = [draw.permutation(count) for _ in range(max(1, ASKED // (2 * count)))]  # four, of 64 parts
    orders += [order[::-1] for order in orders]
    none = float(left(np.ones((1, *shape), np.float32))[0])
    total = np.zeros(count)
    for order in orders:
        ranks = np.argsort(order)
        hidden = ranks[None] >= np.arange(1, count)[:, None]  # [count - 1, count]: one more part is back in each
        path = np.concatenate([[none], left(hidden.astype(np.float32).reshape(-1, *shape)), [whole]])
        total[order] += np.diff(path)
    return (total / len(orders)).astype(np.float32).reshape(shape)


METHODS = {
    one.name: one
    for one in (
        Method("shapley", "brings parts back in random orders, and adds up what each changed", shapley),
        Method("occlusion", "hides one part after another", occluded),
        Method("rise", "hides half of the parts at once, at random, again and again", rise),
    )
}


def method(name: str) -> Method:
    """Find a method by its name.

    Parameters
    ----------
    name : str
        One of `METHODS`.

    Returns
    -------
    Method
        It.

    Raises
    ------
    SettingError
        If there is none of this name.

    Examples
    --------
    >>> method("rise").about
    'hides half of the parts at once, at random, again and again'
    """
    if name not in METHODS:
        raise SettingError(
            f"'{name}' is no method", expected=", ".join(METHODS), todo=did_you_mean(name, tuple(METHODS))
        )
    return METHODS[name]
