"""What the data cannot give is answered in a sentence before training begins."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mien import faces, media, pipeline
from mien.core import artifacts
from mien.core.errors import SettingError, SourceError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Findings, Manifest
from mien.pipeline import RunContext
from mien.pipeline.stages._split import fingerprint

SMALL = {"model": "report", "size": 24, "epochs": 1}


def divided(source, folder, **settings):
    return pipeline.resume(pipeline.begin(source, Recipe(folds=1, **{**SMALL, **settings}), folder), until="split")


def test_a_batch_larger_than_the_data_is_refused(small_faces, tmp_path):
    with pytest.raises(SettingError, match=r"batch = 500 is larger than the training side, 42 pictures. .* --batch 10"):
        divided(small_faces, tmp_path / "run", batch=500)


def test_a_familys_own_batch_shrinks_with_the_data(small_faces, tmp_path):
    run = divided(small_faces, tmp_path / "run", model="compact")  # prefers 64
    assert Recipe.read(run.recipe).batch == 10
    again = pipeline.resume(Run.open(run.folder), until="load")
    assert Recipe.read(again.recipe).batch == 10


def test_a_class_that_is_absent_from_training_is_refused(small_faces, tmp_path):
    # A ready-made split whose training side lacks a class.
    run = divided(small_faces, tmp_path / "first", batch=8)
    frame = Manifest.read(run.manifest).frame
    frame = frame.with_columns(split=pl.when(pl.col("label") == "sad").then(pl.lit("test")).otherwise(pl.col("split")))
    Manifest(frame).save(tmp_path / "faces.parquet")
    with pytest.raises(SourceError, match=r"labelled sad is on the training side|sad"):
        divided(tmp_path / "faces.parquet", tmp_path / "run", batch=8)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        (("happy=yes",), r"votes names the column 'yes'. The data has no further columns"),
        (("merry=yes",), r"votes names the class 'merry'"),
    ],
)
def test_votes_that_are_not_in_the_data_are_refused(small_faces, tmp_path, votes, said):
    with pytest.raises(SettingError, match=said):
        divided(small_faces, tmp_path / "run", votes=votes)


def test_a_loss_for_two_classes_with_three_in_the_data_is_refused(small_faces, tmp_path):
    with pytest.raises(SettingError, match=r"loss = 'binary' came with 3 classes"):
        divided(small_faces, tmp_path / "run", loss="binary", outputs="sigmoid")


def test_votes_are_learnt_from(small_faces, tmp_path):
    rows = [(f"happy/{n:02}.png", 9, 1) for n in range(20)] + [(f"sad/{n:02}.png", 1, 9) for n in range(20)]
    frame = pl.DataFrame(rows, schema=["path", "yes", "no"], orient="row")
    frame = frame.with_columns(
        label=pl.col("path").str.split("/").list.first(), path=str(small_faces) + "/" + pl.col("path")
    )
    frame.write_csv(tmp_path / "faces.csv")
    recipe = Recipe(folds=1, **{**SMALL, "batch": 8, "epochs": 3}, votes=("happy=yes", "sad=no"))
    run = pipeline.run(tmp_path / "faces.csv", recipe, folder=tmp_path / "run")
    assert run.model.exists()


def test_the_same_data_has_the_same_name_whatever_its_order(small_run):
    manifest = Manifest.read(small_run.manifest)
    name = small_run.state().data
    assert fingerprint(manifest) == fingerprint(Manifest(manifest.frame.reverse())) == name
    other = manifest.frame.with_columns(label=pl.lit("happy"))
    assert fingerprint(Manifest(other)) != name


class Middle:
    """A detector that sees a face in the middle of every picture but those that are given."""

    name = "middle"

    def __init__(self, *but: np.ndarray) -> None:
        self.but = but

    def find(self, pixels: np.ndarray) -> tuple[faces.Face, ...]:
        return () if any(np.array_equal(pixels, one) for one in self.but) else (faces.Face((2, 2, 20, 20)),)


def test_a_run_that_goes_on_asks_the_detector_it_began_with(small_faces, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(faces, "detector", lambda name: asked.append(name) or Middle())
    run = divided(small_faces, tmp_path / "run", inputs="photos", batch=8)
    assert asked == []
    pipeline.resume(run, until="load")
    assert run.state().detector == "middle"
    run.update(done=["collect", "audit", "split"])
    pipeline.resume(run, until="load")
    assert asked == ["auto", "middle"]


def test_a_picture_without_a_face_is_listed_once_wherever_the_run_was_killed(small_faces, tmp_path, monkeypatch):
    wall = media.decode((small_faces / "sad" / "03.png").read_bytes())
    monkeypatch.setattr(faces, "detector", lambda _: Middle(wall))
    run = divided(small_faces, tmp_path / "run", inputs="photos", batch=8)

    def killed(*_):
        raise KeyboardInterrupt

    for owner, name in ((RunContext, "write_manifest"), (artifacts, "write_contract")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, killed)
            with pytest.raises(KeyboardInterrupt):
                pipeline.resume(run, until="load")
    pipeline.resume(run, until="load")
    found = Findings.read(run.findings).frame.filter(pl.col("issue") == "faceless")
    assert found["id"].to_list() == ["sad/03.png"]
    assert Manifest.read(run.manifest).frame.filter(pl.col("aside") == "faceless")["id"].to_list() == ["sad/03.png"]


@pytest.mark.parametrize("model", ["compact", "report", "svm", "forest"])
def test_who_cannot_take_both_says_so_at_the_start(small_faces, tmp_path, model):
    with pytest.raises(SettingError, match=rf"'{model}' does not take inputs = 'both'. Expected: photos, faces, whole"):
        pipeline.begin(small_faces, Recipe(model=model, inputs="both"), folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_names_for_numbers_and_what_was_passed_over(lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", ("0", "1"))
    (faces / "README.md").write_text("1")
    said = []
    run = pipeline.begin(faces, Recipe(folds=1, **{**SMALL, "names": ("happy", "sad")}), tmp_path / "run")
    pipeline.resume(run, until="split", reporter=pipeline.Reporter(say=said.append))
    manifest = Manifest.read(run.manifest)
    assert manifest.labels == ("happy", "sad")
    line = "Passed over: files beside the class folders (1: README.md)."
    assert f"collect: {line}" in said
    assert manifest.omissions == line  # it went through audit and split, and is in the run's own file
    assert Recipe.read(run.recipe).names == ("happy", "sad")
