"""`mien predict` on clips and recordings: one answer, or a time line; table, CSV, JSON and the page."""

import csv
import io
import json
import re
import sys
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from mien import media
from mien.core.answer import verdict
from mien.core.errors import MediaError, MissingPartError, SettingError
from mien.media import _files

RATE = 16_000
VERDICT = ["prediction_set", "sure", "confidence", "sentence"]


@pytest.fixture(scope="module")
def folder(talk, tmp_path_factory):
    """A clip, silence, and a recording in which somebody is angry, then nobody speaks, then somebody is calm."""
    found = tmp_path_factory.mktemp("sounds")
    parts = (np.zeros(RATE), talk(3, 0.15), np.zeros(3 * RATE), talk(3, 0.02), np.zeros(RATE))
    soundfile.write(found / "call.wav", np.concatenate(parts), RATE)
    soundfile.write(found / "clip.wav", talk(1.0, 0.15), RATE)
    soundfile.write(found / "quiet.wav", np.zeros(5 * RATE), RATE)
    (found / "bad.wav").write_bytes(b"no sound")
    return found


@pytest.fixture
def ask(command, loudness):
    return lambda *words, **how: command("predict", *words, "--model", loudness, **how)


def test_a_clip_has_one_answer_whatever_form_is_asked_for(ask, folder):
    done = ask(folder / "clip.wav")
    assert "sounds angry" in done.stdout
    assert (done.exit_code, "when" in done.stdout) == (0, False)
    (line,) = ask(folder / "clip.wav", "--json").stdout.splitlines()
    assert (json.loads(line)["label"], json.loads(line)["sentence"]) == ("angry", "Sounds angry")


def test_silence_is_no_error_and_has_no_emotion(ask, folder):
    done = ask(folder / "quiet.wav", "--no-timeline")
    assert "no speech found" in done.stdout
    assert "--inputs whole" in done.stdout
    assert done.exit_code == 0
    assert "No speech was found in 5.0 s." in ask(folder / "quiet.wav").stdout
    found = json.loads(ask(folder / "quiet.wav", "--json").stdout)
    assert (found["label"], found["probabilities"], found["error"]) == (None, None, None)
    assert (found["sentence"], found["prediction_set"], found["sure"]) == ("No speech found", [], False)
    assert found["reason"].startswith("No speech was found in the clip.")
    (row,) = csv.DictReader(io.StringIO(ask(folder / "quiet.wav", "--csv").stdout))
    assert (row["label"], row["angry"], row["sentence"]) == ("", "", "No speech found")
    whole = json.loads(ask(folder / "quiet.wav", "--json", "--inputs", "whole").stdout)
    assert whole["label"] == "calm"


def test_a_person_gets_the_time_line_of_what_is_long(ask, folder):
    done = ask(folder / "call.wav")
    assert re.search(r"0:0\d to 0:0\d   [23]\.\d s +sounds angry", done.stdout)
    assert re.search(r"0:0\d to 0:1\d   [23]\.\d s +sounds calm", done.stdout)
    assert re.search(r"On the whole: .+; [67]\.\d s of speech in 11 s\.", done.stdout)
    assert "times as fast as it was spoken" in done.stderr
    assert "On the whole" not in ask(folder / "call.wav", "--no-timeline").stdout


def test_a_program_gets_it_where_it_asks_for_it(ask, folder):
    done = ask(folder / "call.wav", "--json")
    assert json.loads(done.stdout)["path"] == str(folder / "call.wav")  # one answer, as of any clip
    assert "This is one answer for 11 s. For one line a stretch: --timeline" in done.stderr
    lines = [json.loads(line) for line in ask(folder / "call.wav", "--json", "--timeline").stdout.splitlines()]
    fields = ["start", "end", "speech", "label", "probabilities", *VERDICT]
    assert [list(line) for line in lines] == [fields] * 3
    assert [line["label"] for line in lines] == ["angry", None, "calm"]
    for line in lines:
        said = verdict(line["probabilities"], verb="sounds").to_json() if line["label"] else None
        assert said is None or {name: line[name] for name in VERDICT} == said
    assert lines[1]["sentence"] == "No speech found"


def test_csv_is_one_row_a_stretch(ask, folder):
    done = ask(folder / "call.wav", "--csv", "--timeline", "--labels", "calm,angry")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    columns = ["start", "end", "speech", "label", "calm", "angry", "sentence", "sure", "confidence", "prediction_set"]
    assert list(rows[0]) == columns
    assert [row["label"] for row in rows] == ["angry", "", "calm"]
    assert all(before["end"] <= after["start"] for before, after in pairwise(rows))
    assert (rows[0]["sentence"], rows[0]["sure"], rows[1]["sentence"]) == ("Sounds angry", "true", "No speech found")


def test_of_several_each_has_one_answer(ask, folder):
    done = ask(folder, "--json")
    found = {line["path"].rpartition("/")[2]: line for line in map(json.loads, done.stdout.splitlines())}
    assert list(found) == ["bad.wav", "call.wav", "clip.wav", "quiet.wav"]
    assert found["call.wav"]["label"] in ("angry", "calm")
    assert found["bad.wav"]["error"].startswith("The file is no clip")
    assert done.exit_code == 1
    with pytest.raises(SettingError, match=r"--timeline came with 2 inputs. Expected: one recording"):
        ask(folder / "clip.wav", folder / "call.wav", "--timeline")


def test_standard_input_is_heard_of_any_size(ask, folder, monkeypatch):
    data = (folder / "call.wav").read_bytes()
    wanted = ask(folder / "call.wav", "--json", "--timeline").stdout
    assert ask("-", "--json", "--timeline", given=data).stdout == wanted
    monkeypatch.setattr(_files, "MAX_BYTES", 1000)  # what is more goes over the disk
    assert ask("-", "--json", "--timeline", given=data).stdout == wanted
    monkeypatch.setattr(_files, "MAX_STREAM", 2000)
    with pytest.raises(MediaError, match=r"on standard input\. Save it as a file"):
        media.read_stream(io.BytesIO(data))


def test_what_cannot_be_read_is_a_sentence_and_exit_code_2(ask, folder):
    done = ask(folder / "bad.wav")
    assert ("The file is no clip" in done.stdout, done.exit_code) == (True, 2)
    with pytest.raises(MediaError, match="The file is no clip"):
        ask(folder / "bad.wav", "--timeline")


def test_the_page_has_the_time_line_and_a_table_behind_it(ask, folder, tmp_path):
    done = ask(folder / "call.wav", "--show", tmp_path / "line.html")
    assert f"The time line as a page: {tmp_path / 'line.html'}" in done.stderr
    page = (tmp_path / "line.html").read_text("utf-8")
    assert page.count('class="heard"') > 8
    assert "of speech in 11 s." in page
    assert re.search(r"<th scope=\"row\"[^>]*>0:0\d</th>", page)
    assert "Sounds angry" in page
    assert "<script" not in page
    ask(folder / "quiet.wav", "--show", tmp_path / "quiet.html")
    assert "No speech was found in 5.0 s." in (tmp_path / "quiet.html").read_text("utf-8")
    with pytest.raises(SettingError, match=r"came with a clip. Expected: --show timeline.html"):
        ask(folder / "call.wav", "--show", tmp_path / "line.png")


def test_a_microphone_needs_its_library_and_a_model_of_clips(ask, command, monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingPartError, match=r"pip install 'mien\[mic\]'"):
        ask("mic:0")
    with pytest.raises(SettingError, match="A microphone came with a model of pictures"):
        command("predict", "mic:0", "--model", "face")
