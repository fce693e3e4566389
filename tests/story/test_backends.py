"""The same recipe trains on TensorFlow, JAX and PyTorch, and leaves the same kind of file."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from mien.core.run import Run
from mien.predict import Predictor

WHOLE = ("--folds", 1)
SETTINGS = {
    "compact": ("--batch", 8, "--epochs", 4, "--mixup", 0.1, "--ema", 0.5, "--accumulate", 2),
    "report": ("--batch", 8, "--epochs", 4, "--optimizer", "lion", "--learning-rate", 0.0005, "--clip-norm", 1),
}
each = pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])


def succeeded(done):
    """Warnings of Keras's own, on backends that are not ours to mend, may stand in its log."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "oneDNN" not in done.stderr


@each
@pytest.mark.parametrize("name", SETTINGS)
def test_a_recipe_trains_measures_and_exports(backend, name, mien, small_faces, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    done = mien(
        "run", small_faces, "--model", name, "--size", 24, *WHOLE, *SETTINGS[name], "--out", tmp_path / "run", "--quiet"
    )
    succeeded(done)
    run = Run(tmp_path / "run")
    assert run.state()["backend"] == backend
    frame = pl.read_parquet(run.predictions)
    assert (frame["label"] == frame["predicted"]).mean() >= 0.5  # guessing gives a third
    predictor = Predictor(run.model)
    for row in frame.iter_rows(named=True):
        answer = predictor.predict(small_faces / row["id"])
        wanted = [row[f"p:{label}"] for label in predictor.labels]
        np.testing.assert_allclose(list(answer.probabilities.values()), wanted, atol=1e-3)


@each
def test_a_run_goes_on_where_it_was_on_every_backend(backend, mien, begin_mien, small_faces, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    settings = (
        *WHOLE,
        "--model",
        "report",
        "--size",
        24,
        "--batch",
        8,
        "--epochs",
        3,
        "--checkpoint-steps",
        2,
        "--quiet",
    )
    whole = mien("train", small_faces, *settings, "--out", tmp_path / "whole")
    succeeded(whole)
    process = begin_mien("train", small_faces, *settings, "--out", tmp_path / "parts", "--events", "-")
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "saved" and (event["epoch"], event["step"]) >= (1, 1):
            process.kill()
            break
    process.communicate()
    done = mien("train", "--resume", tmp_path / "parts", "--quiet")
    succeeded(done)
    first, second = (np.load(tmp_path / name / "checkpoints" / "best.npz") for name in ("whole", "parts"))
    with first, second:
        names = [name for name in first.files if name.isdigit()]
        for name in names:  # several threads: sums may be taken in another order
            np.testing.assert_allclose(first[name], second[name], atol=1e-5)


def test_two_devices_share_each_batch(mien, small_faces, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=2")  # one processor that counts as two
    settings = (*WHOLE, "--model", "report", "--size", 24, "--batch", 8, "--epochs", 3, "--patience", 0, "--quiet")
    done = mien("run", small_faces, *settings, "--out", tmp_path / "two")
    succeeded(done)
    monkeypatch.delenv("XLA_FLAGS")
    done = mien("run", small_faces, *settings, "--out", tmp_path / "one")
    two, one = (pl.read_parquet(tmp_path / name / "predictions.parquet") for name in ("two", "one"))
    weights = [frame.select(pl.selectors.starts_with("p:")).to_numpy() for frame in (two, one)]
    np.testing.assert_allclose(*weights, atol=1e-3)
