"""`mien predict`: table, CSV and JSON, many inputs, and what the exit code says."""

import csv
import io
import json
import math

import pytest
from PIL import Image

from mien import Predictor, media
from mien.core.answer import verdict
from mien.core.errors import SettingError

VERDICT = ["prediction_set", "sure", "confidence", "sentence", "summary"]


@pytest.fixture(scope="module")
def model(small_run):
    return small_run.model


@pytest.fixture(scope="module")
def photos(pictures, tmp_path_factory):
    """Good ones and bad ones, in a folder with a folder in it."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "inner").mkdir()
    for number, name in enumerate(["a.png", "inner/b.png", "c ü.png"]):
        Image.fromarray(pictures(number, 1, 30, seed=9)[0]).save(folder / name)
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "bad.jpg").write_bytes(b"no picture")
    return folder


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_is_one_object_a_line_in_the_order_given(command, model, photos):
    inputs = [photos / "c ü.png", photos / "bad.jpg", photos / "none.png", photos / "a.png"]
    done = command("predict", *inputs, "--model", model, "--json")
    found = lines(done)
    assert [item["path"] for item in found] == [str(path) for path in inputs]
    for item in found:
        fields = ["path", "label", "probabilities", "faces", "detector", "reason", "error", "note"]
        assert list(item) == [*fields, "doubts", *VERDICT, "finder"]
        assert (item["faces"], item["detector"], item["reason"]) == ([], None, None)  # none was looked for
    for item in (found[0], found[3]):
        assert item["error"] is None
        assert list(item["probabilities"]) == ["angry", "happy", "sad"]
        assert math.isclose(sum(item["probabilities"].values()), 1, abs_tol=1e-6)
        assert item["label"] == max(item["probabilities"], key=item["probabilities"].get)
        said = verdict(item["probabilities"], Predictor(model).rule)
        assert {name: item[name] for name in VERDICT} == {**said.to_json(), "summary": said.sentence}
        assert item["note"].startswith("This model judges whole pictures; it did not look for faces.")
    for item in (found[1], found[2]):
        assert item["label"] is item["probabilities"] is None
        assert item["error"].endswith(".")
        assert [item[name] for name in VERDICT] == [[], False, 0.9, None, None]
    assert done.exit_code == 1


def test_the_answers_are_those_of_the_predictor(command, model, photos):
    (found,) = lines(command("predict", photos / "a.png", "--model", model, "--json"))
    assert found["probabilities"] == Predictor(model).predict(photos / "a.png").probabilities


def test_a_folder_stands_for_its_pictures(command, model, photos):
    done = command("predict", photos, "--model", model, "--json")
    assert [item["path"] for item in lines(done)] == [
        str(photos / name) for name in ("a.png", "bad.jpg", "c ü.png", "inner/b.png")
    ]
    assert done.exit_code == 1


def test_all_good_is_0_and_none_good_is_2(command, model, photos):
    assert command("predict", photos / "a.png", "--model", model).exit_code == 0
    for flag in ("--json", "--csv", "--model"):
        extra = [flag] if flag != "--model" else []
        assert command("predict", photos / "bad.jpg", photos / "none", "--model", model, *extra).exit_code == 2


def test_a_dash_is_standard_input(command, model, photos):
    data = (photos / "a.png").read_bytes()
    found = lines(command("predict", "-", photos / "a.png", "--model", model, "--json", given=data))
    assert [item["path"] for item in found] == ["-", str(photos / "a.png")]
    assert found[0]["probabilities"] == found[1]["probabilities"]
    assert command("predict", "-", "--model", model, given=b"").exit_code == 2


def test_csv_is_a_table_for_programs(command, model, photos):
    done = command("predict", photos / "a.png", photos / "bad.jpg", "--model", model, "--csv")
    good, bad = csv.DictReader(io.StringIO(done.stdout))
    columns = ["path", "label", "angry", "happy", "sad", "faces", "box", "reason", "error"]
    assert list(good) == [*columns, "sentence", "sure", "confidence", "prediction_set", "summary"]
    said = Predictor(model).predict(photos / "a.png").verdict
    assert (good["sentence"], good["summary"]) == (said.sentence, said.sentence)
    assert (good["sure"], good["confidence"]) == (str(said.sure).lower(), "0.9")
    assert good["prediction_set"] == "|".join(said.prediction_set)
    assert (bad["sentence"], bad["sure"], bad["prediction_set"]) == ("", "", "")
    assert sum(float(good[label]) for label in ("angry", "happy", "sad")) == pytest.approx(1, abs=1e-5)
    assert (good["path"], good["error"]) == (str(photos / "a.png"), "")
    assert (good["faces"], good["box"], good["reason"]) == ("", "", "")
    assert (bad["label"], bad["angry"]) == ("", "")
    assert "no picture" in bad["error"]
    assert done.exit_code == 1


def test_the_table_is_for_people(command, model, photos):
    done = command("predict", photos / "a.png", photos / "bad.jpg", "--model", model)
    assert Predictor(model).predict(photos / "a.png").verdict.words in done.stdout
    assert done.stderr.count("This model judges whole pictures; it did not look for faces.") == 1
    asked = command("predict", photos / "a.png", "--model", model, "--inputs", "faces")
    assert "did not look for faces" not in asked.stderr
    assert "no answer" in done.stdout
    assert "The file is no picture" in done.stdout
    assert "%" in done.stdout


@pytest.mark.parametrize("given", ["file", "stdin"])
def test_show_draws_the_first_answer(command, model, photos, tmp_path, given):
    first = "-" if given == "stdin" else photos / "a.png"
    data = (photos / "a.png").read_bytes()
    done = command("predict", photos / "bad.jpg", first, "--model", model, "--show", tmp_path / "o.png", given=data)
    assert done.exit_code == 1
    drawn = (tmp_path / "o.png").read_bytes()
    assert media.sniff(drawn) == "png"
    assert min(media.decode(drawn).shape[:2]) > 100


def test_nothing_to_show_is_answered_with_a_sentence(command, model, photos, tmp_path):
    with pytest.raises(SettingError, match="There is nothing to show"):
        command("predict", photos / "bad.jpg", "--model", model, "--show", tmp_path / "o.png")
    assert not (tmp_path / "o.png").exists()


def test_an_empty_folder_is_answered_with_a_sentence(command, model, tmp_path):
    with pytest.raises(SettingError, match=r"No file stands in .* Expected: at least one picture"):
        command("predict", tmp_path, "--model", model)


def test_a_picture_of_one_pixel_has_an_answer(command, model, tmp_path):
    Image.new("RGB", (1, 1), (9, 9, 9)).save(tmp_path / "1.png")
    assert command("predict", tmp_path / "1.png", "--model", model).exit_code == 0


@pytest.mark.parametrize("asked", ["none", "faces"])
def test_inputs_have_their_earlier_name(command, model, photos, asked):
    wanted = command("predict", photos / "a.png", "--model", model, "--inputs", "faces", "--json")
    found = command("predict", photos / "a.png", "--model", model, "--crop", asked, "--json")
    assert (found.exit_code, found.stdout) == (0, wanted.stdout)
    assert found.stderr == "mien: --crop is now called --inputs. What you asked for is: --inputs faces\n"
    assert wanted.stderr == ""
    assert "--crop" not in command("predict", "--help").stdout


def test_both_names_at_once_are_refused(command, photos):
    with pytest.raises(SettingError, match="Both --inputs and --crop, its earlier name, came"):
        command("predict", photos / "a.png", "--inputs", "photos", "--crop", "none")
