"""What a model has seen: by bytes, pixels, near copy and person, in a run's folder and in a model file."""

from __future__ import annotations

import json
from hashlib import sha256

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core import lineage
from mien.core.errors import ModelFileError, StorageError
from mien.core.lineage import REASONS, Lineage
from mien.core.neighbours import mirror
from mien.core.types import Manifest

BYTES, PIXELS, COPY, PERSON = REASONS


def marks(count: int, seed: int = 0) -> np.ndarray:
    """Signatures that are far from each other."""
    drawn = np.random.default_rng(seed).normal(0, 1, (count, 64))
    return np.rint(127 * drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.int8)


def table(count: int = 8, *, salt: str = "", signatures: np.ndarray | None = None, **columns: list) -> Manifest:
    """A manifest of pictures that have nothing in common with those of another salt."""
    found = marks(count, seed=len(salt)) if signatures is None else signatures
    named = {
        "id": [f"{salt}{row}" for row in range(count)],
        "content": [f"{salt}c{row}" for row in range(count)],
        "pixels": [sha256(f"{salt} {row}".encode()).hexdigest() for row in range(count)],
        "signature": [row.tobytes() for row in found],
        "path": [f"/{salt}/{row}.png" for row in range(count)],
        "label": ["happy", "sad"] * (count // 2),
        "split": (["train"] * (count - 2) + ["val", "test"])[:count],
    }
    return Manifest.build({**named, **columns})


def test_training_and_validation_are_known_and_the_test_split_is_not():
    found = Lineage.of(table())
    assert found.frame["role"].value_counts().sort("role").rows() == [("chosen", 1), ("trained", 6)]
    assert found.seen(table()).to_list() == [BYTES] * 7 + [None]


def test_pictures_of_which_nobody_says_where_they_lie_are_not_looked_at():
    """A model file keeps signatures, no places: those decide alone, and the places that are known are still asked."""
    known, new = table(signatures=marks(8, 3)), table(salt="b", signatures=marks(8, 3))
    from_file = Lineage.from_text(Lineage.of(known).to_text())
    asked = []

    def confirm(pairs):
        asked.extend(pairs)
        return [False] * len(pairs)

    assert from_file.seen(new, confirm).to_list() == [COPY] * 7 + [None]
    assert asked == []
    assert Lineage.of(known).seen(new, confirm).to_list() == [None] * 8
    assert len(asked) >= 7
    assert all(first[0] and second[0] for first, second, *_ in asked)


def test_what_is_set_aside_was_not_seen():
    aside = table(aside=["twin", *[None] * 7])
    assert Lineage.of(aside).seen(table()).to_list() == [None, *[BYTES] * 6, None]


def test_the_same_pixels_in_another_file_are_seen():
    known, other = table(), table(salt="b")
    new = Manifest(other.frame.with_columns(pixels=known.frame["pixels"]))
    assert Lineage.of(known).seen(new).to_list() == [PIXELS] * 7 + [None]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_near_copy_is_seen_mirrored_or_not(mirrored):
    signatures = marks(8)
    close = signatures + np.random.default_rng(5).integers(-3, 4, signatures.shape, np.int8)
    new = table(salt="b", signatures=mirror(close) if mirrored else close)
    assert Lineage.of(table(signatures=signatures)).seen(new).to_list() == [COPY] * 7 + [None]


def test_a_model_file_alone_is_asked_by_signature(look_nowhere):
    signatures = marks(8)
    known = Lineage.from_text(Lineage.of(table(signatures=signatures)).to_text())
    assert known.seen(table(salt="b", signatures=signatures), look_nowhere).to_list() == [COPY] * 7 + [None]


@pytest.fixture
def look_nowhere():
    """Confirm as `Kind.confirm_copies` does, which cannot be asked about a picture without a place."""

    def look(pairs):
        assert all(path is not None for first, second, *_ in pairs for path, _ in (first, second))
        return [None] * len(pairs)

    return look


def test_look_alikes_are_no_copies_once_somebody_has_looked():
    signatures = marks(8)
    asked = []

    def look(pairs):
        asked.extend(pairs)
        return [pair[0][0] == "/b/3.png" for pair in pairs]

    new = table(salt="b", signatures=signatures)
    found = Lineage.of(table(signatures=signatures)).seen(new, look)
    assert found.to_list() == [None, None, None, COPY, None, None, None, None]
    assert (("/b/3.png", None), ("//3.png", None)) in [pair[:2] for pair in asked]


def test_where_a_picture_is_gone_only_sure_signatures_count():
    signatures = marks(8)
    aside = np.linalg.qr(np.vstack([signatures, marks(8, seed=1)]).T.astype(float))[0].T[8:]  # at right angles to all
    apart = np.rint(0.8 * signatures + 0.6 * 127 * aside).astype(np.int8)  # a cosine of 0.8
    apart[0] = signatures[0]
    found = Lineage.of(table(signatures=signatures)).seen(
        table(salt="b", signatures=apart), lambda pairs: [None] * len(pairs)
    )
    assert found.to_list() == [COPY, *[None] * 7]


def test_people_are_seen_wherever_their_names_are():
    known = table(person=["ann", "bob", "ann", "bob", "cy", "cy", "di", "eve"])
    new = table(salt="b", person=["ann", "eve", "fay", None, "di", "bob", "", "gus"])
    assert Lineage.of(known).seen(new).to_list() == [PERSON, None, None, None, PERSON, PERSON, None, None]


def test_person_1_of_other_data_is_somebody_else():
    known = table(person=["1", "2", "3", "1", "2", "3", "1", "2"])
    others = table(salt="b", person=["1", "2", "9", "8", "7", "1", "2", "9"])
    assert Lineage.of(known).seen(others).null_count() == 8
    same = table(salt="b", person=["1", "2", "3", "1", "2", "3", "1", "2"])
    assert Lineage.of(known).seen(same).to_list() == [PERSON] * 8


def test_samples_that_both_hold_say_whether_names_mean_the_same():
    known = table(person=["ann", "bob"] * 4)
    mixed = pl.concat([known.frame.head(2), table(salt="b", person=["ann"] * 8).frame])
    assert Lineage.of(known).seen(Manifest(mixed)).to_list() == [BYTES, BYTES, *[PERSON] * 8]
    renamed = mixed.with_columns(person=pl.Series(["bob", "ann", *["ann"] * 8]))
    assert Lineage.of(known).seen(Manifest(renamed)).to_list() == [BYTES, BYTES, *[None] * 8]


def test_a_file_says_the_same_as_its_run_without_bytes_names_and_places():
    known = table(person=["ann", "bob"] * 4)
    text = Lineage.of(known).to_text()
    again = Lineage.from_text(text)
    assert again.known
    assert again.frame["content"].null_count() == again.frame["path"].null_count() == len(again.frame)
    assert "ann" not in text
    assert again.seen(known).to_list() == [PIXELS] * 7 + [PERSON]
    signatures = np.frombuffer(b"".join(known.frame["signature"]), np.int8).reshape(-1, 64)
    copies = table(salt="b", signatures=signatures)
    assert again.seen(copies).to_list() == [COPY] * 7 + [None]


def test_it_costs_less_than_sixty_bytes_a_picture():
    assert len(Lineage.of(table(2000)).to_text()) < 60 * 2000


@pytest.mark.parametrize("text", ["", Lineage.empty(known=False).to_text()])
def test_a_file_that_says_nothing_is_not_known(text):
    assert not Lineage.from_text(text).known


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_damaged_text_is_a_sentence(noise):
    text = Lineage.of(table()).to_text()
    place = len(noise) * 7 % len(text)
    for broken in (noise.decode("latin-1"), text[:place] + noise.decode("latin-1") + text[place + 1 :]):
        try:
            found = Lineage.from_text(broken)
        except ModelFileError:
            continue
        assert isinstance(found.frame, pl.DataFrame)


def test_a_text_that_lies_about_its_length_takes_no_memory():
    fields = json.loads(Lineage.of(table()).to_text())
    with pytest.raises(ModelFileError, match="damaged"):
        Lineage.from_text(json.dumps({**fields, "samples": 10**15}))
    with pytest.raises(ModelFileError, match="format 9"):
        Lineage.from_text(json.dumps({**fields, "format": 9}))


@pytest.mark.parametrize("known", [True, False])
def test_what_is_saved_comes_back(tmp_path, known):
    for found in (Lineage.of(table(person=["ann"] * 8)), Lineage.empty()):
        whole = Lineage(found.frame, known)
        whole.save(tmp_path / "lineage.parquet")
        again = Lineage.read(tmp_path / "lineage.parquet")
        assert again.frame.equals(whole.frame)
        assert again.known == known


def test_a_damaged_file_is_a_sentence(tmp_path):
    (tmp_path / "lineage.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(StorageError, match=r"lineage.parquet' is damaged"):
        Lineage.read(tmp_path / "lineage.parquet")


def test_two_lineages_together_are_known_only_if_both_are():
    one, two = Lineage.of(table()), Lineage.of(table(salt="b"))
    assert len((one + two).frame) == 14
    assert (one + two).known
    assert not (one + Lineage.empty(known=False)).known
    assert (one + one).frame.equals(one.frame)


def test_a_search_s_pictures_are_tuned_on():
    tuned = Lineage.of(table()).tuned()
    assert set(tuned.frame["role"]) == {"tuned"}
    assert len(tuned.of_role("trained").frame) == 0


def test_names_are_hashed():
    found = lineage.people(pl.Series(["ann", None, "", "ann", "bob"]))
    assert found[0] == found[3] != found[4]
    assert (found[1], found[2]) == (None, None)
    assert all(len(name) == lineage.PERSON for name in found.drop_nulls())
