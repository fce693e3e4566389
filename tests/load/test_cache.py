from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mien import load
from mien.core.errors import SettingError, SourceError
from mien.core.recipe import Recipe
from mien.core.types import Manifest
from mien.load import Variation
from mien.media import decode


@pytest.fixture
def cache(faces, contract, tmp_path):
    return load.build(faces, contract, tmp_path / "cache")


def test_each_row_is_what_serving_would_see(cache, faces):
    expected = np.stack([decode(Path(path).read_bytes(), 16) for path in faces.frame["path"]])
    np.testing.assert_array_equal(cache.array(faces), expected)
    assert len(cache) == 30
    assert cache.failed == {}


def test_chunks_are_the_array_in_pieces(cache, faces):
    pieces = list(cache.chunks(faces, 7))
    assert [len(piece) for piece in pieces] == [7, 7, 7, 7, 2]
    np.testing.assert_array_equal(np.concatenate(pieces), cache.array(faces))


def test_a_part_and_another_order_find_their_rows(cache, faces):
    some = Manifest(faces.frame.reverse()[:11])
    np.testing.assert_array_equal(cache.array(some), cache.array(faces)[::-1][:11])


def test_batches_follow_the_contracts_labels(cache, faces, contract):
    for labels in (contract.labels, ("sad", "other", "happy")):
        batches = cache.batches(faces, labels=labels, batch=4)
        seen = [labels[number] for _, targets in batches.epoch(0) for number in targets.argmax(1)]
        assert seen == faces.frame["label"].to_list()
        assert batches.labels == labels
    pixels, targets = next(iter(cache.batches(faces, labels=contract.labels, batch=4).epoch(0)))
    assert (pixels.shape, pixels.dtype) == ((4, 16, 16, 3), np.uint8)
    assert (targets.shape, targets.dtype) == ((4, 2), np.float32)


def test_batches_to_train_on_follow_the_recipe(cache, faces, contract):
    recipe = Recipe(seed=3, batch=7, sampling="balanced", augment=0.5, mixup=0.2, erase=0.1, randaugment=1, cutmix=0.3)
    found = cache.training(faces, recipe, labels=contract.labels)
    assert (found.seed, found.batch, found.order) == (3, 7, "balanced")
    assert found.variation == Variation(0.5, 1, 0.1, 0.2, 0.3)
    np.testing.assert_array_equal(found.rows, cache.rows(faces))
    voted = Manifest(faces.frame.with_columns(yes=pl.lit(1), no=pl.lit(3)))
    recipe = Recipe(votes=("happy=yes", "sad=no"), votes_share=1.0)
    assert (cache.training(voted, recipe, labels=contract.labels).targets == [0.25, 0.75]).all()


def test_the_cache_is_a_plain_file_of_pixels(cache, faces):
    raw = np.fromfile(cache.path, np.uint8).reshape(-1, 16, 16, 3)
    np.testing.assert_array_equal(raw[cache.rows(faces)], cache.array(faces))


def test_nobody_can_write_into_it(cache):
    with pytest.raises(ValueError, match="read-only"):
        cache.source[0] = 0


def test_an_unknown_label_is_answered(cache, faces):
    with pytest.raises(SettingError, match="Did you mean 'happi'"):
        cache.batches(faces, labels=("happi", "sad"), batch=4)


def test_no_samples_are_answered(cache, faces):
    with pytest.raises(SettingError, match="without samples"):
        cache.batches(Manifest(faces.frame[:0]), labels=("happy", "sad"), batch=4)


def test_a_strange_manifest_is_answered(cache, lay, png, tmp_path):
    strange = lay(tmp_path / "more", {"happy-x.png": png(99), "sad-1.png": png(1)})
    with pytest.raises(SourceError, match=r"1 of 2 samples are not in the cache, 'happy-x.png' among them"):
        cache.rows(strange)
