from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from mien import evaluate
from mien.core.errors import SettingError
from mien.evaluate import _baselines


def pictures(seed: int, n: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 3, n)
    pixels = draw.integers(0, 200, (n, side, side, 3)) + 25 * truth[:, None, None, None]
    return pixels.astype(np.uint8), truth


def batches(pixels: np.ndarray, truth: np.ndarray, size: int = 32):
    for start in range(0, len(truth), size):
        yield pixels[start : start + size], truth[start : start + size]


def test_commonest_answers_what_is_commonest_among_the_samples_themselves():
    scores = evaluate.commonest([0, 1, 1, 1, 2], ("a", "b", "c"))
    assert scores.confusion.tolist() == [[0, 1, 0], [0, 3, 0], [0, 1, 0]]
    assert (scores.accuracy.value, scores.log_loss) == (0.6, None)


def test_nearest_neighbour_agrees_with_scikit_learn():
    (train, seen), (test, truth) = pictures(0, 300, 12), pictures(1, 80, 12)
    luma = np.array([0.299, 0.587, 0.114])
    reference = KNeighborsClassifier(1).fit((train @ luma).reshape(300, -1), seen)
    expected = reference.predict((test @ luma).reshape(80, -1))
    scores = evaluate.nearest_neighbour(batches(train, seen), batches(test, truth), ("a", "b", "c"))
    confusion = np.zeros((3, 3), int)
    np.add.at(confusion, (truth, expected), 1)
    assert scores.confusion.tolist() == confusion.tolist()
    assert scores.log_loss is None
    assert set(scores.sentences()) == {"accuracy", "balanced_accuracy", "macro"}


def test_blocks_and_batches_change_nothing(monkeypatch):
    (train, seen), (test, truth) = pictures(0, 200, 8), pictures(1, 70, 8)
    whole = evaluate.nearest_neighbour([(train, seen)], [(test, truth)], ("a", "b", "c"))
    monkeypatch.setattr(_baselines, "BLOCK", 16)
    parts = evaluate.nearest_neighbour(batches(train, seen, 7), batches(test, truth, 5), ("a", "b", "c"))
    assert parts.to_dict() == whole.to_dict()


def test_a_twin_is_its_own_nearest_neighbour():
    pixels, truth = pictures(3, 40, 60)
    assert evaluate.nearest_neighbour([(pixels, truth)], [(pixels, truth)], "abc").accuracy.value == 1


@pytest.mark.parametrize("side", [1, 47, 48, 49, 96, 131])
def test_large_pictures_are_averaged_to_48(side):
    pixels, _ = pictures(0, 2, side)
    found = _baselines.reduced(pixels)
    kept = min(side, 48)
    assert found.shape == (2, kept * kept)
    assert found.dtype == np.float32
    grey = pixels @ np.array([0.299, 0.587, 0.114]) - 128
    np.testing.assert_allclose(found.mean(axis=1), grey.mean(axis=(1, 2)), atol=1e-3)  # areas keep the mean
    if side == 96:
        np.testing.assert_allclose(found.reshape(2, 48, 48), grey.reshape(2, 48, 2, 48, 2).mean(axis=(2, 4)), atol=1e-3)


@pytest.mark.parametrize(
    ("training", "testing", "words"),
    [
        ([], [(np.zeros((1, 4, 4, 3), np.uint8), [0])], "no training picture"),
        ([(np.zeros((1, 4, 4, 3), np.uint8), [0])], [], "no test picture"),
        ([(np.zeros((1, 4, 4, 3), np.uint8), [0])], [(np.zeros((1, 5, 5, 3), np.uint8), [0])], "differ in size"),
        ([(np.zeros((1, 4, 4, 3), np.uint8), [0])], [(np.zeros((1, 4, 4, 3)), [0])], "uint8"),
        ([(np.zeros((1, 4, 4, 3), np.uint8), [7])], [(np.zeros((1, 4, 4, 3), np.uint8), [0])], "0 to 1"),
        ([(np.zeros((2, 4, 4, 3), np.uint8), [0])], [(np.zeros((1, 4, 4, 3), np.uint8), [0])], "1 labels for 2"),
    ],
)
def test_what_does_not_fit_is_said(training, testing, words):
    with pytest.raises(SettingError, match=words):
        evaluate.nearest_neighbour(training, testing, ("a", "b"))


def test_pictures_of_two_sizes_on_one_side_are_refused():
    mixed = [(np.zeros((1, side, side, 3), np.uint8), [0]) for side in (4, 5)]
    with pytest.raises(SettingError, match="differ in size"):
        evaluate.nearest_neighbour(mixed, mixed[:1], ("a", "b"))
