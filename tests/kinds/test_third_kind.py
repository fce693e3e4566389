"""The seam's proof: a kind that Mien does not know walks the whole road, from a folder to a served answer."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mien import Predictor, collect, kinds, media, models, pipeline
from mien.core import artifacts
from mien.core.errors import MediaError, ModelFileError, SettingError, SourceError
from mien.core.recipe import Recipe
from mien.core.run import Run

pytestmark = pytest.mark.usefixtures("third_kind")


@pytest.fixture(scope="module")
def made(third_kind, tables, mien_here, tmp_path_factory) -> tuple[Run, dict]:
    """What `mien run FOLDER --model toy` leaves."""
    folder = tmp_path_factory.mktemp("runs") / "toy"
    done = mien_here("run", tables, "--model", "toy", "--folds", 1, "--json", "--out", folder)
    assert done.returncode == 0, done.stderr
    return Run.open(folder), {**json.loads(done.stdout), "said": done.stderr}


def test_the_kind_is_installed():
    assert {"picture", "table"} <= set(kinds.names())
    assert kinds.kind("table").count(2) == "2 tables"
    assert models.taking("table") == ["toy"]


def test_a_folder_of_tables_becomes_a_model(made):
    run, said = made
    assert said["accuracy"] > 0.8  # guessing gives a third
    assert "tables it had never seen" in said["sentence"]
    assert "collect: 63 tables in 3 classes, run, sit, walk" in said["said"]
    assert set(artifacts.read_manifest(run).frame["kind"]) == {"table"}
    contract = artifacts.read_contract(run)
    assert (contract.kind, contract.shape, contract.dtype) == ("table", (16, 3), "float32")
    assert [path.name.partition("-")[0] for path in (run.folder.parent / "cache").glob("*.f32")] == ["table"]


def test_the_audit_finds_what_was_planted(made):
    found = artifacts.read_findings(made[0]).frame
    issues = dict(found.select("id", "issue").iter_rows())
    assert issues == {"run/cut.csv": "truncated", "sit/flat.csv": "flat", "walk/again.csv": "twin"}
    assert "the table breaks off in row" in found.filter(found["issue"] == "truncated")["why"][0]
    assert "byte for byte the same file as" in found.filter(found["issue"] == "twin")["why"][0]


def test_the_report_shows_previews_and_speaks_of_tables(made):
    page = made[0].report.read_text()
    assert page.count("data:image/webp;base64,") > 10
    assert "float32 [N, 16, 3]" in page
    assert "20 tables" in page
    assert "Flat" in page
    assert "picture" not in page.partition("<body>")[2].partition('id="recipe"')[0]


def test_the_file_answers_a_file_bytes_and_an_array(made, tables):
    predictor, path = Predictor(made[0].model), tables / "sit" / "03.csv"
    answer = predictor.predict(path)
    assert answer.label == "sit"
    assert (answer.detector, answer.faces, answer.note) == (None, (), None)
    for other in (path.read_bytes(), np.loadtxt(path, delimiter=",")):
        assert predictor.predict(other).probabilities == pytest.approx(answer.probabilities, abs=1e-6)
    with pytest.raises(SettingError, match=r"uint8 \[1, 24, 24, 3\]. Expected: float32 \[N, 16, 3\]. Or .* the table"):
        predictor.probabilities(np.zeros((1, 24, 24, 3), np.uint8))


def test_a_prediction_loads_no_training_library(made, tables):
    code = (
        "import sys; from mien import Predictor\n"
        f"Predictor({str(made[0].model)!r}).predict({str(tables / 'run' / '01.csv')!r})\n"
        "print(sorted({'keras', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_new_tables_are_measured_and_those_it_learnt_from_left_out(made, tables, write_tables, small_faces, tmp_path):
    found = pipeline.measure(made[0].model, write_tables(tmp_path / "new", first=100))
    assert found.scores.accuracy.value > 0.8
    assert "tables it had never seen" in found.sentence
    seen = pipeline.measure(made[0].model, tables)
    assert seen.left_out["the same file"] > 30
    with pytest.raises(SettingError, match=r"takes tables, and '.*' holds pictures"):
        pipeline.measure(made[0].model, small_faces)


def test_a_run_without_options_takes_the_family_that_can(tables, tmp_path):
    begun = pipeline.begin(tables, Recipe(model="auto"), tmp_path / "r")
    pipeline.resume(begun, until="split")
    assert artifacts.read_recipe(begun).model == "toy"
    assert begun.state().decided == ("The data holds tables, which toy takes.",)


def test_an_archive_and_a_list_of_tables_are_read_as_the_folder_is(tables, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tables)
    listed = tmp_path / "all.csv"
    rows = [f"{path},{path.parent.name}" for path in sorted(tables.glob("*/*.csv"))]
    listed.write_text("\n".join(["path,label", *rows]) + "\n")
    folder = collect.scan(tables)
    for source in (packed, listed):
        found = collect.scan(source)
        assert (found.kind, found.labels) == ("table", folder.labels)
        assert set(found.frame["content"]) == set(folder.frame["content"])


def test_the_audit_s_page_shows_what_was_found(tables, tmp_path):
    from mien import audit

    checked = audit.check(collect.scan(tables))
    page = audit.write_page(*checked, tmp_path / "page.html").read_text()
    assert "of 63 tables" in page
    assert "The same table again under the same label." in page
    assert page.count("data:image/webp;base64,") == 3


def test_the_command_line_predicts_and_measures(made, tables, mien_here):
    done = mien_here("predict", tables / "run", "--model", made[0].model, "--json")
    assert done.returncode == 1, done.stderr  # one is cut off
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["label"] for line in lines].count("run") > 15
    assert "breaks off in row" in next(line["error"] for line in lines if line["error"])


def test_the_server_answers_a_table_and_refuses_a_picture(made, tables, pictures):
    from starlette.testclient import TestClient

    from mien import serve

    png = media.encode_png(pictures(0, 1, 24)[0])
    table = (tables / "walk" / "05.csv").read_bytes()
    settings = serve.Settings(models=(str(made[0].model), "face"))
    with TestClient(serve.app(settings), raise_server_exceptions=False) as client:
        answered = client.post("/v1/predict", content=table).json()
        assert (answered["kind"], answered["answers"][0]["label"]) == ("table", "walk")
        sent = client.post("/v1/predict", files=[("sample", ("a.csv", table))]).json()
        assert sent["answers"][0]["name"] == "a.csv"
        refused = client.post("/v1/predict", content=png)
        assert (refused.status_code, refused.json()["detail"]) == (
            415,
            "The file is a PNG, not a table. Save it as CSV.",
        )
        other = client.post("/v1/predict?model=face&inputs=faces", content=table)
        assert other.status_code in (415, 422)
        assert "no picture" in other.json()["detail"]
        coded = client.post("/v1/predict", json={"sample": base64.b64encode(table).decode()}).json()
        assert coded["answers"][0]["probabilities"] == answered["answers"][0]["probabilities"]
        assert [one["name"] for one in client.get("/mien.json").json()["models"]] == ["face"]  # the page shows pictures
        unmapped = client.post("/v1/explain", content=table)
        assert (unmapped.status_code, "tables" in unmapped.json()["detail"]) == (422, True)


def test_what_cannot_be_hidden_is_not_explained(made, tables, mien_here):
    assert not made[0].explanations.exists()
    done = mien_here("explain", made[0].model, tables / "run" / "00.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "takes tables, and no part of one can be hidden. Expected: a model of pictures or clips." in done.stderr


def test_a_server_without_a_model_of_pictures_has_no_page(made):
    from starlette.testclient import TestClient

    from mien import serve

    with TestClient(serve.app(serve.Settings(models=(str(made[0].model),)))) as client:
        told = client.get("/mien.json")
    assert (told.status_code, told.json()["detail"][:34]) == (404, "The page is for models of pictures")


@pytest.mark.parametrize("family", ["compact", "svm", "face"])
def test_our_families_refuse_it_before_any_work(tables, tmp_path, family):
    with pytest.raises(SettingError, match=rf"'{family}' does not take tables.*Expected: pictures.*: toy"):
        pipeline.run(tables, Recipe(model=family, weights="none" if family == "face" else None), folder=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_where_no_family_takes_it_a_run_without_options_says_so(tables, tmp_path, monkeypatch):
    begun = pipeline.begin(tables, Recipe(model="auto"), tmp_path / "r")
    monkeypatch.setattr("mien.models._resolve.names", lambda: ("compact", "svm"))
    with pytest.raises(SettingError, match=r"holds tables, and no family here takes them. Install a package"):
        pipeline.resume(begun)


def test_a_family_of_tables_refuses_pictures(small_faces, tmp_path):
    with pytest.raises(SettingError, match=r"'toy' does not take pictures.*Expected: tables"):
        pipeline.run(small_faces, Recipe(model="toy"), folder=tmp_path / "r")


@pytest.mark.parametrize(("name", "value"), [("erase", 0.5), ("mirror", True), ("inputs", "photos")])
def test_what_changes_no_table_is_refused(tables, tmp_path, name, value):
    with pytest.raises(SettingError, match=rf"{name} = .* tables"):
        pipeline.run(tables, Recipe(model="toy", **{name: value}), folder=tmp_path / "r")


def test_a_folder_of_two_kinds_is_refused(tables, small_faces, tmp_path):
    for source in (tables, small_faces):
        shutil.copytree(source, tmp_path / "mixed", dirs_exist_ok=True)
    with pytest.raises(SourceError, match=r"holds 63 tables and 60 pictures. Expected: samples of one kind. Put each"):
        collect.scan(tmp_path / "mixed")


def test_a_table_of_labels_beside_pictures_is_no_table_of_numbers(small_faces, tmp_path):
    shutil.copytree(small_faces, tmp_path / "faces")
    (tmp_path / "faces" / "notes.csv").write_text("path,age\nhappy/00.png,20\n")
    found = collect.scan(tmp_path / "faces")
    assert (found.kind, len(found)) == ("picture", 60)


def test_without_the_package_the_file_says_what_is_missing(made, monkeypatch):
    from mien.core import registry

    monkeypatch.setattr(registry, "names", lambda _: ())
    with pytest.raises(ModelFileError, match=r"kind 'table', which is not installed here. Expected: picture"):
        Predictor(made[0].model)


def test_a_table_is_no_picture(tables):
    with pytest.raises(MediaError, match="no picture"):
        kinds.kind().decode((Path(tables) / "run" / "00.csv").read_bytes())
