"""Each stage as a command: it does its verb, and a program can read the answer."""

import itertools
import json

import numpy as np
import onnx
import pytest
import soundfile

from mien import Predictor, evaluate, explain, media
from mien.core.errors import SettingError, SourceError
from mien.core.types import Findings, Manifest

WORDS = ("back", "bar", "base", "bath", "bean", "beg", "bite", "boat", "bone", "book")


def answer(done):
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_collect_lists_and_saves(command, small_faces, tmp_path):
    found = answer(command("collect", small_faces, "--out", tmp_path / "m.parquet", "--json"))
    nothing = {"splits": {}, "groups": [], "persons": 0, "nobody": 60, "skipped": [], "aside": {}}
    assert found == {"samples": 60, "labels": {"angry": 20, "happy": 20, "sad": 20}, **nothing}
    assert len(Manifest.read(tmp_path / "m.parquet")) == 60
    shown = command("collect", small_faces, "--labels", "happy, sad").stdout
    assert "happy" in shown
    assert "angry" not in shown


@pytest.fixture
def divided(lay_faces, tmp_path):
    """A table that names ready-made splits, with a label that is missing, among pictures it names."""
    faces = lay_faces(tmp_path / "faces", each=8)
    files = sorted(faces.rglob("*.png"))
    rows = [f"{path.parent.name}/{path.name},{n % 2},{'test' if n > 9 else 'train'}" for n, path in enumerate(files)]
    rows[-1] = rows[-1].replace(",1,", ",,").replace(",0,", ",,")
    (tmp_path / "t.csv").write_text("path,label,split\n" + "\n".join(f"faces/{row}" for row in rows))
    return tmp_path / "t.csv"


def test_collect_says_what_it_passed_over_and_how_the_splits_are(command, divided):
    shown = command("collect", divided, "--names", "happy,sad").stdout
    assert [line.split() for line in shown.splitlines() if "class" in line] == [["class", "samples", "train", "test"]]
    assert "Set aside: no label (1)." in shown
    found = answer(command("collect", divided, "--names", "happy,sad", "--json"))
    assert set(found["labels"]) == {"happy", "sad"}
    assert found["aside"] == {"no label": 1}
    assert sum(found["splits"].values()) == found["samples"] - 1
    kept = answer(command("collect", divided, "--names", "happy,sad", "--labels", "happy,sad", "--json"))
    assert kept["aside"] == {"no label": 1}


def test_each_stage_names_what_is_passed_over(command, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", each=4)
    (faces / "README.md").write_text("1")
    line = "Passed over: files beside the class folders (1: README.md)."
    assert line in command("collect", faces).stdout
    assert line in command("audit", faces).stdout
    assert answer(command("audit", faces, "--json"))["skipped"] == [
        {"what": "files beside the class folders", "count": 1, "examples": ["README.md"]}
    ]


@pytest.mark.parametrize("stage", ["audit", "split", "load"])
def test_each_stage_takes_names(stage, command, divided, tmp_path):
    where = ("--out", tmp_path / "cache") if stage == "load" else ()
    assert command(stage, divided, "--names", "happy,sad", *where).exit_code == 0
    with pytest.raises(SettingError, match="has the label 1"):
        command(stage, divided, "--names", "happy", *where)


def test_collect_draws_faces(command, tmp_path):
    found = answer(command("collect", "sample:faces", "--samples", 48, "--to", tmp_path / "drawn", "--json"))
    assert found["samples"] == 48
    assert found["labels"] == {"angry": 12, "happy": 12, "sad": 12, "surprise": 12}
    assert {"skin_tone", "intensity"} <= set(found["groups"])


def test_audit_finds_fixes_and_undoes(command, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", each=4)
    (faces / "sad" / "broken.png").write_bytes((faces / "sad" / "00.png").read_bytes()[:300])
    before = {path: path.read_bytes() for path in faces.rglob("*.png")}
    found = answer(command("audit", faces, "--out", tmp_path / "f.parquet", "--page", tmp_path / "f.html", "--json"))
    assert found["samples"] == 9
    assert [(item["id"], item["issue"]) for item in found["findings"]] == [("sad/broken.png", "truncated")]
    assert len(Findings.read(tmp_path / "f.parquet")) == 1
    assert "<html" in (tmp_path / "f.html").read_text()
    assert "1 of 9 samples need a look" in command("audit", faces).stdout
    assert command("audit", faces, "--fix").exit_code == 0
    assert not (faces / "sad" / "broken.png").exists()
    assert answer(command("audit", faces, "--undo", "--json")) == {"restored": 1}
    assert {path: path.read_bytes() for path in faces.rglob("*.png")} == before


def test_split_shares_out_and_saves(command, small_faces, tmp_path):
    found = answer(command("split", small_faces, "--out", tmp_path / "s.parquet", "--json"))
    assert (found["train"], found["val"], found["test"], found["holds"]) == (42, 12, 6, True)
    assert len(Manifest.read(tmp_path / "s.parquet").of("test")) == 6
    assert "0 of 6 test samples share a picture or a person" in command("split", tmp_path / "s.parquet").stdout


def test_load_builds_the_cache(command, small_faces, tmp_path):
    found = answer(command("load", small_faces, "--size", 16, "--out", tmp_path / "cache", "--json"))
    assert (found["pictures"], found["size"], found["failed"]) == (60, 16, {})
    assert (tmp_path / "cache").exists()


def test_models_lists_and_shows(command):
    found = answer(command("models", "--json"))
    assert found["report"]["settings"]["size"] == 256
    assert all(item["about"].endswith(".") for item in found.values())
    shown = command("models").stdout
    assert all(name in shown for name in found)
    assert "pictures, 256 px" in shown
    assert "clips, 3 s" in shown
    assert "3,697,653" in command("models", "report").stdout
    assert "bidirectional" in command("models", "voice").stdout
    assert command("models", "svm").stdout == "svm: hog and lbp of 48 x 48 px -> 5 classes\n"
    assert command("models", "svm", "--json").stdout.count("pitch.voiced.median") == 1


def test_models_say_whether_they_may_be_used_commercially(command, small_run):
    found = answer(command("models", "--terms", "--json"))
    assert {name: terms["commercial"] for name, terms in found.items()} == {
        "face": "unclear",
        "face-int8": "unclear",
        "voice": "no",
    }
    assert found["voice"]["data"] == ["RAVDESS"]
    assert found["face"]["data"] == ["FER2013", "FER+"]
    assert all(terms["why"] and terms["as_of"] for terms in found.values())
    assert "ask the owner" in " ".join(command("models").stdout.split())
    (own,) = answer(command("models", small_run.folder, "--terms", "--json")).values()
    assert (own["commercial"], own["data"]) == ("unclear", [])


def test_train_without_a_source_prints_the_published_table(command):
    shown = command("train", "--model", "report").stdout
    for figure in ("448", "4,640", "4,624", "3,686,656", "1,285", "3,697,653"):
        assert figure in shown


def test_evaluate_gives_every_figure(command, small_run, small_faces):
    found = answer(command("evaluate", small_run.folder, small_faces, "--json"))
    scores = evaluate.Scores.from_dict(found)
    assert scores.to_dict().items() <= found.items()
    assert (found["left_out"], found["known"]) == (54, True)  # all but the test side had been seen
    assert 0 <= scores.accuracy.low <= scores.accuracy.value <= scores.accuracy.high <= 1
    assert scores.accuracy.value > 0.8
    shown = command("evaluate", small_run.model, small_faces).stdout
    assert shown.startswith("Right on ")
    assert "F1" in shown


def test_evaluate_looks_for_gaps_between_groups(command, small_run, small_faces, tmp_path):
    files = sorted(path for path in small_faces.rglob("*.png"))
    rows = [f"{path},{path.parent.name},{'day' if number % 2 else 'lamp'}" for number, path in enumerate(files)]
    (tmp_path / "t.csv").write_text("path,label,lit\n" + "\n".join(rows))
    found = answer(command("evaluate", small_run.model, tmp_path / "t.csv", "--groups", "lit,measured_light", "--json"))
    assert {row["column"] for row in found["groups"]} == {"lit", "measured_light"}
    assert found["measured"]["measured_light"]["error"].startswith("Drawn in other light")
    shown = command("evaluate", small_run.model, tmp_path / "t.csv", "--groups", "auto").stdout
    assert "measured light is a measure, which stands for a property" in shown
    with pytest.raises(SettingError, match=r"no column 'lid' to group by.*Did you mean 'lit'"):
        command("evaluate", small_run.model, tmp_path / "t.csv", "--groups", "auto,lid")
    assert answer(command("evaluate", small_run.model, small_faces, "--json"))["groups"] == []


def test_evaluate_never_claims_that_faces_were_unseen_where_it_cannot_know(command, small_run, small_faces, tmp_path):
    alone = tmp_path / "alone.onnx"
    model = onnx.load(small_run.model)
    known = {item.key: item.value for item in model.metadata_props if item.key != "mien.lineage"}
    onnx.helper.set_model_props(model, known)
    alone.write_bytes(model.SerializeToString())
    found = answer(command("evaluate", alone, small_faces, "--json"))
    assert (found["n"], found["left_out"], found["known"]) == (60, 0, False)
    assert "never seen" not in found["sentence"]
    assert "It cannot be known" in found["sentence"]


def test_evaluate_leaves_out_what_a_file_alone_has_seen(command, small_run, small_faces, tmp_path):
    alone = tmp_path / "alone.onnx"
    alone.write_bytes(small_run.model.read_bytes())
    found = answer(command("evaluate", alone, small_faces, "--json"))
    assert (found["n"], found["left_out_because"], found["known"]) == (6, {"the same pixels": 54}, True)
    assert "54 of these 60, or near copies of them, were trained on and are left out." in found["sentence"]


def test_evaluate_on_other_classes_is_answered_with_a_sentence(command, small_run, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", ("cat", "dog"), each=2)
    with pytest.raises(SettingError, match=r"The data has the classes cat, dog. Expected: some of angry, happy, sad"):
        command("evaluate", small_run.folder, faces)


def test_explain_draws(command, small_run, small_faces, tmp_path):
    picture = small_faces / "happy" / "00.png"
    done = command("explain", small_run.folder, picture, "--out", tmp_path / "why.png")
    answer = Predictor(small_run.model).predict(picture)
    assert done.stdout.startswith(f"'{picture}': {answer.sentence} ({answer.label} ")
    assert explain.KEY in done.stdout
    assert f"drawn in  {tmp_path / 'why.png'}" in done.stdout
    assert "This model judges whole pictures; it did not look for faces." in done.stdout
    height, width, _ = media.decode((tmp_path / "why.png").read_bytes()).shape
    assert (width, height) == (2 * 384, 384 + 82)  # what the model was given, its map, and below both the key
    found = json.loads(command("explain", small_run.folder, picture, "--json", "--out", tmp_path / "why.html").stdout)
    assert (found["label"], np.shape(found["grid"])) == (answer.label, (8, 8))
    assert "sentence" not in found
    page = (tmp_path / "why.html").read_text()
    assert page.count("data:image/webp;base64,") == 4  # and a swatch for each colour
    assert "Plain teal spoke for it: hidden, its probability falls." in page
    assert "<audio" not in page


def test_export_copies_the_model_file(command, small_run, tmp_path):
    done = command("export", small_run.folder, "--out", tmp_path / "smile.onnx")
    assert (tmp_path / "smile.onnx").read_bytes() == small_run.model.read_bytes()
    assert "Next: mien predict PICTURE --model" in done.stdout
    assert answer(command("export", small_run.folder, "--json"))["model"] == str(small_run.model)


def test_export_writes_for_phones_too(command, small_run, tmp_path):
    found = answer(command("export", small_run.folder, "--to", "litert", "--out", tmp_path / "smile.tflite", "--json"))
    assert found["files"] == [str(tmp_path / name) for name in ("smile.tflite", "smile-int8.tflite")]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["smile-int8.tflite", "smile.tflite"]


def test_export_to_what_does_not_exist_begins_nothing(command, small_faces, tmp_path):
    from mien import Recipe, pipeline

    run = pipeline.begin(small_faces, Recipe(model="report", size=24, epochs=1), tmp_path / "run")
    with pytest.raises(SettingError, match=r"There is no export to 'wbe'. Did you mean 'web'"):
        command("export", run.folder, "--to", "wbe")
    assert not run.done("collect")


def test_doctor_says_what_is_there(command):
    found = {item["part"]: item for item in answer(command("doctor", "--json"))}
    assert found["numpy"]["found"][0].isdigit()
    assert "training runs on it" in found["backend tensorflow"]["found"]
    assert found["processor"]["found"].endswith(" cores")
    assert "training runs on the processor" in found["GPU"]["found"]
    for item in found.values():
        assert set(item) == {"part", "found", "mend"}
        assert (item["found"] == "missing") == bool(item["mend"])
    shown = command("doctor").stdout
    assert "onnxruntime" in shown


def test_persons_named_by_a_pattern_reach_the_split(command, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", each=12)
    for path in sorted(faces.rglob("*.png")):
        path.rename(path.with_name(f"s{int(path.stem[-2:], 36) % 6}_{path.name}"))
    proof = answer(command("split", faces, "--person", r"/(s\d)_", "--json"))
    assert proof["people"] > 2
    assert (proof["shared_person"], proof["nobody"]) == (0, 0)
    shown = command("collect", faces, "--person", r"/(s[12])_").stdout
    assert "Persons: 2 named." in shown
    assert "name nobody (happy/s0_00.png, " in shown
    with pytest.raises(SettingError, match="unclosed group"):
        command("split", faces, "--person", r"/(s\d_")
    with pytest.raises(SettingError, match="Expected: one of them"):
        command("collect", faces, "--by", "a", "--person", "b")


def test_the_audit_offers_who_may_be_who_with_a_command_that_works(command, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", each=12)
    for number, path in enumerate(sorted(faces.rglob("*.png"))):
        path.rename(path.with_name(f"s{number % 4}_{path.name}"))
    shown = command("audit", faces, "--page", tmp_path / "page.html", "--manifest", tmp_path / "m.parquet").stdout
    plain = " ".join(shown.split())
    assert "The data does not say who is to be seen" in plain
    assert f"mien run {faces} --person '/(s\\d+)_'" in plain
    assert f"mien run {faces} --person &#x27;/(s\\d+)_&#x27;" in (tmp_path / "page.html").read_text()
    assert Manifest.read(tmp_path / "m.parquet").frame["pixels"].null_count() == 0
    offer = answer(command("audit", faces, "--json"))["suggestions"][0]
    assert (offer["kind"], offer["groups"], offer["samples"]) == ("names", 4, 24)
    assert answer(command("split", faces, "--person", r"/(s\d+)_", "--json"))["people"] == 4
    named = command("audit", faces, "--person", r"/(s\d+)_").stdout
    assert "Persons: 4 named." in named
    assert "does not say who" not in named


def test_the_command_makes_any_sample(command, tmp_path):
    done = command("collect", "sample:voices", "--samples", 8, "--seed", 1, "--to", tmp_path / "v", "--json")
    assert json.loads(done.stdout)["labels"] == {"angry": 2, "happy": 2, "sad": 2, "surprise": 2}
    with pytest.raises(SourceError, match="Expected: sample:faces, sample:voices"):
        command("collect", "sample:voise")


@pytest.fixture
def tess(tmp_path):
    """Two speakers, each word in two moods."""
    draw = np.random.default_rng(0)
    for who, word, mood in itertools.product(("OAF", "YAF"), WORDS, ("angry", "sad")):
        path = tmp_path / "tess" / f"{who}_{mood}" / f"{who}_{word}_{mood}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, draw.normal(0, 0.1, 6400) * np.linspace(0, 1, 6400), 16_000)
    return tmp_path / "tess"


def test_what_was_recognised_is_said(command, tess):
    said = "TESS names: 2 speakers, 2 emotions."
    assert said in command("collect", tess).stdout
    assert answer(command("collect", tess, "--json"))["notes"] == [said]
    assert said in command("audit", tess).stdout


def test_two_speakers_cannot_be_on_three_sides_and_there_is_a_way_out(command, tess):
    with pytest.raises(SourceError, match=r"All are of 2 people, who cannot be on 3 sides.* as --by statement does"):
        command("split", tess)
    done = command("split", tess, "--by", "statement")
    assert "TESS names: 2 speakers, 2 emotions." in done.stdout
    assert "persons: 10 named" in done.stdout
