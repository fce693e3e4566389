"""Soft labels from annotators' votes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.errors import SettingError
from mien.core.types import Manifest
from mien.load._votes import soft_labels

LABELS = ("happy", "sad")
VOTES = ("happy=yes", "sad=no")


def manifest(**columns):
    count = len(next(iter(columns.values())))
    names = [str(number) for number in range(count)]
    rows = {"id": names, "content": names, "path": names, "label": ["sad"] * count}
    return Manifest.build({**rows, **columns})


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=9), st.floats(0, 1))
def test_votes_are_shares_and_a_sample_without_any_keeps_its_label(counts, share):
    yes, no = (list(column) for column in zip(*counts, strict=True))
    found = soft_labels(manifest(yes=yes, no=no), LABELS, VOTES, share)
    assert found.dtype == np.float32
    for row, (one, two) in zip(found, counts, strict=True):
        part = np.array([one, two]) / (one + two) if one + two else np.array([0, 1])
        np.testing.assert_allclose(row, share * part + (1 - share) * np.array([0, 1]), atol=1e-6)


def test_no_votes_and_votes_that_are_missing_leave_the_label():
    np.testing.assert_array_equal(soft_labels(manifest(yes=[4]), LABELS, (), 1.0), [[0, 1]])
    np.testing.assert_array_equal(soft_labels(manifest(yes=[None], no=[None]), LABELS, VOTES, 1.0), [[0, 1]])


def test_a_class_without_a_column_has_no_votes():
    np.testing.assert_array_equal(soft_labels(manifest(yes=[3]), LABELS, ("happy=yes",), 0.5), [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("votes", "columns", "said"),
    [
        (("happy=yess",), {"yes": [1]}, "column 'yess'. Did you mean 'yes'"),
        (("happy=yes",), {"yes": [-1]}, "holds -1"),
        (("happy=yes",), {"yes": [float("nan")]}, "holds nan"),
        (("happy=yes",), {"yes": ["many"]}, "holds no counts"),
    ],
)
def test_what_is_no_vote_is_answered(votes, columns, said):
    with pytest.raises(SettingError, match=said):
        soft_labels(manifest(**columns), LABELS, votes, 1.0)
