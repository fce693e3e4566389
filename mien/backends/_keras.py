"""Keras on its backend, set up for training: quiet, oneDNN on, GPUs shared politely and all of them used."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mien.backends._hushed import hushed
from mien.core.errors import MissingPartError
from mien.core.files import cache_folder

OWN_PROCESS = "MIEN_OWN_PROCESS"  # set where nobody else uses Keras in this process or its children
UNKNOWN = (3, 16)  # from this version on, nothing that Keras does not document is touched


def accelerators() -> tuple[str, ...]:
    """Name the GPUs that the backend sees; `MissingPartError` without Keras."""
    keras = import_keras()
    if keras.backend.backend() == "torch":
        import torch

        return tuple(f"gpu:{number}" for number in range(torch.cuda.device_count()))
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf  # asked for logical devices, it would begin to work, and threads could not be set

        return tuple(f"gpu:{number}" for number in range(len(tf.config.list_physical_devices("GPU"))))
    with suppress(RuntimeError):  # JAX without a GPU's plugin
        return tuple(keras.distribution.list_devices("gpu"))
    return ()


def backend() -> str:
    """Name the backend, ``tensorflow``, ``jax`` or ``torch``; `MissingPartError` without Keras."""
    return str(import_keras().backend.backend())


def import_keras() -> Any:  # noqa: ANN401 - the module
    """Import Keras, with its backend set up once; `MissingPartError` where one of them is not installed."""
    try:
        extras = () if "keras" in sys.modules else {"sklearn", "jax"} - {_configured()}
        with quiet_backend(), _hidden(*extras):
            import keras

            _set_up(keras)
    except ModuleNotFoundError as error:
        raise MissingPartError(f"Training needs {error.name}", todo="Install it: pip install 'mien[train]'") from error
    return keras


def has_known_internals(keras: Any) -> bool:  # noqa: ANN401 - the module
    """Say whether what Keras does not document is here as Mien knows it; newer ones are used by public ways alone."""
    return tuple(int(part) for part in keras.version().split(".")[:2]) < UNKNOWN


def keras_home() -> Path:
    """Say where Keras keeps its settings and what it fetched: ``KERAS_HOME``, or ``~/.keras`` where it was used before.

    Imported for the first time, Keras makes ``~/.keras`` and writes its defaults into it. Who has none gets none: it is
    in Mien's cache then.
    """
    named = os.environ.get("KERAS_HOME")
    if named:
        return Path(named).expanduser()
    usual = Path("~/.keras").expanduser()
    return usual if (usual / "keras.json").is_file() else cache_folder() / "keras"


def seed(keras: Any, number: int) -> None:  # noqa: ANN401
    """Seed Python, NumPy, Keras and its backend."""
    extras = {"tensorflow"} - {keras.backend.backend()}  # on JAX and PyTorch Keras would import it, for its `tf.data`
    with quiet_backend(), _hidden(*extras):
        keras.utils.set_random_seed(number)


def share_cores(keras: Any, *, one_by_one: bool) -> None:  # noqa: ANN401
    """Say how the operations of a step share the cores; the first network of a process decides.

    Side by side, a step of `report` takes 1.03 to 1.15 times as long, because the two gradients of a large convolution
    fight for the same cores; one by one, a step of `compact` takes 1.13 and of `transfer` 1.28 times as long.
    """
    if one_by_one and keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with suppress(RuntimeError):  # it has begun to work already
            tf.config.threading.set_inter_op_parallelism_threads(1)


def _set_up(keras: Any) -> None:  # noqa: ANN401
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")  # it warns of retracing when several models answer one after another
        with suppress(RuntimeError):  # TensorFlow has begun to work already; then its owner has chosen
            for card in tf.config.list_physical_devices("GPU"):
                tf.config.experimental.set_memory_growth(card, True)
    if backend == "jax" and keras.distribution.distribution() is None:
        _share_out(keras)


def _share_out(keras: Any) -> None:  # noqa: ANN401
    # Keras's distribution API works on JAX alone: its TensorFlow half says "DO NOT USE", PyTorch has none (3.15).
    devices = keras.distribution.list_devices()
    if len(devices) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))


@contextmanager
def _hidden(*libraries: str) -> Iterator[None]:
    """In a process of Mien's own, hide what Keras and TensorFlow import only to serve it: a third of their start.

    Keras takes scikit-learn, and with it SciPy's statistics, for wrappers; TensorFlow takes JAX for a converter.
    """
    hidden = [name for name in libraries if name not in sys.modules] if os.environ.get(OWN_PROCESS) else []
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: it cannot be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _configured() -> str:
    """Name the backend that Keras will take; ``tensorflow`` where nobody has chosen."""
    with suppress(OSError, ValueError, AttributeError):
        chosen = json.loads((keras_home() / "keras.json").read_text("utf-8")).get("backend")
        return str(os.environ.get("KERAS_BACKEND") or chosen)
    return os.environ.get("KERAS_BACKEND") or "tensorflow"


@contextmanager
def quiet_backend() -> Iterator[None]:
    """Let what may import Keras do it quietly, and on the backend as it should be set up."""
    # All are read once, while the backend is imported; setting them later does nothing. Without the first, TensorFlow
    # leaves oneDNN off on CPUs without AVX-512, and a step of `report` takes over three times as long. Without the
    # third, JAX takes three quarters of a GPU's memory at once.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ["KERAS_HOME"] = str(keras_home())
    # TensorFlow 2.21 logs a line about oneDNN before it reads its own log level, from C++, past sys.stderr.
    with hushed():
        yield
