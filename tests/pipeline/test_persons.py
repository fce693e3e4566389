"""Persons named by a pattern reach the split, the proof, the lineage and the intervals of a run."""

from __future__ import annotations

import polars as pl
import pytest

from mien import collect, pipeline
from mien.core.files import read_json
from mien.core.lineage import Lineage
from mien.core.persons import Persons
from mien.core.recipe import Recipe
from mien.core.types import Manifest

PATTERN = r"/(s\d)_"


@pytest.fixture(scope="module")
def faces(lay_faces, tmp_path_factory):
    """Eight people, three pictures of each in every class."""
    root = lay_faces(tmp_path_factory.mktemp("people") / "faces", each=24)
    for label in root.iterdir():
        for number, path in enumerate(sorted(label.iterdir())):
            path.rename(path.with_name(f"s{number % 8}_{number:02}.png"))
    return root


@pytest.fixture(scope="module")
def made(faces, tmp_path_factory):
    shares = {"train_share": 0.7, "val_share": 0.15, "test_share": 0.15}
    recipe = Recipe(folds=1, model="report", size=24, epochs=2, batch=8, patience=0, person=PATTERN, **shares)
    return pipeline.run(faces, recipe, folder=tmp_path_factory.mktemp("runs") / "people")


def test_no_person_stands_on_two_sides_and_the_proof_says_so(made):
    frame = Manifest.read(made.manifest).used.frame
    assert frame.group_by("person").agg(pl.col("split").n_unique())["split"].unique().to_list() == [1]
    proof = read_json(made.scores)["proof"]
    assert (proof["people"], proof["shared_person"], proof["nobody"]) == (8, 0, 0)
    assert proof["sentence"].endswith("persons: 8 named.")


def test_the_interval_is_drawn_over_the_people(made):
    test = read_json(made.scores)["test"]
    who = Manifest.read(made.manifest).of("test").frame["person"].n_unique()
    assert (test["basis"]["unit"], test["units"]) == ("people", who)
    assert test["n"] > who


def test_the_lineage_knows_them(made, faces):
    known = Lineage.of_run(made)
    frame = collect.scan(faces, persons=Persons(pattern=PATTERN)).frame
    training = Manifest.read(made.manifest).of("train").frame["person"].unique()
    others = frame.filter(pl.col("person").is_in(training.implode())).with_columns(
        content=pl.lit("new ") + pl.col("id"), pixels=None, signature=None, copies=None
    )
    seen = known.seen(Manifest.build(others.to_dict()), lambda *_: pytest.fail("nothing is to be compared"))
    assert seen.unique().to_list() == ["the same person"]


def test_evaluate_is_told_them_too(made, faces, tmp_path):
    alone = pipeline.measure(made.folder, faces, persons=Persons(pattern=PATTERN))
    assert sum(alone.left_out.values()) + alone.scores.n == 48
    assert alone.scores.basis.unit == "people"
    assert pipeline.measure(made.folder, faces).scores.basis.unit == "pictures"
