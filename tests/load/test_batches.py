import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.errors import SettingError
from mien.load import CachedBatches, Variation

N = 57
SOURCE = np.random.default_rng(0).integers(0, 256, (N + 3, 9, 9, 3), dtype=np.uint8)
ROWS = np.random.default_rng(1).permutation(N + 3)[:N]


def batches(batch=8, rows=ROWS, source=SOURCE, *, shuffle=False, augment=0.0, **settings):
    """Every sample its own class, so that the label says which sample it is."""
    labels, targets = tuple(map(str, range(len(rows)))), np.eye(len(rows), dtype=np.float32)
    order = settings.pop("order", "once" if shuffle else "given")
    variation = Variation(augment, **settings.pop("variation", {}))
    return CachedBatches(labels, source, rows, targets, batch, order=order, variation=variation, **settings)


def joined(parts):
    pixels, targets = zip(*parts, strict=True)
    return np.concatenate(pixels), np.concatenate(targets).argmax(1)


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("mien")]


def test_without_shuffle_the_manifests_order_and_the_caches_pixels():
    parts = list(batches().epoch(4))
    pixels, numbers = joined(parts)
    np.testing.assert_array_equal(numbers, np.arange(N))
    np.testing.assert_array_equal(pixels, SOURCE[ROWS])
    assert [len(part[1]) for part in parts] == [8] * 7 + [1]
    assert len(batches()) == 8
    assert (parts[0][0].dtype, parts[0][1].dtype) == (np.uint8, np.float32)


def test_every_sample_once_an_epoch_in_another_order():
    first, second = (joined(batches(1, shuffle=True).epoch(number))[1] for number in (0, 1))
    assert sorted(first) == sorted(second) == list(range(N))
    assert first.tolist() != second.tolist() != list(range(N))


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_same_seed_and_epoch_give_the_same_bits(shuffle):
    settings = {"shuffle": shuffle, "augment": 0.7, "seed": 3}
    one, two, other = (joined(batches(**settings).epoch(number)) for number in (2, 2, 3))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])
    assert (one[0] != other[0]).any()
    changed = joined(batches(**{**settings, "seed": 4}).epoch(2))
    assert (one[0] != changed[0]).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.floats(0, 1), st.booleans())
def test_the_batch_size_changes_no_sample(one, two, strength, shuffle):
    settings = {"augment": strength, "shuffle": shuffle, "seed": 5}
    first, second = (joined(batches(size, **settings).epoch(1)) for size in (one, two))
    both = min(len(first[1]), len(second[1]))  # to train, a last, shorter batch is left out
    assert both >= (N - max(one, two) if shuffle else N) > -70
    np.testing.assert_array_equal(first[0][:both], second[0][:both])
    np.testing.assert_array_equal(first[1][:both], second[1][:both])


@pytest.mark.parametrize("size", [1, 8, 57, 64])
def test_to_train_all_batches_are_of_one_size(size):
    parts = list(batches(size, shuffle=True).epoch(0))
    assert {len(part[1]) for part in parts} == {min(size, N)}
    assert len(parts) == len(batches(size, shuffle=True)) == max(N // size, 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8), st.booleans(), st.sampled_from([0.0, 0.8]), st.sampled_from([0.0, 0.4]))
def test_an_epoch_can_be_entered_anywhere(start, shuffle, augment, mixup):
    made = batches(8, shuffle=shuffle, augment=augment, variation={"mixup": mixup, "cutmix": mixup})
    whole, rest = list(made.epoch(3)), list(made.epoch(3, start))
    assert len(rest) == max(len(whole) - start, 0)
    for one, two in zip(whole[start:], rest, strict=True):
        np.testing.assert_array_equal(one[0], two[0])
        np.testing.assert_array_equal(one[1], two[1])


def test_the_order_changes_no_sample():
    pixels, numbers = joined(batches(1, augment=1.0, shuffle=True).epoch(1))
    straight = joined(batches(augment=1.0).epoch(1))[0]
    np.testing.assert_array_equal(pixels, straight[numbers])


def test_more_than_one_slab_keeps_the_order():
    big = np.random.default_rng(2).integers(0, 256, (90, 128, 128, 3), dtype=np.uint8)  # 49 kB each: 3 slabs and more
    pixels, numbers = joined(batches(6, np.arange(90), big, shuffle=True, augment=0.5).epoch(0))
    np.testing.assert_array_equal(pixels, joined(batches(90, np.arange(90), big, augment=0.5).epoch(0))[0][numbers])
    assert sorted(numbers) == list(range(90))


def test_batches_may_be_changed_by_the_caller():
    before = SOURCE.copy()
    for pixels, targets in batches().epoch(0):
        pixels[:], targets[:] = 0, 0.5
    np.testing.assert_array_equal(SOURCE, before)
    np.testing.assert_array_equal(joined(batches().epoch(1))[1], np.arange(N))


def test_stopping_early_leaves_no_thread_behind():
    epoch = batches(1, np.arange(90) % N, np.zeros((N, 200, 200, 3), np.uint8), augment=0.5).epoch(0)
    next(epoch)
    assert len(threads()) == 1
    epoch.close()
    assert threads() == []
    for _ in batches(augment=0.5).epoch(0):
        break
    assert threads() == []


def test_a_failure_in_the_thread_reaches_the_caller():
    with pytest.raises(IndexError):
        list(batches(rows=np.array([0, 10_000]), augment=0.5).epoch(0))
    assert threads() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"batch": 0}, "batch size is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"augment": 1.5}, "strength is 1.5"),
        ({"order": "odd"}, "order is 'odd'"),
    ],
)
def test_settings_out_of_range_are_answered(wrong, said):
    with pytest.raises(SettingError, match=said):
        batches(**wrong)
