"""Persons by a column or by a pattern: taken as told, counted, and refused in a sentence."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien import collect, split
from mien.collect._persons import name_persons
from mien.core.errors import SettingError
from mien.core.persons import Persons
from mien.core.types import Manifest

from .conftest import write

FILES = [f"{label}/actor{actor:02}_{shot}.png" for label in ("happy", "sad") for actor in range(12) for shot in "ab"]


def people(manifest: Manifest) -> dict[str, str | None]:
    return dict(manifest.frame.select("id", "person").iter_rows())


def told(source, **wanted: str) -> str:
    with pytest.raises(SettingError) as caught:
        collect.scan(source, persons=Persons(**wanted))
    return str(caught.value)


def test_the_first_group_of_a_pattern_names_the_person_and_the_split_holds_it(make):
    root = make(*FILES, "sad/nobody.png")
    manifest = collect.scan(root, persons=Persons(pattern=r"actor(\d+)"))
    assert people(manifest)["sad/actor07_b.png"] == "07"
    assert manifest.persons == "Persons: 12 named. 1 sample names nobody (sad/nobody.png)."
    proof = split.prove(split.assign(manifest))
    assert (proof.people, proof.nobody, proof.shared_person) == (12, 1, 0)
    assert proof.sentence.endswith("persons: 12 named (1 sample names nobody).")
    assert split.prove(split.assign(collect.scan(root))).sentence.endswith("persons: not known in this data.")


@pytest.mark.parametrize(
    ("pattern", "person"),
    [
        (r"actor\d+", "actor03"),
        (r"(?:x(y)|or(\d+))", "03"),
        (r"^happy/(?P<who>\w+)_", "actor03"),
        (r"(?i)ACTOR", "actor"),
    ],
)
def test_without_a_group_the_whole_match_names_the_person(make, pattern, person):
    found = people(collect.scan(make(*FILES), persons=Persons(pattern=pattern)))
    assert found["happy/actor03_a.png"] == person


@pytest.fixture
def table(folder):
    rows = "1.png,happy,anna,1\ndeep/2 é.png,sad,ben,2\n3.png,sad,anna,\n"
    return write(folder, "path,label,Subject,session\n" + rows)


def test_a_column_names_the_persons_in_a_table_and_in_a_manifest(table, tmp_path):
    plain, sessions = collect.scan(table), collect.scan(table, persons=Persons(by="session"))
    assert (list(people(plain).values()), plain.groups) == (["anna", "ben", "anna"], ("session",))
    assert (list(people(sessions).values()), sessions.groups) == (["1", "2", None], ("Subject", "session"))
    assert sessions.persons == "Persons: 2 named. 1 sample names nobody (3.png)."
    assert people(collect.scan(table, persons=Persons(by="Subject"))) == people(plain)
    saved = sessions.save(tmp_path / "m.parquet")
    assert people(collect.scan(saved)) == people(sessions)
    subjects = collect.scan(saved, persons=Persons(by="Subject"))
    assert people(subjects) == people(plain)
    again = subjects.save(tmp_path / "again.parquet")  # as a search and a student are given it
    assert people(collect.scan(again, persons=Persons(by="Subject"))) == people(plain)


def test_a_column_of_the_table_beside_class_folders_counts_too(make):
    rows = "".join(f"{name},{number % 3},{number % 5}\n" for number, name in enumerate(FILES))
    root = make(*FILES, texts={"metadata.csv": "file_name,subject,take\n" + rows})
    assert people(collect.scan(root))[FILES[4]] == "1"
    assert people(collect.scan(root, persons=Persons(by="take")))[FILES[4]] == "4"
    assert people(collect.scan(root, persons=Persons(by="subject")))[FILES[4]] == "1"
    assert collect.scan(root).groups == ("take",)


def test_what_does_not_fit_is_a_sentence(make, table):
    root = make(*FILES, folder=table.parent / "more")
    assert told(table, by="sesion") == (
        "The data has no column 'sesion' that could name persons. Expected: one of 'Subject', 'session', 'person'. "
        "Did you mean 'session'?"
    )
    assert "Known: 'Subject', 'session', 'person'." in told(table, by="label")
    assert told(root, by="actor").endswith(r"Name them by their files: --person 'actor(\d+)'.")
    assert "at character 6: unclosed group" in told(root, pattern=r"actor(\d+")
    assert "look-ahead and look-behind, is not supported" in told(root, pattern="(?=a)a")
    assert "exceeds size limit" in told(root, pattern="(?:a{1000}){1000}")
    assert "has 1,001 letters" in told(root, pattern="a" * 1001)
    nowhere = told(root, pattern=r"^(actor\d+)")
    assert nowhere.startswith(r"The pattern '^(actor\d+)' for person is found in none of 48 paths.")
    assert nowhere.count(".png'") == 3
    assert "^ is the beginning of the whole path" in nowhere
    with pytest.raises(SettingError, match="Expected: one of them"):
        Persons(by="a", pattern="b")


def test_an_empty_column_names_nobody(folder):
    assert told(write(folder, "path,label,who\n1.png,a,\n3.png,b,\n"), by="who").startswith("The column 'who' is empty")


def listed(ids: list[str]) -> Manifest:
    return Manifest.build({"id": ids, "content": ids, "path": ids, "label": ["a"] * len(ids)})


def test_a_pattern_that_would_hang_others_takes_no_longer_than_any():
    manifest = listed(["a" * 50_000 + f"!{number}" for number in range(20)])
    began = time.process_time()
    with pytest.raises(SettingError, match="found in none"):
        name_persons(manifest, Persons(pattern=r"((a+)+)+$"))
    assert time.process_time() - began < 60  # stepping back, it would outlast the universe


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.text(min_size=1, max_size=40), st.text(r"ab01()[]{}*+?\|.^$/-dw", min_size=1, max_size=30)),
    st.lists(st.text(r"ab01/_-.", min_size=1, max_size=12), min_size=1, max_size=6, unique=True),
)
def test_any_pattern_names_somebody_or_is_refused(pattern, ids):
    try:
        manifest = name_persons(listed(ids), Persons(pattern=pattern))
    except SettingError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert said.endswith((".", "?", "!", ":"))
        return
    named = manifest.frame["person"].drop_nulls()
    assert len(named)
    assert (named != "").all()
    inside = pl.DataFrame({"id": ids, "person": manifest.frame["person"]}).drop_nulls()
    assert all(person in one for one, person in inside.iter_rows())
