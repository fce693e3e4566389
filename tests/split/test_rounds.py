"""Cross-validation over whole units: everything is measured once, and nothing by a model that has seen it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import split
from mien.core.errors import SettingError, SourceError
from mien.core.types import Manifest
from mien.core.units import units_of


def table(labels, persons=None, copies=None, sides=None) -> Manifest:
    names = [f"{number:04}" for number in range(len(labels))]
    empty = [None] * len(labels)
    return Manifest.build(
        {
            "id": names,
            "content": [f"c{name}" for name in names],
            "path": names,
            "label": labels,
            "person": persons or empty,
            "copies": copies or empty,
            "split": sides or empty,
        }
    )


def check(parts, whole, manifest):
    """What must hold of any rounds."""
    measured = pl.concat([part.of("test").frame["id"] for part in parts])
    assert sorted(measured) == sorted(manifest.used.frame["id"])
    units = dict(zip(manifest.used.frame["id"], units_of(manifest.used.frame).tolist(), strict=True))
    for part in parts:
        proof = split.prove(part)
        assert (proof.shared, proof.shared_val) == (0, 0)
        here = {name: {units[one] for one in part.of(name).frame["id"]} for name in ("train", "val", "test")}
        assert not here["test"] & (here["train"] | here["val"])
        assert set(part.of("train").labels) == set(part.of("val").labels) == set(manifest.labels)
    assert not len(whole.of("test"))
    assert sorted(whole.used.frame["id"]) == sorted(measured)


def test_each_sample_is_measured_once_by_a_model_that_has_not_seen_it():
    manifest = table(["happy", "sad"] * 20)
    parts, whole = split.rounds(manifest, 5)
    check(parts, whole, manifest)
    assert [len(part.of("test")) for part in parts] == [8] * 5
    proof = split.prove_rounds(parts, whole)
    assert (proof.test, proof.rounds, proof.shared, proof.holds) == (40, 5, 0, True)
    assert [row.test for row in proof.classes] == [20, 20]
    assert proof.sentence.startswith("In 5 rounds 40 samples were measured once each; 0 of them share a picture")
    assert split.Proof.from_dict(proof.to_dict()) == proof


def test_a_proof_over_rounds_counts_what_a_round_shares():
    parts, whole = split.rounds(table(["happy", "sad"] * 20), 5)
    spoilt = parts[0].with_frame(parts[0].frame.with_columns(person=pl.lit("one")))
    proof = split.prove_rounds([spoilt, *parts[1:]], whole)
    assert (proof.shared_person, proof.holds) == (8, False)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), min_size=60, max_size=90), st.integers(2, 6))
def test_no_unit_is_cut(rows, folds):
    labels = ["a", "b", *(label for label, _ in rows[2:])]
    copies = [f"g{number}" if number < 12 else None for _, number in rows]
    manifest = table(labels, copies=copies)
    try:
        parts, whole = split.rounds(manifest, folds)
    except SettingError as error:
        assert "units" in str(error)  # noqa: PT017 - of all that may be drawn, some cannot be divided
        return
    except SourceError as error:
        words = ("too few people show it", "on the side", "may be split")
        assert any(word in str(error) for word in words)  # noqa: PT017 - as above
        return
    check(parts, whole, manifest)


def test_people_are_measured_whole_even_where_few_show_a_class():
    persons = [f"p{number // 6}" for number in range(60)]
    labels = [("happy", "sad", "afraid")[number % 3] for number in range(60)]
    manifest = table(labels, persons=persons)
    parts, whole = split.rounds(manifest, 5)
    check(parts, whole, manifest)
    assert all(part.of("test").frame["person"].n_unique() == 2 for part in parts)


def test_a_ready_made_split_is_not_kept():
    manifest = table(["happy", "sad"] * 20, sides=["train"] * 30 + ["test"] * 10)
    parts, whole = split.rounds(manifest, 5)
    check(parts, whole, manifest)


@pytest.mark.parametrize("folds", [1, 41])
def test_rounds_that_cannot_be_are_refused(folds):
    with pytest.raises(SettingError, match="for data of 40 units"):
        split.rounds(table(["happy", "sad"] * 20), folds)


def test_a_class_of_two_is_refused():
    with pytest.raises(SourceError, match="afraid"):
        split.rounds(table(["happy", "sad"] * 20 + ["afraid"] * 2), 5)


@pytest.mark.parametrize(
    ("count", "persons", "folds"),
    [
        (400, None, 5),  # 40 to measure: too few
        (2000, None, 1),  # 200, 100 of a class
        (2000, 50, 5),  # 200 of five people
        (4000, 400, 1),
        (12, 3, 3),  # no more rounds than people
    ],
)
def test_small_data_is_measured_in_rounds(count, persons, folds):
    names = persons and [f"p{number // 2 % persons}" for number in range(count)]
    manifest = table(["happy", "sad"] * (count // 2), persons=names)
    assert split.suited(split.assign(manifest), manifest) == folds


def test_few_of_a_class_are_few():
    manifest = table(["happy"] * 2000 + ["sad"] * 100)
    assert split.suited(split.assign(manifest), manifest) == 5


def test_data_that_came_with_its_test_side_keeps_it():
    manifest = table(["happy", "sad"] * 20, sides=["train"] * 30 + ["test"] * 10)
    assert split.suited(split.assign(manifest), manifest) == 1
