"""Several processes: killed, crashed, at once, out of time."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from mien import tune
from mien.core.errors import SettingError, TrainingError
from mien.train import History
from mien.tune._lock import alone
from mien.tune._worker_pool import cores, environment

LONG = 60  # epochs of a trial that can be caught while it runs: some 50 ms each
linux = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


def until(true, seconds=120.0):
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return found


def workers_of(parent: int) -> list[int]:
    """Processes that a search has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "stat").read_text().rpartition(")")[2].split()
            if int(words[1]) == parent and b"_worker" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
        except OSError:
            continue
    return found


def alive(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def rows(database: Path) -> int:
    """How many epochs a study has written down."""
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute("SELECT count(*) FROM trial_intermediate_values").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return 0


@linux
def test_a_search_that_is_killed_goes_on(small_faces, small, begin_mien, tmp_path):
    folder = tmp_path / "runs" / "tuned"
    study = tune.begin(small_faces, small(epochs=LONG), folder)
    process = begin_mien("tune", "--resume", folder, "--trials", 2, "--again", 0, "--quiet")
    until(lambda: rows(study.database) > LONG + 10)  # one is done, the second runs
    workers = workers_of(process.pid)
    process.kill()
    process.communicate()
    assert len(workers) == 1
    until(lambda: not any(map(alive, workers)), 10)
    cut = tune.Study.open(folder).trials
    assert [trial.state for trial in cut] == ["done", "running"]
    place = folder / cut[1].place
    before = History.read(place / "history.csv").epochs
    assert before  # there was a checkpoint
    assert (folder / "best.toml").exists()

    tune.resume(tune.Study.open(folder), tune.Plan(trials=2, repeats=0))
    after = tune.Study.open(folder).trials
    assert [trial.state for trial in after][:2] == ["done", "interrupted"]
    assert len([trial for trial in after if trial.state in {"done", "pruned"}]) == 2
    assert after[0] == cut[0]
    assert (after[2].settings, after[2].place) == (after[1].settings, after[1].place)
    # It went on from its checkpoint: what was measured before the kill is not measured again.
    epochs = History.read(place / "history.csv").epochs
    assert epochs[: len(before)] == before
    assert len(list((place / "tensorboard").iterdir())) == 2


@linux
def test_a_worker_that_dies_is_told_of_and_the_search_goes_on(small_faces, small, tmp_path):
    study = tune.begin(small_faces, small(epochs=LONG), tmp_path / "tuned")
    killed = []

    def watch(progress):
        if not killed and progress.running and progress.running[0].epoch == 3:
            killed.extend(workers_of(os.getpid()))
            os.kill(killed[0], signal.SIGKILL)

    tune.resume(study, tune.Plan(trials=2, repeats=0), watch=watch)
    assert [trial.state for trial in study.trials] == ["failed", "done"]
    assert study.trials[0].why == "Its process was ended by SIGKILL, most often because the memory was used up."
    assert (study.folder / "workers").is_dir()  # its last words stay


@linux
def test_workers_that_die_one_after_another_end_the_search(small_faces, small, tmp_path, monkeypatch):
    study = tune.begin(small_faces, small(), tmp_path / "tuned")
    monkeypatch.setattr("mien.tune._worker_pool.CODE", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(TrainingError, match=r"3 processes in a row ended by themselves\. .* by SIGKILL"):
        tune.resume(study, tune.Plan(trials=9, repeats=0))
    assert len(study.trials) == 3


@linux
def test_two_jobs_run_two_trials_at_once(small_faces, small, tmp_path):
    study = tune.begin(small_faces, small(), tmp_path / "tuned")
    most = []
    tune.resume(study, tune.Plan(trials=4, jobs=2, repeats=2), watch=lambda now: most.append(len(now.running)))
    assert max(most) == 2
    assert len(study.ended) == 4
    assert {trial.state for trial in study.trials} <= {"done", "pruned"}
    assert len({str(trial.settings) for trial in study.trials}) == 4
    assert len(study.again) == 2
    assert workers_of(os.getpid()) == []


@linux
def test_ctrl_c_ends_the_workers_and_loses_no_trial(small_faces, small, begin_mien, tmp_path):
    folder = tmp_path / "runs" / "tuned"
    study = tune.begin(small_faces, small(epochs=LONG), folder)
    process = begin_mien("tune", "--resume", folder, "--trials", 4, "--jobs", 2, "--quiet", start_new_session=True)
    until(lambda: rows(study.database) > 10)
    workers = workers_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"mien tune --resume" in err
    assert b"Traceback" not in err
    assert len(workers) == 2
    assert not any(map(alive, workers))
    assert {trial.state for trial in study.trials} <= {"running", "done"}


def test_a_second_search_in_the_same_folder_is_refused(searched, monkeypatch):
    monkeypatch.setattr("mien.tune._lock.PATIENCE", 0.2)
    with alone(searched.folder), pytest.raises(SettingError, match=r"Another search is at work in .* one at a time"):
        tune.resume(tune.Study.open(searched.folder), tune.Plan(trials=9))


def test_when_the_time_is_over_what_runs_is_put_aside(small_faces, small, tmp_path, monkeypatch):
    study = tune.begin(small_faces, small(epochs=5000, search={"learning_rate": [0.001, 0.002]}), tmp_path / "tuned")
    late = []  # the hour is over once the first trial has an epoch behind it, however fast this machine is
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 3600 * len(late))
    monkeypatch.setattr("mien.tune._tasks.time", clock)

    def watch(progress):
        if not late and progress.running and progress.running[0].epoch:
            late.append(True)

    with pytest.raises(TrainingError, match=r"No trial was trained to its end in 60 minutes. Go on with: mien tune"):
        tune.resume(study, tune.Plan(trials=2, minutes=60, repeats=0), watch=watch)
    assert [trial.state for trial in study.trials] == ["interrupted"]
    waiting = [trial for trial in study.store._study.trials if trial.state.name == "WAITING"]
    assert len(waiting) == 1


def test_each_of_several_workers_gets_its_share_of_the_cores(monkeypatch):
    monkeypatch.setattr("mien.tune._worker_pool.cores", lambda: 8)
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    shares = {jobs: environment(jobs).get("TF_NUM_INTRAOP_THREADS") for jobs in (1, 2, 3, 20)}
    assert shares == {1: None, 2: "4", 3: "2", 20: "1"}
    assert environment(2)["OPENCV_FOR_THREADS_NUM"] == "4"
    assert environment(2)["OMP_NUM_THREADS"] == "7"
    assert environment(1)["MIEN_OWN_PROCESS"] == "1"  # Keras starts without what it imports for others alone
    assert cores() >= 1


@linux
def test_tensorflow_keeps_to_its_share(tmp_path):
    """The variable is read by TensorFlow: with it, one thread fewer than the other way round."""
    import subprocess

    code = (
        "import os\nfrom mien.backends import import_keras\nkeras = import_keras()\n"
        "keras.ops.matmul(keras.random.normal((64, 64)), keras.random.normal((64, 64)))\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    found = []
    for threads in ("1", "6"):
        env = {**environment(1), "TF_NUM_INTRAOP_THREADS": threads}
        found.append(int(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout))
    assert found[1] - found[0] == 5
