from __future__ import annotations

import numpy as np
import pytest

from mien.core.errors import SettingError
from mien.core.types import Manifest, WeightedBatches
from mien.load._batches import CachedBatches
from mien.load._even import cells

LABELS = ("happy", "sad")
# 12 happy and 4 sad by day, 3 and 5 by lamp.
LIGHT = ["day"] * 16 + ["lamp"] * 8
NUMBERS = np.array([0] * 12 + [1] * 4 + [0] * 3 + [1] * 5)


def manifest(light: list[str | None] = LIGHT) -> Manifest:
    count = len(light)
    names = [f"{number}.png" for number in range(count)]
    columns = {"id": names, "content": [f"{number:064x}" for number in range(count)], "path": names}
    return Manifest.build({**columns, "label": [LABELS[number] for number in NUMBERS], "light": light})


def batches(order: str, batch: int = 4, *, even: bool = True) -> CachedBatches:
    number = cells(manifest(), LABELS, "light") if even else None
    targets = np.eye(2, dtype=np.float32)[NUMBERS]
    source = np.arange(24, dtype=np.uint8)[:, None]
    return CachedBatches(LABELS, source, np.arange(24), targets, batch, seed=3, order=order, cells=number)


def test_weights_give_each_group_and_class_the_same_say():
    even = batches("once")
    assert isinstance(even, WeightedBatches)
    say, total = np.zeros(4), 0.0
    for (rows, _), weights in zip(even.epoch(2), even.weights(2), strict=True):
        assert weights.dtype == np.float32
        np.add.at(say, even.cells[rows[:, 0]], weights)
        total += weights.sum()
    assert say == pytest.approx([6] * 4)
    assert total == pytest.approx(24)  # the average sample weighs 1


def test_weights_go_on_where_an_epoch_goes_on():
    even = batches("once", 5)
    whole, rest = list(even.weights(1)), list(even.weights(1, 2))
    assert [part.tolist() for part in whole[2:]] == [part.tolist() for part in rest]
    assert len(whole) == len(even)


def test_balanced_draws_each_group_and_class_equally_often_without_weights():
    even = batches("balanced", 6)
    drawn = np.concatenate([rows[:, 0] for rows, _ in even.epoch(0)])
    assert np.bincount(even.cells[drawn]).tolist() == [6] * 4
    assert even.weights(0) is None


def test_without_a_column_nothing_changes():
    plain = batches("once", even=False)
    assert plain.weights(0) is None
    assert cells(manifest(), LABELS, "") is None
    drawn = [rows[:, 0].tolist() for rows, _ in batches("once").epoch(0)]
    assert drawn == [rows[:, 0].tolist() for rows, _ in plain.epoch(0)]


def test_the_unknown_are_a_group():
    found = cells(manifest([*["day"] * 16, *[None] * 8]), LABELS, "light")
    assert np.bincount(found).tolist() == [3, 5, 12, 4]


def test_a_wrong_column_and_too_many_groups_are_refused():
    with pytest.raises(SettingError, match="Did you mean 'light'"):
        cells(manifest(), LABELS, "ligt")
    with pytest.raises(SettingError, match="24 different values"):
        cells(manifest([str(number) for number in range(24)]), LABELS, "light")
    with pytest.raises(SettingError, match="1 different values"):
        cells(manifest(["day"] * 24), LABELS, "light")
