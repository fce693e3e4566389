"""Recipe and classes become a model."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from mien import kinds
from mien.backends import import_keras, seed, share_cores
from mien.core.errors import MissingPartError
from mien.core.recipe import AUTO, Recipe
from mien.core.types import InputContract
from mien.models._resolve import check_labels, resolve
from mien.models.families import family
from mien.models.pretrained import transplant

if TYPE_CHECKING:
    import keras

_LIBRARIES = {True: ("keras", "onnx", "tf2onnx"), False: ("onnx", "scipy", "sklearn")}  # of networks and of estimators


def contract(recipe: Recipe, labels: tuple[str, ...], kind: str = kinds.PICTURE) -> InputContract:
    """Say what a model of this recipe will eat.

    Parameters
    ----------
    recipe : Recipe
        Resolved with the family's defaults.
    labels : tuple of str
        The classes, in the order of the outputs.
    kind : str
        What the samples are, a name of `mien.kinds`.

    Returns
    -------
    InputContract
        As the kind makes it of the recipe: of pictures size and inputs from the recipe, colour from the family.

    Examples
    --------
    >>> contract(Recipe(model="report", size=256), ("happy", "sad")).shape
    (256, 256, 3)
    """
    chosen = family(recipe.model)
    return kinds.kind(kind).contract(recipe.with_defaults(chosen.settings_of(kind)), labels, colour=chosen.colour)


def build(
    contract: InputContract,
    recipe: Recipe,
    *,
    training: bool = False,
    base: keras.Model | None = None,
    pretrained: bool = True,
) -> Any:  # noqa: ANN401 - a Keras model or an Estimator
    """Build a model with weights from the recipe's seed, or from an earlier network.

    Parameters
    ----------
    contract : InputContract
        What it eats.
    recipe : Recipe
        Names the family and the seed; resolved if it is not.
    training : bool
        Compute in the recipe's ``precision``; to measure and to export, float32 it is.
    base : keras.Model, optional
        A trained network to start from.
    pretrained : bool
        Load the weights that the family starts from, where it has any. False where a checkpoint follows: then they
        need not be there any more.

    Returns
    -------
    keras.Model or Estimator
        ``[N, *contract.shape]`` (of pictures uint8, RGB, 0..255) in, float32 ``[N, classes]`` out. Not compiled, not
        fitted.

    Raises
    ------
    SettingError
        If the family does not exist, or cannot take this size, these classes, this base or these weights.
    StorageError
        If pretrained weights cannot be fetched.
    MissingPartError
        If a library that the family needs is not installed.
    """
    chosen, recipe = family(recipe.model), resolve(recipe, contract.kind)
    check_labels(recipe, contract.labels)
    make = partial(chosen.build, contract, recipe)
    if base is not None and chosen.build_on is not None:
        make = partial(chosen.build_on, contract, recipe, base)
    if not chosen.network:
        return make()
    keras = import_keras()
    share_cores(keras, one_by_one=chosen.one_by_one)
    seed(keras, recipe.seed)
    with _computing_in(keras, str(recipe.precision or "float32") if training else "float32"):
        model = make()
    if base is None and pretrained:
        chosen.load(model, contract, recipe)
    elif base is not None and chosen.build_on is None:
        transplant(base, model)
    return model


def require(name: str) -> None:
    """Refuse a family (``auto`` may become any) whose libraries are not installed, before anything long is begun."""
    kinds = (True, False) if name == AUTO else (family(name).network,)
    needed = sorted({library for kind in kinds for library in _LIBRARIES[kind]})
    absent = [library for library in needed if importlib.util.find_spec(library) is None]
    if absent:
        came = f"Training needs {', '.join(absent)}, not installed here"
        raise MissingPartError(came, todo="Install it: pip install 'mien[train]'")


def fetch(recipe: Recipe) -> None:
    """Fetch what a model of a resolved recipe starts from, so that nothing long is begun in vain.

    `StorageError` where weights are not here and cannot be fetched, `SettingError` where a file of them does not fit.
    """
    family(recipe.model).fetch(recipe)


def summary(model: keras.Model) -> str:
    """Return a table of layers, shapes and parameters as text; of an estimator one line."""
    if not hasattr(model, "summary"):
        return str(model)
    lines: list[str] = []
    model.summary(print_fn=lambda text, line_break=False: lines.append(text))
    return "\n".join(lines)


@contextmanager
def _computing_in(keras: Any, precision: str) -> Iterator[None]:  # noqa: ANN401 - the module
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
