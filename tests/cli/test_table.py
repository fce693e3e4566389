"""Tables for people: on a terminal of 80 columns no word breaks, and what does not fit is left out in order."""

from __future__ import annotations

import re
import sys

import pytest

from mien.cli._terminal import likeliest, table

SEVEN = {"surprise": 0.4, "disgust": 0.3, "fear": 0.2, "angry": 0.1}
LONG = "photos of the summer/2024/the-longest-name-that-anybody-gave-1234.jpg"


@pytest.fixture
def printed(capsys, monkeypatch):
    def run(rows, columns):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: columns is not None)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("NO_COLOR", "1")
        table(["picture", "answer", "probabilities"], rows)
        plain = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
        return [line.rstrip() for line in plain.splitlines()]

    return run


@pytest.mark.parametrize(("columns", "shown"), [(64, 2), (80, 3), (120, 4), (None, 4)])
def test_as_many_classes_are_shown_as_fit(printed, columns, shown):
    lines = printed([("a.jpg", "probably surprised", likeliest(SEVEN))], columns)
    classes = ("surprised 40%", "disgusted 30%", "afraid 20%", "angry 10%")
    assert ["  ".join(classes[:shown])] == [line.partition("surprised   ")[2] for line in lines if "a.jpg" in line]
    assert max(map(len, lines)) <= (columns or 120)


@pytest.mark.parametrize("columns", [64, 80, 100])
def test_no_word_breaks_and_a_long_path_loses_its_folders(printed, columns):
    rows = [
        (LONG, "between disgusted and surprised", likeliest(SEVEN)),
        ("b.jpg", "no answer", "The file is no picture, or of a kind that is not read here."),
    ]
    lines = printed(rows, columns)
    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    for words in (
        "between disgusted and surprised",
        "The file is no",
        "picture,",
        "surprised 40%",
        "b.jpg",
        "no answer",
    ):
        assert words in text
    assert any("…" in line and "1234.jpg" in line for line in lines)


def test_a_file_gets_the_whole_path_and_nothing_has_to_fit(printed):
    lines = printed([(f"{'folder/' * 30}a.jpg", "looks surprised", likeliest(SEVEN))], None)
    assert any(f"{'folder/' * 30}a.jpg" in line and "angry 10%" in line for line in lines)
