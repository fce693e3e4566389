"""Weights of one network into another of the same kind, whose classes may differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    import keras


def transplant(base: keras.Model, model: keras.Model) -> None:
    """Copy all weights into a network of the same family, those of the last layer where they fit.

    `SettingError` if the two are not the same network up to the last layer.
    """
    ours, theirs = _body(model), _body(base)
    if [tuple(one.shape) for one in ours] != [tuple(one.shape) for one in theirs]:
        raise SettingError(
            f"The weights to start from are of another architecture: '{base.name}' with {base.count_params():,} "
            f"parameters for {base.inputs[0].shape[1]} px, and '{model.name}' here has {model.count_params():,} for "
            f"{model.inputs[0].shape[1]} px",
            todo="Take the model and size of the earlier run, or --model transfer, which builds on any network",
        )
    pairs = list(zip(ours, theirs, strict=True))
    last, before = model.layers[-1].variables, base.layers[-1].variables
    if [one.shape for one in last] == [one.shape for one in before]:
        pairs += zip(last, before, strict=True)
    for to, value in pairs:
        to.assign(np.asarray(value))


def _body(model: keras.Model) -> list[Any]:
    last = {id(variable) for variable in model.layers[-1].variables}
    return [variable for variable in model.variables if id(variable) not in last]
