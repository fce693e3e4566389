"""What the tests of families share: graphs of pixels, clouds of rows, and networks as Keras has them, shaken."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from mien.core.types import InputContract
from mien.models.features import PIXELS, Graph
from mien.models.pretrained import network

SIZE = 32


def answer_of(head: Callable[[Graph, str], str], rows: np.ndarray, width: int) -> np.ndarray:
    """What a head answers to rows of whole numbers 0..255, [N, 3 * side * side]."""
    side = round((rows.shape[1] // 3) ** 0.5)
    graph = Graph(InputContract(("a", "b"), side))
    tensor = graph("Flatten", graph("Cast", PIXELS, to=1))
    file = graph.to_bytes(head(graph, tensor), "out", width)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(None, {PIXELS: rows.reshape(-1, side, side, 3).astype(np.uint8)})[0]


@pytest.fixture(scope="session")
def answer() -> Callable[..., np.ndarray]:
    return answer_of


@pytest.fixture(scope="session")
def clouds() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Rows of whole numbers 0..255 around the middle of their class, and class numbers."""

    def draw(classes: int, each: int, numbers: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        middles = np.random.default_rng(7).uniform(70, 180, (classes, numbers))
        noise = np.random.default_rng(seed).normal(0, 45, (classes, each, numbers))
        rows = np.clip(np.rint(middles[:, None] + noise), 0, 255).astype(np.float32)
        return rows.reshape(-1, numbers), np.repeat(np.arange(classes), each)

    return draw


def shaken(model: Any, gamma: tuple[float, float] = (0.5, 1.5)) -> Any:
    """Give every vector of weights, statistics among them, other values; kernels stay as Keras drew them."""
    random = np.random.default_rng(0)
    for variable in model.weights:
        if len(variable.shape) == 1:
            name = variable.path.rpartition("/")[2]
            span = {"gamma": gamma, "moving_variance": (0.5, 1.5)}.get(name, (-0.2, 0.2))
            variable.assign(random.uniform(*span, variable.shape))
    return model


@pytest.fixture(scope="session")
def shake() -> Callable[..., Any]:
    return shaken


@pytest.fixture(scope="session")
def application() -> Callable[[str], Any]:
    """A backbone by its name, at 32 px, shaken; built once. Not to be written to."""
    return cache(lambda name: shaken(network(name, SIZE)))


@pytest.fixture(scope="session")
def features() -> np.ndarray:
    """Float pictures as a backbone takes them."""
    return np.random.default_rng(1).normal(size=(4, SIZE, SIZE, 3)).astype(np.float32)


@pytest.fixture
def keras_home(tmp_path, monkeypatch) -> Path:
    """An empty cache, and a network that leads nowhere: who asks for https gets a closed port of this machine."""
    import urllib.request

    from keras.src.backend import config

    home = tmp_path / "keras"
    home.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.delenv("MIEN_OFFLINE", raising=False)
    monkeypatch.setattr(config, "_KERAS_DIR", str(home))  # Keras reads the variable when it is imported
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # it remembers the proxies of its first call
    return home
