"""`compact`: a small modern net for face crops. Placeholder body until the measured design lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models._family import Family

if TYPE_CHECKING:
    import keras


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network.

    Parameters
    ----------
    contract : InputContract
        Size from 16 px.
    recipe : Recipe
        Only ``outputs`` matters here.

    Returns
    -------
    keras.Model
        uint8 ``[N, size, size, 3]`` in, float32 ``[N, classes]`` out.
    """
    from keras import Input, Model, layers

    from mien.models._layers import grey

    pixels = Input(contract.shape, dtype="uint8", name="pixels")
    x = grey()(pixels)
    for filters in (32, 64, 128):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities")(x)
    return Model(pixels, x, name="compact")


FAMILY = Family(
    about="A small modern net for face crops: quick to train, accurate, half a megabyte. The default.",
    colour="grey",
    build=build,
    defaults={
        "size": 48,
        "epochs": 30,
        "batch": 64,
        "optimizer": "adamw",
        "learning_rate": 0.003,
        "schedule": "one-cycle",
        "weight_decay": 0.02,
        "label_smoothing": 0.1,
        "augment": 0.6,
        "patience": 0,
    },
)
