"""A predictor goes where programs take it: copies, threads, and processes of every kind."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from mien import Predictor
from mien.core.errors import MediaError, MienError, ModelFileError

RED = np.full((40, 30, 3), (230, 0, 0), np.uint8)


@pytest.fixture(scope="module")
def predictor(colours):
    return Predictor(colours)


def ask(predictor, picture):
    return predictor.predict(picture), os.getpid()


def test_in_spawned_processes(predictor, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    here = predictor.predict(RED)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        asked, failed = pool.submit(ask, predictor, RED), pool.submit(predictor.predict, "none.png")
        (answer, process), error = asked.result(60), failed.exception(60)
    assert process != os.getpid()
    assert answer.probabilities == pytest.approx(here.probabilities, abs=1e-6)
    assert isinstance(error, MediaError)
    assert error.issue == "missing"
    assert "There is no file 'none.png'" in str(error)


FORKED = """
import multiprocessing, sys
import numpy as np
from mien import Predictor
predictor = Predictor(sys.argv[1])
picture = np.full((40, 30, 3), (230, 0, 0), np.uint8)
predictor.predict(picture)
context = multiprocessing.get_context("fork")
queue = context.Queue()
child = context.Process(target=lambda: queue.put(predictor.predict(picture).label), daemon=True)
child.start()
print(queue.get(timeout=30))
"""


def test_a_process_that_was_forked_uses_the_session_that_it_has(colours):
    done = subprocess.run([sys.executable, "-c", FORKED, colours], capture_output=True, text=True, check=True)
    assert done.stdout == "red\n"


def test_a_relative_path_is_found_from_another_folder(colours, monkeypatch, tmp_path):
    monkeypatch.chdir(colours.parent)
    packed = pickle.dumps(Predictor(colours.name, labels=("red", "blue"), inputs="faces", threads=1))
    monkeypatch.chdir(tmp_path)
    again = pickle.loads(packed)  # noqa: S301 - our own
    assert again.labels == ("red", "blue")
    assert again.detector is None
    assert again.predict(RED).label == "red"
    assert len(packed) < 1000  # a way to the file, not the file


def test_a_file_that_is_gone_is_a_sentence(colours, tmp_path):
    (tmp_path / "m.onnx").write_bytes(colours.read_bytes())
    packed = pickle.dumps(Predictor(tmp_path / "m.onnx"))
    (tmp_path / "m.onnx").unlink()
    with pytest.raises(ModelFileError, match="There is no model file"):
        pickle.loads(packed)  # noqa: S301


def test_the_detector_goes_along(tints):
    predictor = Predictor(tints, detector="fcos")
    assert predictor.detector.name == "fcos"
    assert pickle.loads(pickle.dumps(predictor)).detector.name == "fcos"  # noqa: S301
    own = Predictor(tints, detector=Nobody())
    assert isinstance(pickle.loads(pickle.dumps(own)).detector, Nobody)  # noqa: S301


class Nobody:
    name = "nobody"

    def find(self, pixels):
        return ()


def test_copies_share_the_session(predictor):
    for other in (copy.copy(predictor), copy.deepcopy(predictor), copy.deepcopy([predictor])[0]):
        assert other is not predictor
        assert other._session is predictor._session
        assert other.predict(RED).label == "red"


def test_many_threads(predictor, plain_picture):
    pictures = [plain_picture(("red", "blue")[seed % 2], seed) for seed in range(60)]
    alone = [predictor.predict(picture).probabilities for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = [answer.probabilities for answer in pool.map(predictor.predict, pictures)]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_every_error_crosses_from_one_process_to_another():
    for error in (
        MediaError("A", issue="empty", expected="B", todo="C"),
        ModelFileError("A", todo="B"),
        MienError("A"),
    ):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert type(again) is type(error)
        assert (str(again), vars(again)) == (str(error), vars(error))
