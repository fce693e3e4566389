"""The papers of a model's use: complete, in each language, never over what is there."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import onnx
import pytest

from mien.core.errors import ModelFileError, SettingError
from mien.notice import FILES, LANGUAGES, Deployment, papers, write
from mien.notice._language import language
from mien.predict import Predictor, model_file

USE = ("An art installation", "Museum <b>of</b> *Masks*", "desk@example.org", "=nothing")

# Figures of which the confusion matrix does not fit the classes.
_ODD = '{"accuracy": {"value": 1, "low": 1, "high": 1}, "n": 2, "classes": [], "confusion": [[1, 2]]}'


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, str]]:
    """Papers of the face model in every language."""
    found = {code: papers("face", Deployment(*USE, language=code), date="2026-11-29") for code in LANGUAGES}
    return {code: {name: data.decode("utf-8-sig") for name, data in one.items()} for code, one in found.items()}


class Reader(HTMLParser):
    """Collects the text and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name in {"src", "action", "onclick"} for name, _ in attrs)

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_says_what_people_must_know(made, code):
    page, words = made[code]["notice.html"], language(code)
    reader = Reader()
    reader.feed(page)
    text = " ".join(" ".join(reader.words).split())
    assert f'<html lang="{code}">' in page
    assert not {"script", "link rel=stylesheet", "iframe", "form"} & set(reader.tags)
    assert "b" not in reader.tags  # what was typed is text
    for wanted in (
        *USE,
        words.say("notice.h_feelings"),
        words.label("disgust"),
        words.say("notice.rights"),
        "face.onnx",
    ):
        assert wanted in text
    recall = {row["label"]: row["recall"]["value"] for row in Predictor("face").scores["classes"]}
    for share in recall.values():
        assert words.of_100(share) in text
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "2026-11;" in text or "2026-11 " in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_law_is_dated_line_by_line_and_no_advice(made, code):
    text = made[code]["law.md"]
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(lines) == 6
    for line in lines:
        assert line.endswith(language(code).say("law.suffix", month="2026-11"))
    for number in ("2025", "2026", "2027", "2024/1689", "2016/679"):
        assert number in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_draft_marks_what_only_the_operator_can_answer(made, code):
    text, words = made[code]["risk-assessment.md"], language(code)
    assert text.count(f"**{words.say('risk.todo')}**") >= 9
    assert len(re.findall(r"(?m)^## \d\. ", text)) == 6
    assert "Museum \\<b\\>of" in text
    assert "FER2013" in text
    assert words.of_100(Predictor("face").scores["accuracy"]["value"]) in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_log_is_a_table_with_what_is_known(made, code):
    head, row = csv.reader(io.StringIO(made[code]["log.csv"]))
    assert len(head) == len(row) == 12
    assert head[0] == language(code).say("log.time")
    assert {"An art installation", "face.onnx"} <= set(row)


def test_no_spreadsheet_computes_what_was_typed():
    found = papers("face", Deployment("=1+1", "We", "us", "nothing"))["log.csv"].decode("utf-8-sig")
    assert ",'=1+1," in found


def test_a_claimed_exception_stands_in_every_paper_for_people():
    found = papers("voice", Deployment("Pain of employees", "We", "us", "nothing", exception="medical"))
    for name in ("notice.html", "risk-assessment.md", "law.md"):
        assert "We claims a medical reason" in found[name].decode()
    assert "voices" in found["notice.html"].decode()


def test_a_file_that_does_not_say_how_good_it_is_is_said_to_be_unmeasured(tmp_path):
    model = onnx.load(model_file("face"))
    held = {item.key: item.value for item in model.metadata_props}
    for number, scores in enumerate(
        ["{}", json.dumps({"accuracy": 0.5, "n": "x"}), '{"accuracy": {"value": 1}}', _ODD]
    ):
        onnx.helper.set_model_props(model, {**held, "mien.scores": scores})
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(model.SerializeToString())
        page = papers(path, Deployment(*USE))["notice.html"].decode()
        assert "Nobody should rely on its answers" in page


def test_what_was_filled_in_is_never_replaced(tmp_path):
    first = write("face", Deployment(*USE), tmp_path / "papers")
    assert [path.name for path in first] == list(FILES)
    with pytest.raises(SettingError, match=r"is there already, and may have been filled in"):
        write("face", Deployment(*USE), tmp_path / "papers")


def test_a_model_that_is_not_there_leaves_no_papers(tmp_path):
    with pytest.raises(ModelFileError, match="There is no model file"):
        write(tmp_path / "no.onnx", Deployment(*USE), tmp_path / "papers")
    assert not (tmp_path / "papers").exists()


def test_the_command_writes_and_refuses(mien_here, tmp_path):
    typed = ("--operator", "We", "--contact", "us", "--retention", "nothing")
    done = mien_here(
        "notice", "voice", "--purpose", "A play", *typed, "--lang", "fr", "--out", tmp_path / "a", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert [path.rpartition("/")[2] for path in json.loads(done.stdout)["files"]] == list(FILES)
    for purpose, word in (("Überwachung der Mitarbeiter", "Mitarbeiter"), ("Examen des étudiants", "Examen")):
        done = mien_here("notice", "voice", "--purpose", purpose, *typed, "--out", tmp_path / "b")
        assert done.returncode == 2
        assert f"'{word}'" in done.stderr
        assert not (tmp_path / "b").exists()
