"""`report`: the student report's network, layer for layer, so that it can be measured honestly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._family import Family

if TYPE_CHECKING:
    import keras

# Three unpadded 3x3 convolutions, each halved by pooling, need this much to leave one pixel.
SMALLEST = 22


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network, for squares from 22 px: 3,697,653 parameters at 256 px with five outputs."""
    from keras import Input, Sequential, layers

    from mien.models.layers import Conv2D, MaxPooling2D

    if contract.size < SMALLEST:
        raise SettingError(f"size = {contract.size} is too small for 'report'", expected=f"at least {SMALLEST}")
    network = [Input(contract.shape, dtype="uint8", name="pixels")]
    for number, filters in enumerate((16, 32, 16), start=1):
        scale = 1 / 255 if number == 1 else 1.0  # pixels to 0..1
        convolution = Conv2D(filters, 3, activation="relu", scale=scale, name=f"conv_{number}")
        network += [convolution, MaxPooling2D(convolution, name=f"pool_{number}")]
    network += [
        layers.Flatten(name="flatten"),
        layers.Dense(256, activation="relu", name="dense"),
        layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities"),
    ]
    return Sequential(network, name="report")


FAMILY = Family(
    about="The student report's CNN: three convolutions, one hidden layer. Here to be measured, not to be best.",
    colour="rgb",
    build=build,
    one_by_one=True,
    defaults={
        "size": 256,
        "epochs": 20,
        "batch": 32,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "balance": 0.0,
        "augment": 0.0,
        "patience": 5,
    },
)
