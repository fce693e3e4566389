"""Which kinds there are: Mien's own without looking at what is installed, others by their entry points."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mien import kinds
from mien.core.errors import SettingError


def test_pictures_are_there():
    assert "picture" in kinds.names()
    assert kinds.kind() is kinds.kind("picture")


def test_an_unknown_kind_names_those_that_are_there():
    with pytest.raises(SettingError, match=r"There is no kind 'smell' here. Expected: .*picture.* Install the package"):
        kinds.kind("smell")


def test_who_asks_about_a_picture_does_not_look_at_every_package():
    code = (
        "import importlib.metadata as found\n"
        "def refuse(**_): raise AssertionError('looked')\n"
        "found.entry_points = refuse\n"
        "from mien import kinds; kinds.kind('picture')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_counts_are_in_the_kind_s_own_words():
    assert [kinds.kind().count(number) for number in (0, 1, 1200)] == ["0 pictures", "1 picture", "1,200 pictures"]


def test_what_most_files_are_decides(pictures):
    from mien.media import encode_png

    png = encode_png(pictures(0, 1, 24)[0])
    assert kinds.detect([png, png, b"hello"], ["picture"]) == "picture"
    assert kinds.detect([png, b"hello"], ["picture"]) is None
