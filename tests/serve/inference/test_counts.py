"""What a server counts, when it writes, and what it never writes."""

from __future__ import annotations

import json
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from mien import kinds, watch
from mien.core.answer_counts import CountedHours
from mien.core.errors import StorageError
from mien.core.prediction_sets import SetRule
from mien.core.types import Answer
from mien.serve.inference import _counts
from mien.serve.inference._counts import LEAST, HourlyCounts, append

LABELS = ("happy", "sad")
ROWS = np.full((1, 24, 24, 3), 120, np.uint8)
SAMPLE = SimpleNamespace(rows=ROWS)
HAPPY = Answer("-", "happy", {"happy": 0.95, "sad": 0.05})


class Plain(kinds.Kind):
    """A kind that measures nothing."""

    name, one, many, endings, formats = "plain", "plain", "plains", ("txt",), "text"

    def sniff(self, data):
        return None

    def decode(self, data):
        return data

    def contract(self, recipe, labels, *, colour="rgb"):
        raise NotImplementedError

    def prepare(self, sample, contract, detector=None, *, most=None, cut_already=False):
        raise NotImplementedError

    def preview(self, data, side):
        return None


def model(name="m", labels=LABELS, kind=None):
    own = SimpleNamespace(labels=labels, rule=SetRule(), kind=kind or Plain(), contract=None)
    return SimpleNamespace(name=name, predictor=own)


def rows(path):
    return [CountedHours.from_line(line) for line in path.read_text().splitlines()]


@pytest.fixture
def clock():
    """A clock that stands at 14:10 until it is moved."""
    at = SimpleNamespace(now=1_777_817_400.0)  # 2026-05-03T14:10Z
    at.read = lambda: at.now
    return at


@pytest.fixture
def counting(tmp_path, clock):
    return HourlyCounts(tmp_path / "answers.jsonl", clock.read), tmp_path / "answers.jsonl"


def answer(hours, one, times):
    for _ in range(times):
        hours.add(one, one.predictor, SAMPLE, HAPPY)


def test_a_row_is_written_once_the_hour_is_over(counting, clock):
    hours, path = counting
    answer(hours, model(), 30)
    hours.write()
    assert path.read_text() == ""
    clock.now += 3600
    hours.write()
    (row,) = rows(path)
    assert (row.begin, row.end, row.counts.n) == ("2026-05-03T14:00Z", "2026-05-03T15:00Z", 30)
    assert row.counts.tables["answers"] == [30, 0]


def test_an_hour_with_few_answers_is_counted_with_the_next(counting, clock):
    hours, path = counting
    answer(hours, model(), LEAST - 1)
    for _ in range(2):
        clock.now += 3600
        hours.write()
        assert path.read_text() == ""
    answer(hours, model(), 1)
    clock.now += 3600
    hours.write()
    (row,) = rows(path)
    assert (row.begin, row.end, row.counts.n) == ("2026-05-03T14:00Z", "2026-05-03T17:00Z", LEAST)


def test_what_is_too_little_is_forgotten_at_the_end(counting):
    hours, path = counting
    answer(hours, model(), LEAST - 1)
    answer(hours, model("other"), LEAST)
    hours.close()
    assert [row.model for row in rows(path)] == ["other"]


def test_each_outcome_has_its_count(counting):
    hours, path = counting
    one = model()
    answer(hours, one, 25)
    hours.add(one, one.predictor, None, None)
    hours.add(one, one.predictor, SAMPLE, Answer("-", reason="No face"))
    hours.add(one, model(labels=("sad", "happy")).predictor, SAMPLE, HAPPY)
    hours.close()
    counts = rows(path)[0].counts
    assert (counts.n, counts.unreadable, counts.nothing, counts.others) == (25, 1, 1, 1)


def test_a_model_of_other_classes_begins_anew(counting, clock):
    hours, path = counting
    answer(hours, model(), 25)
    new = model(labels=("a", "b", "c"))
    hours.add(new, new.predictor, SAMPLE, Answer("-", "a", {"a": 0.9, "b": 0.05, "c": 0.05}))
    clock.now += 3600
    hours.write()
    assert path.read_text() == ""


def test_a_full_disk_costs_no_answer_and_leaves_no_half_line(counting, clock, no_room, capsys):
    hours, path = counting
    answer(hours, model(), 30)
    clock.now += 3600
    with no_room(100):
        hours.write()
    assert path.read_text() == ""
    assert "could not be written" in capsys.readouterr().err
    answer(hours, model(), 5)
    clock.now += 3600
    hours.write()
    assert [row.counts.n for row in rows(path)] == [35]


def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path):
    with pytest.raises(StorageError, match="Choose another file for --counts"):
        HourlyCounts(tmp_path / "none" / "answers.jsonl")


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"format": 1, "mod')
    append(path, b"{}\n")
    assert path.read_bytes() == b'{"format": 1, "mod\n{}\n'


def test_a_file_that_is_full_is_renamed(tmp_path, monkeypatch):
    monkeypatch.setattr(_counts, "MOST_BYTES", 25)
    path = tmp_path / "answers.jsonl"
    for number in range(5):
        append(path, f"line {number:04}\n".encode())
    assert path.read_text().split() == ["line", "0004"]
    assert path.with_name("answers.jsonl.1").read_text().count("line") == 2


def test_many_threads_count_every_answer(counting):
    hours, path = counting
    threads = [threading.Thread(target=answer, args=(hours, model(), 50)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hours.close()
    assert rows(path)[0].counts.n == 400


@pytest.fixture
def until(monkeypatch):
    """Wait until so many samples are counted, which is done in threads that no answer waits for."""
    done, add = [], HourlyCounts.add

    def counted(*arguments):
        add(*arguments)
        done.append(1)

    def wait(number):
        for _ in range(2000):
            if len(done) >= number:
                return
            time.sleep(0.005)
        pytest.fail(f"{len(done)} were counted")

    monkeypatch.setattr(HourlyCounts, "add", counted)
    return wait


def test_a_served_log_has_counts_alone_and_can_be_watched(serving, tmp_path, face_file, two_file, nobody_file, until):
    path = tmp_path / "answers.jsonl"
    with serving(models=("face",), counts=path) as client:
        for number in range(24):
            sent = face_file if number % 2 else two_file
            files = {"sample": (f"secret-{number}.png", sent)}
            assert client.post("/v1/predict", files=files, headers={"user-agent": "someone"}).status_code == 200
        client.post("/v1/predict", content=nobody_file)
        client.post("/v1/predict", content=b"\xff\xd8\xff no picture")
        client.post("/v1/predict?labels=happy,sad&confidence=0.5", content=face_file)
        until(27)
    text = path.read_text()
    (row,) = rows(path)
    assert row.counts.n == 24
    assert (row.counts.nothing, row.counts.unreadable, row.counts.others) == (1, 1, 1)
    assert sum(row.counts.quality["brightness"]) == 24
    for word in ("secret", "someone", "127.0.0.1", "png"):
        assert word not in text
    assert set(json.loads(text)) == {
        *("format", "model", "from", "to", "labels", "answers", "words", "sets", "confidence"),
        *("quality", "nothing", "unreadable", "others"),
    }
    path.write_text(text * 10)
    assert watch.drift(path, "face").judged.counts.n == 240


def test_nothing_is_counted_unasked(serving, tmp_path, face_file):
    before = {*tmp_path.iterdir()}
    with serving(models=("face",)) as client:
        client.post("/v1/predict", content=face_file)
    assert {*tmp_path.iterdir()} == before


def test_who_can_no_longer_write_answers_all_the_same(serving, tmp_path, face_file, monkeypatch, capsys, until):
    def refuses(*_):
        raise OSError(30, "Read-only file system")

    with serving(models=("face",), counts=tmp_path / "answers.jsonl") as client:
        monkeypatch.setattr(_counts, "append", refuses)
        monkeypatch.setattr(_counts, "LEAST", 1)
        assert client.post("/v1/predict", content=face_file).status_code == 200
        until(1)
    assert "Read-only file system" in capsys.readouterr().err
