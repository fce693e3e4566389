"""Killed with -9 at any moment, a training goes on and ends with the weights of one that was left alone."""

from __future__ import annotations

import itertools
import json
import time

import numpy as np
import pytest

from mien import train
from mien.core.run import Run
from mien.train._checkpoint import where

BRIEF = ("--folds", 1, "--model", "compact", "--size", 24, "--batch", 8)
SETTINGS = (*BRIEF, "--epochs", 8, "--augment", 0.5, "--mixup", 0.2)
# One CPU thread: sums are then always taken in the same order.
ALONE = {"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.fixture
def one_thread(monkeypatch):
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


def arrays(run):
    with np.load(run.checkpoints / "last.npz") as found:
        return {name: found[name] for name in found.files if name.isdigit()}


@pytest.fixture(scope="module")
def whole(mien, small_faces, tmp_path_factory):
    """A run that was left alone, and what its process wrote."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ALONE.items():
            patch.setenv(name, value)
        done = mien("train", small_faces, *SETTINGS, "--out", folder, "--quiet", "--events", "-")
    assert done.returncode == 0, done.stderr
    return Run(folder), done.stdout.splitlines()


def test_a_run_killed_again_and_again_ends_the_same_to_the_bit(
    whole, one_thread, mien, begin_mien, small_faces, tmp_path
):
    often = ("--checkpoint-steps", 3, "--out", tmp_path / "parts", "--quiet")
    command, run, kills = ("train", small_faces, *SETTINGS, *often), Run(tmp_path / "parts"), 0
    while kills < 2:
        process = begin_mien(*command)
        before = where(run.checkpoints / "last.npz") if run.folder.exists() else None
        while process.poll() is None:
            now = where(run.checkpoints / "last.npz")
            if now is not None and now != before and now.epoch < 7:
                time.sleep(0.013 * kills)  # somewhere between two checkpoints, or within one
                process.kill()
                kills += 1
                break
            time.sleep(0.02)
        process.communicate()
        assert process.returncode == -9, "it ended before it could be killed"
        command = ("train", "--resume", run.folder, "--quiet")
    stream = tmp_path / "events.jsonl"
    assert mien(*command, "--json", "--events", stream).returncode == 0
    assert json.loads(stream.read_text().splitlines()[-1])["event"] == "stopped"
    ours, theirs = arrays(run), arrays(whole[0])
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    rows = [train.History.read(one.history).epochs for one in (run, whole[0])]
    assert [row.val_loss for row in rows[0]] == [row.val_loss for row in rows[1]]


def test_the_event_stream_can_be_followed_by_another_program(whole):
    *stream, last = whole[1]
    assert last.startswith("Trained: ")
    lines = [json.loads(line) for line in stream]
    assert [line["stage"] for line in lines if line["event"] == "stage"] == [
        "collect",
        "audit",
        "split",
        "load",
        "train",
    ]
    words = [line["event"] for line in lines if line["event"] not in {"stage", "step", "saved"}]
    assert words == ["begun", *["epoch"] * 8, "stopped"]
    assert {line["event"] for line in lines} >= {"step", "saved"}
    assert all(one["time"] <= two["time"] for one, two in itertools.pairwise(lines))
    (stopped,) = (line for line in lines if line["event"] == "stopped")
    assert stopped["why"] == "All 8 epochs of the recipe were done."


def test_events_that_cannot_be_written_are_answered_with_a_sentence(mien_here, small_faces, tmp_path):
    for place in (tmp_path, tmp_path / "none" / "events"):
        done = mien_here("train", small_faces, *BRIEF, "--out", tmp_path / "run", "--events", place)
        assert (done.returncode, "could not be written" in done.stderr) == (2, True)
        assert "Traceback" not in done.stderr
