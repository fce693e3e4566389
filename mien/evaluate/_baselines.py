"""Two baselines that keep one honest: always the commonest class, and the nearest picture by raw pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Integers, names_of, truth_of
from mien.evaluate._figures import of_answers
from mien.evaluate._scores import Scores

Pixels = NDArray[np.uint8]
Singles = NDArray[np.float32]
SIDE = 48  # larger pictures are reduced to this, pixels
BLOCK = 2048  # training pictures compared at a time: with 48 x 48 pixels 19 MB


def commonest(truth: ArrayLike, labels: Sequence[str], *, seed: int = 0, clusters: Clusters = None) -> Scores:
    """Score always giving the one answer that is right most often on these very samples.

    It knows what no model knows, the shares of the classes that it is measured on: so a model is never flattered by a
    test split whose classes are shared out in another way than its training's.

    Parameters
    ----------
    truth : int [N]
        Class numbers of the samples, 0..classes-1.
    labels : sequence of str
        The classes' names.
    seed : int
        Of the resamples.
    clusters : sequence of N values, optional
        As for `score`.

    Returns
    -------
    Scores
        Without the figures that need probabilities. Of equally common classes the first is answered.

    Raises
    ------
    SettingError
        If a class number does not fit.

    Examples
    --------
    >>> commonest([0, 1, 1, 1], ("happy", "sad")).accuracy.value
    0.75
    """
    names = names_of(labels, len(labels))
    numbers = truth_of(truth, len(names))
    answer = int(np.bincount(numbers, minlength=len(names)).argmax())
    return of_answers(numbers, np.full(len(numbers), answer), names, seed=seed, clusters=clusters)


def nearest_neighbour(
    training: Iterable[tuple[Pixels, Integers]],
    testing: Iterable[tuple[Pixels, Integers]],
    labels: Sequence[str],
    *,
    seed: int = 0,
    clusters: Clusters = None,
) -> Scores:
    """Score answering with the label of the training picture whose raw pixels are nearest.

    Pictures are turned grey (ITU-R BT.601 luma), those larger than 48 x 48 pixels are reduced to that by averaging
    areas, and compared by Euclidean distance; of equally near ones the first counts. The training pictures stream
    through; the reduced test pictures are held, 9 KB each.

    Parameters
    ----------
    training, testing : iterable of (uint8 [B, size, size, 3], int [B])
        Pixels in RGB, 0..255, and class numbers, as ``Batches.epoch`` yields them; of one size.
    labels : sequence of str
        The classes' names.
    seed : int
        Of the resamples.
    clusters : sequence of N values, optional
        Of the test pictures, as for `score`.

    Returns
    -------
    Scores
        Without the figures that need probabilities.

    Raises
    ------
    SettingError
        If there is no picture, or shapes, sizes or class numbers do not fit.
    """
    truth, answers = nearest_answers(training, testing, len(labels))
    return of_answers(truth, answers, names_of(labels, len(labels)), seed=seed, clusters=clusters)


def nearest_answers(
    training: Iterable[tuple[Pixels, Integers]], testing: Iterable[tuple[Pixels, Integers]], classes: int
) -> tuple[Integers, Integers]:
    """Answer with the class of the training picture whose raw pixels are nearest, as `nearest_neighbour` does.

    Batches are (uint8 [B, size, size, 3] or, of samples that are no pictures, float32 [B, numbers]; int [B]). Returns
    the truth and the answers, int64 [N] each; `SettingError` if there is no picture, or shapes or numbers do not fit.
    """
    asked, truths = [], []
    for pixels, truth in _blocks(testing, classes):
        asked.append(pixels)
        truths.append(truth)
    if not asked:
        raise SettingError("Received no test picture", expected="at least 1")
    answers = _answers(_blocks(training, classes), np.concatenate(asked))
    return np.concatenate(truths), answers


def _answers(blocks: Iterator[tuple[Singles, Integers]], asked: Singles) -> Integers:
    nearest = np.full(len(asked), np.inf, dtype=np.float32)
    answers = np.full(len(asked), -1, dtype=np.int64)
    for pixels, truth in blocks:
        if pixels.shape[1] != asked.shape[1]:
            raise SettingError("Training and test pictures differ in size", expected="one size")
        square = np.einsum("ij,ij->i", pixels, pixels)
        for start in range(0, len(asked), BLOCK):
            part = slice(start, start + BLOCK)
            far = asked[part] @ pixels.T  # [test, training]; the test picture's own square changes no order
            far *= -2
            far += square
            best = far.argmin(axis=1)
            distance = far[np.arange(len(best)), best]
            closer = distance < nearest[part]
            nearest[part] = np.where(closer, distance, nearest[part])
            answers[part] = np.where(closer, truth[best], answers[part])
    if (answers < 0).any():
        raise SettingError("Received no training picture", expected="at least 1")
    return answers


def _blocks(batches: Iterable[tuple[Pixels, Integers]], classes: int) -> Iterator[tuple[Singles, Integers]]:
    """Yield reduced pictures ``[block, pixels]`` and their class numbers, `BLOCK` or more at a time."""
    pixels: list[Singles] = []
    truths: list[Integers] = []
    for batch, truth in batches:
        pixels.append(reduced(batch))
        truths.append(truth_of(truth, classes))
        if len(pixels[-1]) != len(truths[-1]):
            raise SettingError(f"Received {len(truths[-1])} labels for {len(pixels[-1])} pictures")
        if pixels[-1].shape[1] != pixels[0].shape[1]:
            raise SettingError("The pictures differ in size", expected="one size")
        if sum(map(len, pixels)) >= BLOCK:
            yield np.concatenate(pixels), np.concatenate(truths)
            pixels, truths = [], []
    if pixels:
        yield np.concatenate(pixels), np.concatenate(truths)


def reduced(pictures: Pixels) -> Singles:
    """Turn pictures grey and, if they are larger than 48 x 48, reduce them to that.

    `pictures` uint8 [N, height, width, 3], RGB, 0..255, or vectors of any other samples, which stay as they are:
    float32 [N, numbers]; returns float32 [N, pixels], luma less 128, about -128..127:
    small numbers keep float32 products exact enough.
    """
    pictures = np.asarray(pictures)
    if pictures.ndim == 2 and pictures.dtype == np.float32:
        return pictures.astype(np.float32, copy=False)
    if pictures.ndim != 4 or pictures.shape[3] != 3 or pictures.dtype != np.uint8:
        came = f"{pictures.dtype} of shape {list(pictures.shape)}"
        raise SettingError(f"Received pictures as {came}", expected="uint8 of shape [N, height, width, 3]")
    grey = pictures @ np.array([0.299, 0.587, 0.114], dtype=np.float32) - np.float32(128)  # [N, H, W]
    if grey.shape[2] > SIDE:
        grey = grey @ _averaging(grey.shape[2]).T
    if grey.shape[1] > SIDE:
        grey = _averaging(grey.shape[1]) @ grey
    return np.ascontiguousarray(grey).reshape(len(grey), -1)


def _averaging(length: int) -> Singles:
    """Return ``[48, length]``: row i holds how much of each pixel lies in the i-th of 48 equal parts; rows sum to 1."""
    edges = np.linspace(0, length, SIDE + 1)
    start, pixel = edges[:-1, None], np.arange(length)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(start, pixel)
    weights: Singles = (np.clip(overlap, 0, None) * SIDE / length).astype(np.float32)
    return weights
