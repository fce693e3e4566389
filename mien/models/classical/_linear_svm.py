"""The linear support vector machine: one boundary a class, by Newton's method (Chapelle 2007).

"Training a Support Vector Machine in the Primal", Neural Computation 19(5). It solves what scikit-learn's ``LinearSVC``
solves, for each class against the others::

    |w|^2 / 2 + C * sum_i s_i * max(0, 1 - y_i * w x_i)^2

and a test holds the two to one answer. For 24,454 faces and 2,000 numbers each LinearSVC takes 55 seconds of a core,
this 8: all classes share each pass over the features, and the passes are few because the exact solution for the squared
loss, which is the same for all classes, shows the way (it preconditions the steps).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Integers

    Matrix = npt.NDArray[np.float32]

STEPS = 40  # of Newton; 4 to 8 are the rule
INNER = 30  # of conjugate gradients within one
HALVINGS = 12
TOLERANCE = 1e-4  # of the first gradient's length: then weights are LinearSVC's to 0.3 %; with 1e-3, to 13 % at C = 30


def boundaries(rows: Matrix, numbers: Integers, classes: int, cost: float, weights: Matrix) -> Matrix:
    """Find one boundary a class.

    Parameters
    ----------
    rows : float32 [N, D]
        One a picture; a last column of ones gives the boundaries an offset, which is then drawn to zero like the rest.
    numbers : int64 [N]
        Class numbers.
    classes : int
        How many there are.
    cost : float
        C: the price of a mistake.
    weights : float32 [N]
        s: how much each picture counts.

    Returns
    -------
    float32 [D, classes]
        ``rows @ it`` are the margins: 1 for a plain yes, -1 for a plain no.
    """
    from scipy.linalg import cho_solve

    signs = np.where(np.eye(classes, dtype=bool)[numbers], np.float32(1), np.float32(-1))  # [N, classes]
    price = np.float32(2 * cost) * weights[:, None].astype(np.float32)
    factor = _squared_loss(rows, price)
    problem = _Problem(rows, signs, price)
    found, margins = np.zeros((rows.shape[1], classes), np.float32), np.zeros_like(signs)
    first: Any = None
    for _ in range(STEPS):
        gradient, active = problem.gradient(found, margins)
        length = np.linalg.norm(gradient, axis=0)
        first = length if first is None else first
        if (length <= TOLERANCE * first).all():
            break
        enough = np.minimum(0.1, np.sqrt(length / np.maximum(first, 1e-30))) * length
        step = problem.newton(gradient, active, enough, lambda vectors: cho_solve(factor, vectors))
        found, margins = problem.advance(found, margins, step, gradient)
    return found


def _squared_loss(rows: Matrix, price: Matrix) -> Any:  # noqa: ANN401 - what cho_solve takes
    """Factor ``1 + sum s x x' / 2``: near enough to what Newton needs, as about half of the pictures have a say."""
    from scipy.linalg import cho_factor

    weighed = rows * np.sqrt(price / 2)
    whole = weighed.T @ weighed
    whole[np.diag_indices(len(whole))] += 1
    return cho_factor(whole, lower=True, overwrite_a=True, check_finite=False)


class _Problem:
    """All classes side by side: a column each."""

    def __init__(self, rows: Matrix, signs: Matrix, price: Matrix) -> None:
        self._rows, self._signs, self._price = rows, signs, price

    def gradient(self, found: Matrix, margins: Matrix) -> tuple[Matrix, Matrix]:
        short = np.maximum(1 - self._signs * margins, 0)
        return found - self._rows.T @ (self._price * short * self._signs), self._price * (short > 0)

    def newton(self, gradient: Matrix, active: Matrix, enough: Matrix, near: Any) -> Matrix:  # noqa: ANN401
        """Solve ``(1 + X' A X) step = -gradient`` by preconditioned conjugate gradients."""
        step, left = np.zeros_like(gradient), -gradient
        guess = near(left)
        way, size = guess.copy(), (left * guess).sum(0)
        for _ in range(INNER):
            curved = way + self._rows.T @ (active * (self._rows @ way))
            far = size / np.maximum((way * curved).sum(0), 1e-30)
            step, left = step + far * way, left - far * curved
            if (np.linalg.norm(left, axis=0) <= enough).all():
                break
            guess = near(left)
            before, size = size, (left * guess).sum(0)
            way = guess + size / np.maximum(before, 1e-30) * way
        return step

    def advance(self, found: Matrix, margins: Matrix, step: Matrix, gradient: Matrix) -> tuple[Matrix, Matrix]:
        """Go the whole step, or halve it, class by class, until the loss has fallen (Armijo's rule)."""
        moved, slope = self._rows @ step, (gradient * step).sum(0)
        far, before = np.ones(found.shape[1], np.float32), self._loss(found, margins)
        for _ in range(HALVINGS):
            worse = self._loss(found + far * step, margins + far * moved) > before + 1e-4 * far * slope
            if not worse.any():
                break
            far = np.where(worse, far / 2, far)
        return found + far * step, margins + far * moved

    def _loss(self, found: Matrix, margins: Matrix) -> npt.NDArray[np.float64]:
        short = np.maximum(1 - self._signs * margins, 0)
        mistakes = (self._price * short * short).sum(0, dtype=np.float64)
        loss: npt.NDArray[np.float64] = ((found * found).sum(0, dtype=np.float64) + mistakes) / 2
        return loss
