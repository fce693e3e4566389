"""`mien tune` as it is typed."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import tomllib

import pytest
from typer.testing import CliRunner

from mien import tune
from mien.cli import app
from mien.cli._trials import line, overall, running
from mien.core.errors import SettingError
from mien.tune import Now, SearchProgress, Trial

RECIPE = """
model = "report"
size = 24
epochs = 2
batch = 8
patience = 0

[search]
learning_rate = {low = 0.0001, high = 0.01, log = true}
"""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipes") / "small.toml"
    path.write_text(RECIPE)
    return path


@pytest.fixture(scope="module")
def told(mien_here, recipe, small_faces, tmp_path_factory):
    """A whole search, typed."""
    folder = tmp_path_factory.mktemp("runs") / "tuned"
    done = mien_here("tune", small_faces, "--recipe", recipe, "--trials", 3, "--again", 1, "--out", folder)
    return done, folder


def test_it_ends_with_a_block_of_ten_lines_and_the_next_command(told, small_faces):
    done, folder = told
    assert done.returncode == 0
    lines = done.stdout.strip().splitlines()
    assert len(lines) <= 10
    assert "right on 12 validation pictures" in lines[0]
    assert f"  recipe  {folder / 'best.toml'}" in lines
    assert f"  page    {folder / 'tune.html'}" in lines
    assert "only the test figure that mien run measures counts" in done.stdout
    assert lines[-1] == f"mien run {small_faces} --recipe {folder / 'best.toml'}"


def test_each_trial_is_a_line_on_standard_error(told):
    done, folder = told
    lines = [text for text in done.stderr.splitlines() if text.startswith("trial")]
    assert [text.split()[1] for text in lines] == ["0", "1", "2"]
    assert lines[-1].count("3 of 3 trials, best ") == 1
    assert f"tune: in '{folder}', over learning_rate 0.0001 to 0.01" in done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_one_value_for_a_program_and_resume_adds_trials(told, mien_here, tmp_path):
    _, folder = told
    shutil.copytree(folder.parent, tmp_path / "runs")
    there = tmp_path / "runs" / "tuned"
    done = mien_here("tune", "--resume", there, "--trials", 4, "--again", 0, "--quiet", "--json")
    found = json.loads(done.stdout)
    assert done.stderr == ""
    assert found["study"] == str(there)
    assert [trial["number"] for trial in found["trials"]] == [0, 1, 2, 3]
    assert found["best"]["score"] == max(trial["score"] for trial in found["trials"])
    assert tomllib.loads((there / "best.toml").read_text()) == {**found["settings"], "tuned_on": str(there)}


def test_settings_can_be_typed_and_are_not_searched(command, small_faces, tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(tune, "resume", lambda study, plan, **_: begun.append((study, plan)) or study)
    monkeypatch.setattr("mien.cli._tune._finish", lambda *_, **__: None)
    typed = ["--model", "report", "--size", 24, "--augment", 0, "--minutes", 5, "--jobs", 2]
    command("tune", small_faces, *typed, "--out", tmp_path / "tuned")
    study, plan = begun[0]
    assert set(study.recipe.search) == {"learning_rate", "batch", "label_smoothing"}
    assert (plan.minutes, plan.jobs, plan.trials, plan.repeats) == (5.0, 2, None, 2)
    assert study.recipe.minutes == 0.0  # --minutes is the search's, not each training's


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["faces", "--trials", 0], "trials = 0 came. Expected: at least 1"),
        (["faces", "--jobs", 0], "jobs = 0 came"),
        ([], "No SOURCE came"),
        (["--resume", "nowhere"], "'nowhere' is not a search"),
        (["faces", "--minutes", -1], "minutes = -1.0 came"),
    ],
)
def test_what_cannot_be_is_a_sentence(command, arguments, words):
    with pytest.raises(SettingError, match=words):
        command("tune", *arguments)


def test_a_misspelt_space_is_a_sentence(command, tmp_path):
    (tmp_path / "wrong.toml").write_text("[search]\nlerning_rate = [0.1]\n")
    with pytest.raises(SettingError, match=r"search\.lerning_rate is no setting\. Did you mean 'learning_rate'"):
        command("tune", "faces", "--recipe", tmp_path / "wrong.toml")


@pytest.mark.parametrize("name", ["run", "train"])
def test_a_search_is_not_gone_on_with_as_a_run(command, searched_folder, name):
    with pytest.raises(SettingError, match=r"is a search, not a run\. It goes on with: mien tune --resume"):
        command(name, "--resume", searched_folder)


@pytest.fixture
def searched_folder(told):
    return told[1]


def test_the_help_says_where_the_search_space_stands():
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["tune", "--help"]).stdout
    assert "the recipe's search table" in shown
    assert shown.count("--minutes") == 1


def test_the_lines_say_what_happened():
    settings = {"learning_rate": 0.0034871, "features": ["hog", "lbp"], "batch": 32}
    done = Trial(7, "done", settings, 0.5731, 3, 12)
    assert line(done) == "trial   7     57.3%  done  learning_rate 0.00349  features hog+lbp  batch 32"
    assert "given up after epoch 4" in line(Trial(8, "pruned", {}, 0.4, 3, 4))
    assert line(Trial(9, "failed", {}, why="It broke.")) == "trial   9  no score  failed: It broke.  "
    progress = SearchProgress(30, 12, (Now(13, 3, 12, 0.41), Now(14)), done, 126.4)
    assert overall(progress) == "12 of 30 trials, best 57.3% (trial 7), about 2:06 left"
    assert running(progress) == "trial 13: epoch 3 of 12, 41.0%   trial 14: starting"
    assert overall(SearchProgress(2, 1, (), done, repeats=True)) == "1 of 2 repeats of the best, best 57.3% (trial 7)"


def test_in_a_terminal_there_is_one_live_line(recipe, small_faces, tmp_path):
    ours, theirs = pty.openpty()
    code = "from mien.cli import main; main()"
    words = ["tune", small_faces, "--recipe", recipe, "--trials", "1", "--again", "0", "--out", tmp_path / "tuned"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        seen += part
    os.close(ours)
    assert process.wait() == 0
    text = seen.decode()
    assert "0 of 1 trials" in text
    assert "trial 0: " in text  # starting, or its epoch: two epochs may pass between two looks
    assert "trial   0" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")  # the cursor is back
    assert "Traceback" not in text
