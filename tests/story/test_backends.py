"""The same recipe trains on TensorFlow, JAX and PyTorch, and leaves the same kind of file."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from mien import train
from mien.core.run import Run
from mien.predict import Predictor

STEPS = ("--accumulate", 2, "--checkpoint-steps", 2, "--clip-norm", 1, "--mixup", 0.1, "--ema", 0.5)
OPTIONS = ("--model", "report", "--size", 24, "--folds", 1, "--batch", 8, "--epochs", 12, *STEPS, "--quiet")
BACKENDS = ["tensorflow", "jax", "torch"]


def succeeded(done):
    """Warnings of Keras's own, on backends that are not ours to mend, may stand in its log."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "oneDNN" not in done.stderr


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request, tmp_path_factory):
    # PyTorch's threads wait for each other by turning in circles, which doubles what a net this small takes; what JAX
    # has compiled is the same in each of its processes.
    wanted = {
        "KERAS_BACKEND": request.param,
        "OMP_NUM_THREADS": "1",
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("compiled")),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in wanted.items():
            patch.setenv(name, value)
        yield request.param


@pytest.fixture(scope="module")
def whole(backend, mien, mien_here, small_faces, tmp_path_factory):
    """The report's network, from pictures to file."""
    folder = tmp_path_factory.mktemp(backend) / "run"
    start = mien_here if backend == "tensorflow" else mien  # which this process has loaded
    succeeded(start("run", small_faces, *OPTIONS, "--out", folder))
    return Run(folder)


def holds(run, backend, small_faces):
    """It has learned something, and the file answers as was measured."""
    assert run.state().backend == backend
    frame = pl.read_parquet(run.predictions)
    assert (frame["label"] == frame["predicted"]).mean() >= 0.5  # guessing gives a third
    predictor = Predictor(run.model)
    for row in frame.iter_rows(named=True):
        answer = predictor.predict(small_faces / row["id"])
        wanted = [row[f"p:{label}"] for label in predictor.labels]
        np.testing.assert_allclose(list(answer.probabilities.values()), wanted, atol=1e-3)


def test_the_reports_network_trains_measures_and_exports(whole, backend, small_faces):
    holds(whole, backend, small_faces)


@pytest.mark.parametrize("backend", ["jax", "torch"], indirect=True)  # TensorFlow: test_kill.py
def test_a_run_goes_on_where_it_was(whole, backend, mien, begin_mien, small_faces, tmp_path):
    process = begin_mien("train", small_faces, *OPTIONS, "--out", tmp_path / "parts", "--events", "-")
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "saved" and (event["epoch"], event["step"]) >= (1, 1):
            process.kill()
            break
    process.communicate()
    succeeded(mien("train", "--resume", tmp_path / "parts", "--quiet"))
    first, second = (np.load(folder / "checkpoints" / "best.npz") for folder in (whole.folder, tmp_path / "parts"))
    with first, second:
        names = [name for name in first.files if name.isdigit()]
        assert names
        for name in names:  # several threads: sums may be taken in another order
            np.testing.assert_allclose(first[name], second[name], atol=1e-5)


@pytest.mark.parametrize("backend", ["jax"], indirect=True)
def test_two_devices_share_each_batch(whole, backend, mien, small_faces, tmp_path, monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=2")  # one processor that counts as two
    succeeded(mien("train", small_faces, *OPTIONS, "--out", tmp_path / "two"))
    histories = [train.History.read(run.history).epochs for run in (Run(tmp_path / "two"), whole)]
    two, one = ([epoch.val_loss for epoch in epochs] for epochs in histories)
    assert two == pytest.approx(one, abs=1e-3)
