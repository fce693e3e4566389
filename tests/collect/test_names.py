"""Names for classes that are numbers."""

from __future__ import annotations

import pytest

from mien import collect
from mien.core.errors import SettingError

from .conftest import fer2013, write


def numbered(folder, *labels):
    files = ("1.png", "3.png", "deep/2 é.png")
    lines = [f"{name},{label}" for name, label in zip(files, labels, strict=False)]
    return write(folder, "path,label\n" + "\n".join(lines))


@pytest.mark.parametrize(
    ("labels", "names", "found"),
    [
        ((0, 1, 1), ("happy", "sad"), ("happy", "sad", "sad")),
        ((1, 2, 2), ("happy", "sad"), ("happy", "sad", "sad")),
        ((0, 2, 2), ("happy", "x", "sad"), ("happy", "sad", "sad")),
        (("0.0", "1.0", "1.0"), ("happy", "sad"), ("happy", "sad", "sad")),
        ((3, 9, 9), ("3=happy", "9=sad"), ("happy", "sad", "sad")),
        (("a", "b", "c"), ("a=happy", "b=sad", "c=sad"), ("happy", "sad", "sad")),
        ((0, 1, "NaN"), ("happy", "sad"), ("happy", "sad", None)),
    ],
)
def test_names(labels, names, found, folder):
    assert collect.scan(numbered(folder, *labels), names=names).frame["label"].to_list() == list(found)


@pytest.mark.parametrize(
    ("labels", "names", "words"),
    [
        ((1, 2, 2), ("a", "b", "c"), "Say which is which"),
        ((0, 1, 5), ("a", "b", "c"), "has the label 5"),
        ((0, 1, 2), ("a", "b"), "has the label 2"),
        (("happy", "sad", "sad"), ("a", "b"), "words already"),
        ((0, 1, 2), ("0=a", "1=b"), "The label '2'"),
        ((0, 1, 2), ("0=a", "b"), "all with a number, or none"),
    ],
)
def test_names_that_do_not_fit(labels, names, words, folder):
    with pytest.raises(SettingError, match=words):
        collect.scan(numbered(folder, *labels), names=names)


def test_names_in_the_place_of_a_data_set_s_own(tmp_path):
    table = write(tmp_path, fer2013())
    assert collect.scan(table, names=list("abcdefg")).labels == tuple("abcdefg")
