"""`mien predict` on a video: table, CSV, JSON, the video with boxes and the time line."""

import csv
import io
import json
import re
from itertools import pairwise

import numpy as np
import pytest

from mien import export, media, models
from mien.core.answer import verdict
from mien.core.errors import MediaError, SettingError
from mien.core.recipe import Recipe

VERDICT = ["prediction_set", "sure", "confidence", "sentence"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A file that looks for faces; what it says of them does not matter here."""
    recipe = models.resolve(Recipe(model="compact", size=24, inputs="faces"))
    contract = models.contract(recipe, ("happy", "sad"))
    return export.write(models.build(contract, recipe), contract, tmp_path_factory.mktemp("model") / "model.onnx")


@pytest.fixture(scope="module")
def clip(clear_face, photo, tmp_path_factory):
    """Three seconds: a face all along, from left to right; a second one in the middle second."""
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with media.write_video(path, 10) as add:
        for number in range(30):
            faces = [(clear_face(0, 200), 10 + 3 * number, 20)]
            faces += [(clear_face(1, 160), 360, 200)] if 10 <= number < 20 else []
            add(photo(*faces))
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "empty.avi"
    with media.write_video(path, 10) as add:
        for _ in range(5):
            add(np.full((120, 160, 3), 200, np.uint8))
    return path


def test_json_is_one_object_a_frame(command, model, clip):
    done = command("predict", clip, "--model", model, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["frame"] for line in lines] == list(range(30))
    assert [list(line) for line in lines] == [["frame", "time", "faces"]] * 30
    assert lines[10]["time"] == pytest.approx(1.0, abs=0.05)
    faces = lines[15]["faces"]
    assert [list(found) for found in faces] == [["track", "box", "label", "probabilities", *VERDICT]] * 2
    for found in faces:
        assert {name: found[name] for name in VERDICT} == verdict(found["probabilities"]).to_json()
    first = [found["box"][0] for line in lines for found in line["faces"] if found["track"] == 1]
    assert all(after > before - 8 for before, after in pairwise(first))  # it goes to the right, a box wavers
    assert first[-1] - first[0] == pytest.approx(87, abs=12)
    assert done.exit_code == 0


def test_csv_is_one_row_a_face(command, model, clip):
    done = command("predict", clip, "--model", model, "--csv", "--labels", "sad,happy")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    columns = ["time", "frame", "face", "left", "top", "width", "height", "label", "sad", "happy"]
    assert list(rows[0]) == [*columns, "sentence", "sure", "confidence", "prediction_set"]
    assert {row["face"] for row in rows} >= {"1", "2"}
    for row in rows:
        assert float(row["sad"]) + float(row["happy"]) == pytest.approx(1, abs=1e-5)
        assert row["prediction_set"].split("|")[0] == row["label"]
        assert (row["sure"], row["confidence"]) == ("true" if row["sentence"].startswith("Looks") else "false", "0.9")


def test_the_table_has_one_row_a_face_and_the_frame_rate_is_told(command, model, clip):
    done = command("predict", clip, "--model", model)
    assert "mean probabilities" in done.stdout
    assert re.search(r"  (looks|probably|between|not sure) ?", done.stdout)
    assert "30 frames of 2.9 s in" in done.stderr
    assert "frames a second, faces found by fcos. The video's own rate: 10 a second." in done.stderr


def test_show_writes_the_video_with_boxes(command, model, clip, tmp_path):
    command("predict", clip, "--model", model, "--show", tmp_path / "boxes.avi")
    with media.Video(str(tmp_path / "boxes.avi")) as drawn, media.Video(str(clip)) as plain:
        assert drawn.rate == pytest.approx(10)
        pairs = list(zip(drawn, plain, strict=True))
    changed = np.abs(pairs[15][0].pixels.astype(int) - pairs[15][1].pixels).max(2) > 60
    assert 300 < changed.sum() < 30_000  # boxes and words, and no more


def test_plot_writes_the_time_line(command, model, clip, tmp_path):
    command("predict", clip, "--model", model, "--plot", tmp_path / "line.png")
    drawn = media.decode((tmp_path / "line.png").read_bytes())
    assert media.sniff((tmp_path / "line.png").read_bytes()) == "png"
    assert drawn.shape[1] > 1000
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 20


def test_a_video_without_faces_says_so(command, model, empty, tmp_path):
    done = command("predict", empty, "--model", model, "--plot", tmp_path / "line.png")
    assert "No face was found in any frame." in done.stdout
    assert done.exit_code == 0
    assert (tmp_path / "line.png").exists()
    done = command("predict", empty, "--model", model, "--json")
    assert [json.loads(line)["faces"] for line in done.stdout.splitlines()] == [[]] * 5


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--inputs", "faces"], "moves, and this model takes pictures whole.*--inputs photos"),
        (["--show", "boxes.png"], r"ending in .mp4 or .avi"),
        (["photo.jpg"], "A video came among 2 inputs"),
    ],
    ids=["whole", "ending", "two"],
)
def test_what_cannot_go_together_is_answered_with_a_sentence(command, model, clip, extra, words):
    with pytest.raises(SettingError, match=words):
        command("predict", clip, *extra, "--model", model)


def test_a_plot_of_a_photo_is_refused(command, model, tmp_path):
    with pytest.raises(SettingError, match="--plot draws the time line of a video"):
        command("predict", tmp_path / "a.png", "--model", model, "--plot", tmp_path / "b.png")


def test_no_camera_is_answered_with_a_sentence(command, model):
    with pytest.raises(MediaError, match="Camera 88 cannot be opened"):
        command("predict", "camera:88", "--model", model)


def test_a_failed_video_leaves_no_half_file(command, model, clip, tmp_path):
    (tmp_path / "bad.mp4").write_bytes(clip.read_bytes()[:400])
    with pytest.raises(MediaError):
        command("predict", tmp_path / "bad.mp4", "--model", model, "--show", tmp_path / "boxes.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.mp4"]
