"""What a model family is, and how one is found and built."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.core import registry
from mien.core.errors import MissingPartError
from mien.core.recipe import Recipe
from mien.core.types import InputContract

if TYPE_CHECKING:
    import keras

GROUP = "mien.models"


@dataclass(frozen=True)
class Family:
    """A kind of classifier: how it is built, and the settings it prefers.

    Parameters
    ----------
    about : str
        One sentence: what it is and when to choose it.
    colour : str
        ``rgb`` or ``grey``, for the contract.
    defaults : mapping of str to value
        Recipe fields it prefers; a recipe that sets them wins.
    build : callable
        From (contract, recipe) to a Keras model: uint8 ``[N, size, size, 3]`` in, float32 ``[N, classes]`` out.
    """

    about: str
    colour: str
    build: Callable[[InputContract, Recipe], keras.Model]
    defaults: Mapping[str, Any] = field(default_factory=dict)


def names() -> tuple[str, ...]:
    """List the families.

    Returns
    -------
    tuple of str
        Sorted; nothing heavy is loaded.
    """
    return registry.names(GROUP)


def family(name: str) -> Family:
    """Find a family.

    Parameters
    ----------
    name : str
        A name from `names`.

    Returns
    -------
    Family
        Its description.

    Raises
    ------
    SettingError
        If there is no such family; the message names the nearest.
    """
    found: Family = registry.find(GROUP, name)
    return found


def contract(recipe: Recipe, labels: tuple[str, ...]) -> InputContract:
    """Say what a model of this recipe will eat.

    Parameters
    ----------
    recipe : Recipe
        Resolved with the family's defaults.
    labels : tuple of str
        The classes, in the order of the outputs.

    Returns
    -------
    InputContract
        Size from the recipe, colour from the family.

    Examples
    --------
    >>> contract(Recipe(model="report", size=256), ("happy", "sad")).shape
    (256, 256, 3)
    """
    chosen = family(recipe.model)
    size = recipe.size if recipe.size is not None else int(chosen.defaults["size"])
    return InputContract(labels=labels, size=size, colour=chosen.colour)


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build a freshly initialised model.

    Parameters
    ----------
    contract : InputContract
        What it eats.
    recipe : Recipe
        Names the family and the seed.

    Returns
    -------
    keras.Model
        uint8 ``[N, size, size, 3]`` (RGB, 0..255) in, float32 ``[N, classes]`` out. Not compiled.

    Raises
    ------
    SettingError
        If the family does not exist or cannot take this size.
    MissingPartError
        If Keras is not installed.
    """
    chosen = family(recipe.model)
    keras = _keras()
    keras.utils.set_random_seed(recipe.seed)
    return chosen.build(contract, recipe)


def summary(model: keras.Model) -> str:
    """Return Keras's table of layers, shapes and parameters as text.

    Parameters
    ----------
    model : keras.Model
        Any built model.

    Returns
    -------
    str
        Several lines.
    """
    lines: list[str] = []
    model.summary(print_fn=lambda text, line_break=False: lines.append(text))
    return "\n".join(lines)


def accelerators() -> tuple[str, ...]:
    """List the GPUs that the backend sees.

    Returns
    -------
    tuple of str
        Names; empty on a machine that trains on its CPU.

    Raises
    ------
    MissingPartError
        If Keras is not installed.
    """
    return tuple(_keras().distribution.list_devices("gpu"))


def _keras() -> Any:  # noqa: ANN401 - the module
    try:
        with _quiet_backend():
            import keras

            _one_operation_at_a_time(keras.backend.backend())
    except ModuleNotFoundError as error:
        raise MissingPartError(f"Training needs {error.name}", todo="Install it: pip install 'mien[train]'") from error
    return keras


def _one_operation_at_a_time(backend: str) -> None:
    if backend != "tensorflow":
        return
    import tensorflow as tf

    # Each operation on every core, one after another: otherwise the two gradients of a convolution fight for the
    # same cores, and a step of `report` takes 1.15 times as long (bench/report_step.py).
    with suppress(RuntimeError):  # TensorFlow has begun to work already; then its owner has chosen
        tf.config.threading.set_inter_op_parallelism_threads(1)


@contextmanager
def _quiet_backend() -> Iterator[None]:
    # Both are read once, while TensorFlow is imported; setting them later does nothing. Without the first,
    # TensorFlow leaves oneDNN off on CPUs without AVX-512, and a step of `report` takes over three times as long.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # TensorFlow 2.21 logs a line about oneDNN before it reads its own log level, from C++, past sys.stderr.
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
