"""Manifest and findings: immutable tables that come back from disk as they were."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core._skipped import from_json, to_json
from mien.core._tables import SKIPPED
from mien.core.errors import SettingError, SourceError, StorageError
from mien.core.types import FINDING_COLUMNS, MANIFEST_COLUMNS, Findings, Manifest, Skipped, skipped

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


def small(**columns: list) -> Manifest:
    rows = {
        "id": ["a", "b", "c", "d"],
        "content": ["00", "01", "02", "02"],
        "path": ["a.png", "b.png", "c.png", "d.png"],
        "label": ["happy", "sad", "happy", "angry"],
        "split": ["train", "train", "test", "val"],
    }
    return Manifest.build({**rows, **columns})


@given(ids=st.lists(texts, min_size=1, unique=True), data=st.data())
@quick
def test_a_manifest_comes_back_as_it_was(tmp_path, ids, data):
    def some(of: st.SearchStrategy) -> list:
        return data.draw(st.lists(of, min_size=len(ids), max_size=len(ids)))

    made = Manifest.build(
        {
            "id": ids,
            "content": some(texts),
            "path": some(texts),
            "label": some(st.none() | texts),
            "aside": some(st.none() | texts),
            "skin_tone": some(st.none() | st.integers(1, 10)),
        }
    )
    path = made.save(tmp_path / "manifest.parquet")
    assert Manifest.read(path).frame.equals(made.frame)
    assert Manifest.read(path).frame.schema == made.frame.schema


def test_declared_columns_come_first_and_others_ride_along():
    made = small(skin_tone=[1, 2, 3, 4], light=["a", "b", "c", "d"])
    assert tuple(made.frame.columns) == (*MANIFEST_COLUMNS, "skin_tone", "light")
    assert made.groups == ("skin_tone", "light")
    assert made.frame["kind"].unique().to_list() == ["picture"]
    assert made.frame["person"].null_count() == 4


def test_an_id_stands_once():
    with pytest.raises(SourceError, match=r"an id that stands twice"):
        small(id=["a", "b", "c", "a"])


def test_a_manifest_without_its_columns_is_refused():
    with pytest.raises(SourceError, match=r"came without \['content', 'pixels'"):
        Manifest(pl.DataFrame({"id": ["a"]}))


def test_labels_are_those_in_use_in_alphabetical_order():
    assert small().labels == ("angry", "happy", "sad")
    assert small(aside=[None, "twin", None, None]).labels == ("angry", "happy")
    assert small(label=["happy", None, "sad", None]).labels == ("happy", "sad")


def test_a_side_holds_only_what_is_used():
    made = small(aside=[None, "truncated", None, None])
    assert made.of("train").frame["id"].to_list() == ["a"]
    assert len(made.used) == 3
    assert len(made.of("nowhere")) == 0


def test_setting_aside_makes_a_new_manifest():
    before = small()
    after = before.set_aside({"b": "truncated", "no such id": "x"})
    assert after.frame["aside"].to_list() == [None, "truncated", None, None]
    assert before.frame["aside"].null_count() == 4


def test_the_first_reason_stays():
    twice = small().set_aside({"b": "truncated"}).set_aside({"b": "twin", "c": "twin"})
    assert twice.frame["aside"].to_list() == [None, "truncated", "twin", None]


def test_no_reason_changes_nothing():
    made = small()
    assert made.set_aside({}) is made


def test_only_the_classes_asked_for():
    assert small().with_labels(["sad", "happy"]).frame["id"].to_list() == ["a", "b", "c"]


def test_a_slip_in_a_label_names_the_nearest():
    with pytest.raises(SettingError, match=r"The label 'hapy' is not in the data. Did you mean 'happy'"):
        small().with_labels(["hapy"])


def test_findings_come_back_as_they_were(tmp_path):
    row = {"id": "a", "issue": "empty", "severity": "error", "score": 1.0, "why": "It is empty.", "todo": "Fetch it."}
    made = Findings.build([row])
    assert Findings.read(made.save(tmp_path / "findings.parquet")).frame.to_dicts() == [row]


def test_no_finding_is_a_table_too(tmp_path):
    made = Findings.read(Findings.build([]).save(tmp_path / "findings.parquet"))
    assert tuple(made.frame.columns) == FINDING_COLUMNS
    assert len(made) == 0


def test_findings_are_no_manifest(tmp_path):
    path = Findings.build([]).save(tmp_path / "findings.parquet")
    with pytest.raises(SourceError, match=r"is a Parquet file, but no manifest of Mien's"):
        Manifest.read(path)


@pytest.mark.parametrize("version", ["3", "-1", "one", ""])
def test_another_format_asks_for_a_newer_mien(tmp_path, version):
    small().frame.write_parquet(tmp_path / "m.parquet", metadata={"mien.manifest": version})
    with pytest.raises(SourceError, match=f"has format {version}.*Install a newer Mien"):
        Manifest.read(tmp_path / "m.parquet")


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_half_a_file_is_refused_in_a_sentence(tmp_path, part):
    path = small().save(tmp_path / "m.parquet")
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(SourceError, match=r"cannot be read as a table"):
        Manifest.read(path)


def test_what_is_not_there_or_a_folder_is_refused_in_a_sentence(tmp_path):
    for path in (tmp_path / "none.parquet", tmp_path):
        with pytest.raises(SourceError, match=r"cannot be read as a table"):
            Manifest.read(path)


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        small().save(tmp_path / "file" / "m.parquet")


def test_what_was_skipped_goes_along_and_into_the_file(tmp_path):
    manifest = replace(
        small(aside=[None, "no label", None, "no label"]), skipped=skipped("files", ["x", "y", "z", "w"])
    )
    made = [manifest.used, manifest.of("train"), manifest.with_labels(["happy"]), manifest.set_aside({"a": "dull"})]
    assert {one.skipped for one in made} == {(Skipped("files", 4, ("x", "y", "z")),)}
    again = Manifest.read(manifest.save(tmp_path / "m.parquet"))
    assert again.skipped == manifest.skipped
    assert again.omissions == "Passed over: files (4: x, y, z, ...). Set aside: no label (2)."
    assert small().omissions == ""
    assert SKIPPED not in pl.read_parquet_metadata(small().save(tmp_path / "plain.parquet"))


def test_rows_without_a_label_stay_where_classes_are_chosen():
    manifest = small(label=["happy", None, "sad", None], aside=[None, "no label", None, None])
    chosen = manifest.with_labels(["happy"])
    assert chosen.frame["id"].to_list() == ["a", "b"]
    assert chosen.omissions == "Set aside: no label (1)."


@given(
    st.one_of(
        st.none(),
        st.text(max_size=30),
        st.sampled_from(['[["a", 1, ["b"]]]', '[["a"]]', "[1]", "{}", '[["a", "x", 3]]']),
    )
)
def test_any_metadata(text):
    assert isinstance(from_json(text), tuple)


@given(st.lists(st.builds(Skipped, texts, st.integers(1, 9), st.lists(texts, max_size=3).map(tuple)), max_size=3))
def test_skipped_comes_back(values):
    assert from_json(to_json(values)) == tuple(values)
