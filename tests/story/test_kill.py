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


def test_a_run_killed_again_and_again_ends_the_same_to_the_bit(one_thread, mien, begin_mien, small_faces, tmp_path):
    stream = tmp_path / "events.jsonl"
    whole = mien("train", small_faces, *SETTINGS, "--out", tmp_path / "whole", "--quiet", "--json", "--events", stream)
    assert whole.returncode == 0, whole.stderr
    assert json.loads(stream.read_text().splitlines()[-1])["event"] == "stopped"
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
            time.sleep(0.005)
        process.communicate()
        assert process.returncode == -9, "it ended before it could be killed"
        command = ("train", "--resume", run.folder, "--quiet")
    assert mien(*command).returncode == 0
    ours, theirs = arrays(run), arrays(Run(tmp_path / "whole"))
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    rows = [train.History.read(one.history).epochs for one in (run, Run(tmp_path / "whole"))]
    assert [row.val_loss for row in rows[0]] == [row.val_loss for row in rows[1]]


def test_the_event_stream_can_be_followed_by_another_program(mien, small_faces, tmp_path):
    settings = (*BRIEF, "--epochs", 3, "--checkpoint-steps", 2, "--quiet")
    done = mien("train", small_faces, *settings, "--out", tmp_path / "run", "--events", "-")
    assert done.returncode == 0, done.stderr
    *stream, last = done.stdout.splitlines()
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
    assert words == ["begun", "epoch", "epoch", "epoch", "stopped"]
    assert {line["event"] for line in lines} >= {"step", "saved"}
    assert all(one["time"] <= two["time"] for one, two in itertools.pairwise(lines))
    (stopped,) = (line for line in lines if line["event"] == "stopped")
    assert stopped["why"] == "All 3 epochs of the recipe were done."


def test_events_that_cannot_be_written_are_answered_with_a_sentence(mien, small_faces, tmp_path):
    for place in (tmp_path, tmp_path / "none" / "events"):
        done = mien("train", small_faces, *BRIEF, "--out", tmp_path / "run", "--events", place)
        assert (done.returncode, "could not be written" in done.stderr) == (2, True)
        assert "Traceback" not in done.stderr
