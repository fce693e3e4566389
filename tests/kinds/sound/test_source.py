"""A file that is looked into on the disk is the same as its bytes."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.errors import MediaError
from mien.kinds.sound import _cut, _source, blocks
from mien.kinds.sound._cut import check_whole
from mien.kinds.sound._source import FileBytes, opened

LETTERS = st.binary(max_size=60).map(lambda data: bytes(byte % 3 for byte in data))  # few, so that marks are found


@given(LETTERS, LETTERS.filter(lambda mark: 0 < len(mark) < 4), st.integers(0, 70), st.integers(0, 70))
def test_it_answers_as_bytes_do(data, mark, start, end):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_source, "_STEP", 7)
        file = FileBytes(io.BytesIO(data))
        assert len(file) == len(data)
        assert file[start:end] == data[start:end]
        assert file[start:] == data[start:]
        assert (mark in file) == (mark in data)
        assert file.find(mark) == data.find(mark)
        assert file.find(mark, start, end) == data.find(mark, start, end)
        assert file.rfind(mark, start, end) == data.rfind(mark, start, end)
        assert file.startswith(mark, start) == data.startswith(mark, start)
        if start < len(data):
            assert file[start] == data[start]
            assert opened(file, start).read() == opened(data, start).read() == data[start:]
        else:
            with pytest.raises(IndexError):
                file[start]


@given(LETTERS, st.lists(st.tuples(st.integers(-90, 90), st.sampled_from([0, 1, 2]), st.integers(0, 20)), max_size=8))
def test_it_is_sought_in_as_bytes_are(data, moves):
    files = opened(FileBytes(io.BytesIO(b"x" + data)), 1), opened(data, 0)
    for offset, whence, count in moves:
        places = {file.seek(offset, whence) for file in files}
        assert len(places) == 1
        assert min(places) >= 0
        assert len({file.read(count) for file in files}) == 1


@pytest.mark.parametrize("how", [{}, {"form": "FLAC"}, {"form": "OGG"}, {"form": "MP3", "rate": 44_100}], ids=str)
def test_a_file_is_decoded_as_its_bytes_are(speak, save, tmp_path, how):
    data = save(speak(3), **how)
    (tmp_path / "clip").write_bytes(data)
    with (tmp_path / "clip").open("rb") as file:
        np.testing.assert_array_equal(np.concatenate([*blocks(file)]), np.concatenate([*blocks(data)]))


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all", b"RIFF\x24\0\0\0WAVEfmt "])
def test_what_is_refused_is_refused_alike(data):
    said = []
    for source in (data, io.BytesIO(data)):
        with pytest.raises(MediaError) as caught:
            list(blocks(source))
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_file_without_a_sample_is_refused(save):
    with pytest.raises(MediaError, match="The WAV holds no sound"):
        list(blocks(save(np.zeros(0, np.float32))))


@pytest.mark.parametrize(("kind", "part"), [("mp4", struct.pack(">I4s", 8, b"free")), ("wav", b"none\0\0\0\0")])
def test_a_file_of_countless_empty_parts_is_not_walked_through(kind, part, monkeypatch):
    monkeypatch.setattr(_cut, "_MOST_PARTS", 50)
    file = Counted(io.BytesIO(b"RIFF\0\0\0\0WAVE"[: 12 if kind == "wav" else 0] + part * 1000))
    check_whole(kind, file)
    assert 50 <= file.reads <= 60


class Counted(FileBytes):
    reads = 0

    def __getitem__(self, key):
        self.reads += 1
        return super().__getitem__(key)
