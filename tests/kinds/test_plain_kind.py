"""What a kind gets that says no more than it must: plain answers to everything that stages ask."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from mien.core.errors import MediaError, SettingError
from mien.core.types import InputContract
from mien.kinds import Kind, Prepared, Variation, kind

CONTRACT = InputContract(("low", "high"), 4, kind="count", shape=(4,), dtype="float32")


class Count(Kind):
    """Bytes that begin with COUNT are numbers."""

    name, one, many = "count", "count", "counts"
    endings, formats = ("cnt",), "CNT"

    def sniff(self, data):
        return "cnt" if data.startswith(b"COUNT") else None

    def decode(self, data):
        if self.sniff(data) is None:
            raise MediaError("The file is no count", issue="unreadable")
        return np.frombuffer(data[5:9], np.uint8)

    def contract(self, recipe, labels, *, colour="rgb"):
        return CONTRACT

    def prepare(self, sample, contract, detector=None, *, most=None, cut_already=False):
        return Prepared(self.decode(sample)[None].astype(np.float32))

    def preview(self, data, side):
        return None


class Squared(Count):
    """The same, of which copies can be told."""

    def forms(self, decoded):
        return [np.full((48, 48), decoded[0], np.uint8)]


PLAIN = Count()


def test_what_must_be_said_must_be_said():
    with pytest.raises(TypeError, match="abstract"):
        Kind()


def test_words_follow_from_the_two_nouns():
    assert (PLAIN.count(1), PLAIN.count(1200)) == ("1 count", "1,200 counts")
    assert (PLAIN.subject, PLAIN.subjects, PLAIN.example) == ("count", "counts", "count.cnt")
    assert PLAIN.described(CONTRACT) == "float32 [N, 4]"
    assert PLAIN.measure(CONTRACT) == "4"
    assert PLAIN.stem(CONTRACT, None) == "count-4-float32-"
    assert (PLAIN.fitting(CONTRACT), PLAIN.checks(), PLAIN.reworded()) == ("", (), {})


def test_a_value_that_is_no_file_is_refused():
    with pytest.raises(SettingError, match=r"A list came, which is no count. Expected: a path, a file's bytes"):
        PLAIN.convert([1, 2])


def test_base64_is_taken_off_where_a_sample_is_in_it():
    data = b"COUNT1234"
    assert PLAIN.unwrap(data) is data
    assert PLAIN.unwrap(base64.b64encode(data)) == data
    for other in (b"hello", base64.b64encode(b"hello"), b"\xff"):
        assert PLAIN.unwrap(other) is other


def test_samples_are_neither_varied_nor_mixed():
    source, rows = np.arange(12, dtype=np.float32).reshape(3, 4), np.array([2, 0])
    varied = PLAIN.vary(source, rows, rows, (0, 0), Variation(augment=1))
    np.testing.assert_array_equal(varied, source[rows])
    assert not np.shares_memory(varied, source)
    targets = np.eye(2, dtype=np.float32)
    assert PLAIN.mix(source, targets, Variation(mixup=1), (0, 0, 0))[1] is targets


def test_vectors_are_the_numbers_themselves():
    assert PLAIN.vectors(np.zeros((3, 2, 5), np.int64)).shape == (3, 10)
    assert PLAIN.vectors(np.zeros((3, 2), np.int64)).dtype == np.float32


def test_a_visitor_s_sample_is_kept_as_it_is_and_a_picture_as_pixels_alone(pictures):
    assert PLAIN.keep(b"COUNT1234", None) == (b"COUNT1234", "cnt")
    data, ending = kind().keep(b"with a place in it", pictures(0, 1, 24)[0])
    assert (data[:4], ending) == (b"\x89PNG", "png")


def test_copies_are_looked_at_in_the_kind_s_own_form(tmp_path):
    for name, data in {"a": b"COUNT1234", "b": b"COUNT1999", "c": b"no"}.items():
        (tmp_path / name).write_bytes(data)
    places = {name: (str(tmp_path / name), None) for name in "abc"}
    pairs = [(places["a"], places[other], False, 0.9) for other in "bc"]
    assert PLAIN.confirm_copies(pairs) == [None, None]  # it has no form
    assert Squared().confirm_copies(pairs)[1] is None  # the second cannot be read
    assert Squared().confirm_copies(pairs)[0] is not None
