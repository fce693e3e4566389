"""What only a process of its own shows: exit codes, both streams, what is loaded."""

import json
import subprocess
import sys

import pytest


def test_a_bad_setting_is_one_sentence_on_standard_error(mien):
    done = mien("collect", "no-such-place")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("mien: There is nothing at ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["models", "compct"], "There is no model 'compct'. Did you mean 'compact'?"),
        (["collect", "sample:face"], "There is no sample"),
        (["run"], "No SOURCE came"),
        (["run", "--no-such-option"], "No such option"),
        (["colect"], "No such command 'colect'"),
        (["load", "x", "--size", "huge"], "'huge' is not a valid"),
        (["train", "--outputs", "softmx"], "Did you mean 'softmax'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistyped_word_ends_with_2(mien_here, arguments, words):
    done = mien_here(*arguments)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["predict", "run"])
def test_a_name_that_is_too_long_is_one_short_sentence(mien_here, command):
    done = mien_here(command, "x" * 100_000)
    assert done.returncode == 2
    assert done.stderr.startswith("mien: The name '")
    assert "longer than a file's name can be" in done.stderr
    assert len(done.stderr) < 1000


def test_a_prediction_is_a_quick_process(small_run, small_faces):
    code = (
        "import sys; from mien.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    arguments = ["predict", small_faces / "sad" / "00.png", "--model", small_run.model, "--json"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    found, code, modules = done.stdout.splitlines()
    assert json.loads(found)["error"] is None
    assert code == "0"
    heavy = {"tensorflow", "keras", "polars", "cv2", "fastapi", "pydantic", "onnx", "tf2onnx"}
    assert heavy & set(modules.split()) == set()


def test_progress_and_answers_do_not_mix(mien, small_faces, tmp_path):
    done = mien("load", small_faces, "--size", 16, "--out", tmp_path / "cache", "--json")
    assert json.loads(done.stdout)["pictures"] == 60
    assert done.stderr == ""


def test_a_reader_that_has_enough_is_no_error(begin_mien, small_run, small_faces):
    process = begin_mien("predict", *[small_faces] * 20, "--model", small_run.model, "--json")
    process.stdin.close()
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(60) in (0, 1)
