"""`face`: the residual net that Mien brings along, trained on FER2013.

At 48 px and seven classes: 76 million multiply-adds, 1.06 million parameters, 4.3 MB as ONNX. What made it good is in
docs/decisions/0016-face.md. A training starts from the weights in the box, so that a few hundred pictures are enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from mien.core.errors import SettingError, StorageError, did_you_mean
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._compact import convolution, even_grey, residual_block
from mien.models.families._family import Family

if TYPE_CHECKING:
    import keras

STAGES = ((40, 1), (80, 2), (160, 2))  # width and number of residual blocks; each stage but the first halves the side
BOX = Path(__file__).parents[2] / "weights" / "face.npz"
STARTS = ("box", "none")


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network for squares from 16 px; made for 48."""
    from keras import Input, Model, layers

    stages = [(max(8, round(width * float(recipe.width or 1) / 8) * 8), blocks) for width, blocks in STAGES]
    pixels = Input(contract.shape, dtype="uint8", name="pixels")
    x = even_grey(pixels)  # [N, size, size, 1]
    x = layers.Activation("relu")(convolution(x, stages[0][0], 5, 2))  # [N, size / 2, size / 2, 40]
    for number, (width, blocks) in enumerate(stages):
        for block in range(blocks):
            halving = block == 0 and number > 0
            x = residual_block(x, width, 2 if halving else 1)  # [N, size / 8, size / 8, 160] in the end
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2, seed=recipe.seed)(x)
    x = layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities")(x)
    return Model(pixels, x, name="face")


def check(recipe: Recipe) -> None:
    """Refuse weights that are not there, or do not fit."""
    if recipe.weights not in STARTS:
        raise SettingError(f"weights = '{recipe.weights}' is not known", todo=did_you_mean(str(recipe.weights), STARTS))
    if recipe.weights == "box" and recipe.width not in (None, 1) and not recipe.warm_start:
        came = f"width = {recipe.width} came with the weights in the box"
        raise SettingError(came, expected="width = 1, or weights = 'none'")


def load(model: keras.Model, contract: InputContract, recipe: Recipe) -> None:
    """Put the weights in the box into a fresh network; into its last layer those of the classes that they know."""
    if recipe.weights != "box":
        return
    import numpy as np

    try:
        with BOX.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            known, values = file["labels"].tolist(), [file[f"w{n}"].astype(np.float32) for n in range(len(file) - 1)]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        came = f"'{BOX}' is missing or damaged"
        raise StorageError(came, todo="Install Mien anew, or take --weights none") from error
    *body, kernel, bias = values
    last = [model.layers[-1].kernel, model.layers[-1].bias]
    rest = [variable for variable in model.weights if all(variable is not one for one in last)]
    for variable, value in zip(rest, body, strict=True):
        variable.assign(value)
    weights, shift = (np.asarray(variable).copy() for variable in last)
    for place, label in enumerate(contract.labels):
        if label in known:
            weights[:, place], shift[place] = kernel[:, known.index(label)], bias[known.index(label)]
    last[0].assign(weights)
    last[1].assign(shift)


FAMILY = Family(
    about="The net that Mien brings along, for face crops: starts from what it knows, and needs few pictures.",
    colour="grey",
    build=build,
    check=check,
    load=load,
    starts_from=lambda recipe: "face" if recipe.weights == "box" else None,
    defaults={
        "size": 48,
        "width": 1.0,
        "weights": "box",
        "optimizer": "adamw",
        "learning_rate": 0.0005,
        "schedule": "one-cycle",
        "weight_decay": 0.05,
        "label_smoothing": 0.05,
        "augment": 0.5,
        "erase": 0.25,
    },
)
