"""What the tests over models, files, commands and stories share: tiny pictures, batches, and `mien` itself."""

from __future__ import annotations

import atexit
import io
import json
import logging
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from mien.cli import main
from mien.core.recipe import Recipe
from mien.core.run import Run

# As `mien` sets it, before any test imports Keras by itself: on a CPU without AVX-512 TensorFlow would otherwise leave
# oneDNN off in this process and on in those that tests start, and the two round differently.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

# No test reaches for the network or into the user's own cache, here and in the processes that tests start.
os.environ["MIEN_OFFLINE"] = "1"
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="mien-tests-")
os.environ.pop("MIEN_YUNET", None)
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

# Property tests try the same examples for everybody, so that they pass or fail for everybody. The random search is in
# bench/properties.py, which names another profile on the command line; what it finds becomes an example of the test.
settings.register_profile("same for all", max_examples=40, derandomize=True, deadline=None, database=None)
settings.load_profile("same for all")

# Files of tests that take long begin first, the longest of them first, so that no worker is left alone with one at the
# end; by seconds of a core.
LONG = (
    *("contract/test_models.py", "story/test_backends.py", "tune/test_processes.py", "tune/test_search.py"),
    *("pipeline/test_decide.py", "train/test_resume.py", "export/test_litert.py", "story/test_kill.py"),
    *("story/test_run.py", "models/pretrained/test_weights.py", "story/test_silence.py", "models/test_third_party.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; `make test` keeps xdist from ordering them anew."""
    rank = {Path(__file__).parent / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(LONG)))


COLOURS = ((200, 40, 30), (40, 60, 200), (240, 240, 210), (10, 20, 10), (120, 200, 60), (200, 60, 200), (90, 90, 90))


def patterned(number: int, count: int, size: int, seed: int = 0, clouds: float = 45) -> np.ndarray:
    """Pictures of one class, uint8 [count, size, size, 3]: its colour and stripes, and clouds of each picture's own."""
    draw = np.random.default_rng([seed, number])
    noise = draw.normal(0, 10, (count, size, size, 3))
    # Without the clouds the pictures of a class would be near copies of each other, and one unit of the split.
    field = draw.normal(0, clouds, (count, 7, 7))
    shades = np.stack([np.asarray(Image.fromarray(one.astype(np.float32)).resize((size, size), 2)) for one in field])
    stripes = 30 * np.sin(np.arange(size) * (number + 1) / 2)[:, None, None]
    return np.clip(np.array(COLOURS[number]) + stripes + shades[..., None] + noise, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Arrays:
    """Batches straight from memory (`core.types.Batches`); to train, of one size."""

    labels: tuple[str, ...]
    rows: np.ndarray
    numbers: np.ndarray
    batch: int = 8
    shuffle: bool = False

    @property
    def counts(self) -> np.ndarray:
        return np.bincount(self.numbers, minlength=len(self.labels))

    def __len__(self) -> int:
        batches = len(self.rows) / self.batch
        return max(math.floor(batches), 1) if self.shuffle else math.ceil(batches)

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        order = np.arange(len(self.rows))
        if self.shuffle:
            order = np.random.default_rng([5, number]).permutation(order)
        for first in range(start * self.batch, len(self) * self.batch, self.batch):
            part = order[first : first + self.batch]
            yield self.rows[part], np.eye(len(self.labels), dtype=np.float32)[self.numbers[part]]


def separable(
    labels: tuple[str, ...],
    size: int,
    *,
    each: int = 16,
    seed: int = 0,
    batch: int = 8,
    shuffle: bool = False,
    clouds: float = 45,
) -> Arrays:
    """Batches of a set that any classifier should learn."""
    pixels = np.concatenate([patterned(number, each, size, seed, clouds) for number in range(len(labels))])
    return Arrays(labels, pixels, np.repeat(np.arange(len(labels)), each), batch, shuffle)


def voiced(
    labels: tuple[str, ...],
    *,
    seconds: float,
    each: int = 16,
    seed: int = 0,
    shuffle: bool = False,
    clouds: float = 45,
) -> Arrays:
    """The same of clips, float32 [N, T]: each class has its pitch and its rhythm, each clip its noise."""
    draw, time = np.random.default_rng([seed, len(labels)]), np.arange(round(seconds * 16_000)) / 16_000
    numbers = np.repeat(np.arange(len(labels)), each)[:, None]
    pitch = 110 * 1.3**numbers * draw.uniform(0.97, 1.03, numbers.shape)
    beats = 1 + 0.8 * np.sin(2 * np.pi * (3 + 2 * numbers) * time + draw.uniform(0, 6, numbers.shape))
    tone = sum(np.sin(2 * np.pi * pitch * part * time) / part for part in (1, 2, 3, 5))
    level = draw.uniform(0.05, 0.2, numbers.shape)
    rows = level * (beats * tone + draw.normal(0, 0.1 + clouds / 300, (len(numbers), len(time))))
    return Arrays(labels, rows.astype(np.float32), numbers[:, 0], shuffle=shuffle)


def few_blocks(name: str, size: int, weights: str | None = None) -> Any:
    """MobileNetV3 with four of its blocks, one of each kind: all eleven take ten seconds to train for one epoch."""
    del name, weights
    from keras.src.applications import mobilenet_v3

    def stack(x: Any, kernel: int, swish: Callable, share: float) -> Any:
        x = mobilenet_v3._inverted_res_block(x, 1, 16, 3, 2, share, mobilenet_v3.relu, 0)
        x = mobilenet_v3._inverted_res_block(x, 2, 24, 3, 2, None, mobilenet_v3.relu, 1)
        x = mobilenet_v3._inverted_res_block(x, 2, 40, kernel, 2, share, swish, 2)
        return mobilenet_v3._inverted_res_block(x, 2, 40, kernel, 1, share, swish, 3)

    shape = {"input_shape": (size, size, 3), "model_type": "small"}
    return mobilenet_v3.MobileNetV3(
        stack, 1024, **shape, include_top=False, weights=None, include_preprocessing=False, name="few"
    )


def write_faces(folder: Path, labels: tuple[str, ...] = ("happy", "sad"), *, each: int = 20, size: int = 24) -> Path:
    """A folder of class folders of such pictures."""
    for number, label in enumerate(labels):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for index, pixels in enumerate(patterned(number, each, size)):
            Image.fromarray(pixels).save(folder / label / f"{index:02}.png")
    return folder


# Drawn faces, label and index, in which the detector sees one face at each size from 100 px and in each tint.
CLEAR = (("angry", 1), ("happy", 0), ("sad", 2), ("surprise", 2), ("angry", 8), ("happy", 2), ("sad", 0), ("angry", 9))
TINTS = {"none": (1, 1, 1), "red": (1, 0.45, 0.45), "blue": (0.45, 0.45, 1)}


def draw_clear(number: int, side: int, tint: str = "none") -> np.ndarray:
    """One of `CLEAR`, uint8 [side, side, 3]."""
    from mien.samples.faces import draw, sample_parameters

    label, index = CLEAR[number % len(CLEAR)]
    return (draw(sample_parameters(0, index, label), side) * np.array(TINTS[tint])).astype(np.uint8)


def photograph(
    *faces: tuple[np.ndarray, int, int], height: int = 400, width: int = 560, wall: int | None = None
) -> np.ndarray:
    """A picture larger than its faces, each with its left and top: uint8 [height, width, 3], else grey.

    With `wall`, the grey has stripes of its own, so that two photos of one face are no copies of each other.
    """
    ramp = np.broadcast_to(np.linspace(60, 200, width), (height, width))
    if wall is not None:
        across, down, phase = np.random.default_rng(wall).uniform(-0.12, 0.12, 3)
        waves = across * np.arange(width) + down * np.arange(height)[:, None] + 40 * phase
        ramp = ramp + 45 * np.sign(np.sin(waves))
    photo = np.repeat(ramp[..., None], 3, axis=2).astype(np.uint8)
    for face, left, top in faces:
        photo[top : top + len(face), left : left + len(face)] = face
    return photo


def start_mien(*arguments: object, **settings: object) -> subprocess.Popen:
    """Start `mien` as a process of its own."""
    command = [sys.executable, "-c", "from mien.cli import main; main()", *map(str, arguments)]
    # Wide enough that no sentence is cut by a table's column.
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONWARNINGS": "default"}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, env=environment, **pipes, **settings)


def run_mien(*arguments: object, given: bytes = b"", **settings: object) -> subprocess.CompletedProcess:
    """Run `mien` to its end; text comes back."""
    process = start_mien(*arguments, **settings)
    out, err = (text.decode() for text in process.communicate(given, timeout=300))
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def run_mien_here(*arguments: object) -> subprocess.CompletedProcess:
    """The same in this process, which has loaded Keras already: where it is not the process that is tested."""
    out, err, logger, code = io.StringIO(), io.StringIO(), logging.getLogger("mien"), 0
    before = logger.handlers, logger.propagate
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in (("COLUMNS", "200"), ("NO_COLOR", "1"), ("MIEN_OWN_PROCESS", "")):
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["mien", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.StringIO())
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            logger.handlers, logger.propagate = before
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let no file grow beyond `room` bytes, as on a disk that is full; needs no rights and no file system."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))  # Python ignores the signal: writing fails
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="session")
def no_room() -> Callable[[int], AbstractContextManager[None]]:
    return full_disk


@pytest.fixture(scope="session")
def pictures() -> Callable[..., np.ndarray]:
    return patterned


@pytest.fixture(scope="session")
def two_heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that takes both, 24 px: one head on each half, random weights, so that each pixel tells."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    from mien import export
    from mien.core.types import InputContract

    contract, random = InputContract(("happy", "sad", "wall"), 24, inputs="both"), np.random.default_rng(5)
    weights = {f"w{half}": random.normal(0, 1 / 2000, (24 * 24 * 3, 3)).astype(np.float32) for half in (0, 1)}
    numbers = {"axes": [1, 2, 3], "flat": [-1, 24 * 24 * 3], "cut": [24, 24], "column": [-1, 1]}
    constants = weights | {name: np.array(value, np.int64) for name, value in numbers.items()}
    nodes = [
        helper.make_node("Cast", ["pixels"], ["seen"], to=1),
        helper.make_node("Split", ["seen", "cut"], ["upper", "lower"], axis=1),
        *(helper.make_node("Reshape", [half, "flat"], [f"{half}_flat"]) for half in ("upper", "lower")),
        helper.make_node("MatMul", ["upper_flat", "w0"], ["face"]),
        helper.make_node("MatMul", ["lower_flat", "w1"], ["whole"]),
        helper.make_node("ReduceMax", ["upper"], ["most"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Cast", ["most"], ["there"], to=TensorProto.BOOL),
        helper.make_node("Reshape", ["there", "column"], ["which"]),
        helper.make_node("Where", ["which", "face", "whole"], ["logs"]),
        helper.make_node("Softmax", ["logs"], ["probabilities"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "two heads",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [None, *contract.shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    card = export.card(contract, family="two heads", data="nothing", sentence="Unknown.")
    said = {"contract": contract.to_json(), "temperature": "1.0", "scores": "{}", "card": card}
    helper.set_model_props(model, {f"mien.{name}": text for name, text in said.items()})
    path = tmp_path_factory.mktemp("heads") / "both.onnx"
    onnx.save(model, path)
    return path


def answering_clips(folder: Path, labels: tuple[str, ...], nodes: list[Any], constants: dict[str, np.ndarray]) -> Path:
    """Write a model file that takes clips of a second, of nodes from ``rows`` to ``logs``; made without Keras."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    from mien import export
    from mien.core.types import InputContract

    contract = InputContract(labels, 16_000, kind="sound", shape=(16_000,), dtype="float32")
    graph = helper.make_graph(
        [*nodes, helper.make_node("Softmax", ["logs"], ["probabilities"], axis=-1)],
        "clips",
        [helper.make_tensor_value_info(contract.tensor, TensorProto.FLOAT, [None, *contract.shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(labels)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    card = export.card(contract, family="clips", data="nothing", sentence="Unknown.")
    said = {"contract": contract.to_json(), "temperature": "1.0", "scores": "{}", "card": card}
    helper.set_model_props(model, {f"mien.{name}": text for name, text in said.items()})
    onnx.save(model, folder / f"{folder.name.rstrip('0123456789')}.onnx")
    return folder / f"{folder.name.rstrip('0123456789')}.onnx"


@pytest.fixture(scope="session")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that takes clips of a second: a GRU with random weights over their 20 ms."""
    from onnx import helper

    random, units, frame = np.random.default_rng(7), 12, 320
    shapes = {"w": (1, 3 * units, frame), "r": (1, 3 * units, units), "b": (1, 6 * units), "out": (units, 3)}
    weights = {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    weights["out"] *= 4
    numbers = {"frames": [-1, 16_000 // frame, frame], "first": [0]}
    constants = weights | {name: np.array(value, np.int64) for name, value in numbers.items()}
    nodes = [
        helper.make_node("Reshape", ["rows", "frames"], ["cut"]),
        helper.make_node("Transpose", ["cut"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["steps", "w", "r", "b"], ["", "states"], hidden_size=units, linear_before_reset=1),
        helper.make_node("Squeeze", ["states", "first"], ["last"]),
        helper.make_node("MatMul", ["last", "out"], ["logs"]),
    ]
    return answering_clips(tmp_path_factory.mktemp("hearing"), ("calm", "happy", "sad"), nodes, constants)


@pytest.fixture(scope="session")
def loudness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file of clips of one second that knows loud, ``angry``, from soft, ``calm``: the level alone decides."""
    from onnx import helper

    nodes = [
        helper.make_node("Abs", ["rows"], ["size"]),
        helper.make_node("ReduceMean", ["size"], ["level"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["level", "slope"], ["steep"]),
        helper.make_node("Add", ["steep", "middle"], ["logs"]),
    ]
    constants = {"slope": np.float32([[150, -150]]), "middle": np.float32([[-6, 6]])}
    return answering_clips(tmp_path_factory.mktemp("loudness"), ("angry", "calm"), nodes, constants)


def talked(seconds: float, level: float = 0.2, seed: int = 0) -> np.ndarray:
    """Somebody who speaks all through, float32 [T]: a buzz that glides, in syllables; `level` is its mean."""
    draw = np.random.default_rng([seed, 7])
    time = np.arange(round(seconds * 16_000)) / 16_000
    knots = np.arange(0, seconds + 0.6, 0.3)
    phase = 2 * np.pi * np.cumsum(np.interp(time, knots, draw.uniform(120, 200, len(knots)))) / 16_000
    buzz = sum(np.sin(part * phase + part) / (1 + part / 4) for part in range(1, 16))
    buzz *= 1.1 + np.sin(2 * np.pi * 4 * time + draw.uniform(0, 6))
    return (level * buzz / np.abs(buzz).mean()).astype(np.float32).clip(-1, 1)


@pytest.fixture(scope="session")
def talk() -> Callable[..., np.ndarray]:
    return talked


@pytest.fixture(scope="session")
def toys() -> Callable[..., Arrays]:
    return separable


@pytest.fixture(scope="session")
def tones() -> Callable[..., Arrays]:
    return voiced


@pytest.fixture(scope="session")
def few_layers() -> Callable[..., Any]:
    """Give `transfer` a small network to build on, where its size is not the point."""

    def shorten(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("mien.models.families._transfer.network", few_blocks)

    return shorten


@pytest.fixture(scope="session")
def clear_face() -> Callable[..., np.ndarray]:
    return draw_clear


@pytest.fixture(scope="session")
def photo() -> Callable[..., np.ndarray]:
    return photograph


@pytest.fixture(scope="session")
def golden_faces() -> tuple[np.ndarray, np.ndarray, Any]:
    """Eight drawn faces, what the box's `face` says of them, and its `Calibration`: every runtime is held to these."""
    from mien import media
    from mien.core.calibration import Calibration

    golden = Path(__file__).parent / "golden"
    stored = json.loads((golden / "face.json").read_text("utf-8"))
    crops = np.stack(np.split(media.decode((golden / "face.png").read_bytes()), 8, axis=1))  # uint8 [8, 48, 48, 3]
    return crops, np.array(stored["face"]), Calibration.from_dict(stored["calibration"])


@pytest.fixture(scope="session")
def lay_faces() -> Callable[..., Path]:
    return write_faces


@pytest.fixture(scope="session")
def mien() -> Callable[..., subprocess.CompletedProcess]:
    return run_mien


@pytest.fixture(scope="session")
def mien_here() -> Callable[..., subprocess.CompletedProcess]:
    return run_mien_here


@pytest.fixture(scope="session")
def begin_mien() -> Callable[..., subprocess.Popen]:
    return start_mien


@pytest.fixture(scope="session")
def small_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pictures, three classes. Not to be written to."""
    return write_faces(tmp_path_factory.mktemp("data") / "faces", ("angry", "happy", "sad"))


@pytest.fixture(scope="session")
def small_run(small_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of the report's network over `small_faces`. Not to be written to."""
    from mien import pipeline

    recipe = Recipe(folds=1, model="report", size=24, epochs=4, batch=8, patience=0)
    return pipeline.run(small_faces, recipe, folder=tmp_path_factory.mktemp("runs") / "small")


def pytest_make_parametrize_id(config: pytest.Config, val: object) -> str | None:
    """Name long bytes by their length: an archive holds the time, and every worker must collect the same tests."""
    del config
    if isinstance(val, bytes) and len(val) > 60:
        return f"{len(val)} bytes"
    return None
