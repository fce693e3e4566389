"""A map that fails its check is not drawn, and the figure is said."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from mien import explain, kinds
from mien.core.errors import SettingError
from mien.kinds.picture import patches
from mien.pipeline._explain_file import _passing, _with_noise
from mien.pipeline.stages._explain import _explained

PARTS = patches(np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8), slice(None))
PICTURE = kinds.kind("picture")


def whimsical(rows: np.ndarray) -> np.ndarray:
    """A model that answers by a hash of the pixels: it moves, and no part of a picture is why."""
    sure = np.array([hashlib.sha256(row.tobytes()).digest()[0] / 255 for row in rows], np.float32)
    return np.stack([sure, 1 - sure], axis=1)


TRIED = explain.first_passing(whimsical, PARTS, label=1)


def test_no_map_of_a_model_without_a_reason_passes():
    assert [one.method for one in TRIED] == list(explain.METHODS)
    assert all(one.checked.fails for one in TRIED)
    assert _explained(PARTS, whimsical, None) is None  # the report leaves it out


def test_the_refusal_says_which_check_and_its_figure():
    with pytest.raises(SettingError, match=r"The map of 'rise' is not drawn.* of 20 random orders do worse") as refused:
        _passing(TRIED[-1:], "rise", PICTURE)
    assert "Leave --method out" in str(refused.value)
    with pytest.raises(SettingError, match=r"No map is drawn.* shapley: .* occlusion: .* rise: "):
        _passing(TRIED, "auto", PICTURE)


def test_noise_is_small_keeps_the_kind_of_numbers_and_the_silence_after_a_clip():
    picture = PARTS.picture
    noisy = _with_noise(picture)
    assert noisy.dtype == np.uint8
    assert 0 < np.abs(noisy.astype(int) - picture).mean() < 3
    clip = np.zeros(1000, np.float32)
    clip[:600] = np.sin(np.arange(600) + 1)
    heard = _with_noise(clip)
    assert (heard.dtype, heard[600:].any(), np.array_equal(heard, clip)) == (np.float32, False, False)
