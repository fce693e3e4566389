"""`voice`: convolutions over log-mel frames, a recurrent network both ways over time, and attention.

The recurrent network that the student report asks for in sound (Choi et al. 2017, "Convolutional recurrent neural
networks for music classification"; attention over time: Mirsamadi et al. 2017). For three seconds: 0.17 million
parameters, 1.3 MB as ONNX, of which 0.5 are the constants that make log-mel frames of samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien import kinds
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._compact import convolution
from mien.models.families._family import Family

if TYPE_CHECKING:
    import keras

FIRST = 32  # channels of the first convolution, which halves frames and bands
STAGES = ((48, (2, 2)), (64, (1, 2)), (64, (1, 2)))  # channels, and what pooling divides frames and bands by
STEP = 96  # numbers a step of 64 ms has for the recurrent network
UNITS = 64  # of it, each way


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network for samples float32 [T] of 16 kHz."""
    from keras import Input, Model, layers

    from mien.models.layers import AttentionPool, LogMel

    samples = Input(contract.shape, dtype="float32", name=contract.tensor)
    levels, there = LogMel(name="log_mel")(samples)  # [N, T / 256, 64]
    x = layers.Reshape((*levels.shape[1:], 1))(levels)
    x = layers.Activation("relu")(convolution(x, FIRST, 5, 2))
    there = layers.MaxPooling1D(2, padding="same")(there)
    for width, pool in STAGES:
        x = layers.MaxPooling2D(pool, padding="same")(layers.Activation("relu")(convolution(x, width, 3, 1)))
        there = layers.MaxPooling1D(pool[0], padding="same")(there)
    x = layers.Reshape((x.shape[1], x.shape[2] * x.shape[3]))(x)  # [N, T / 1024, 256]
    x = layers.Dense(STEP, activation="relu")(x)
    x = layers.Dropout(0.3, seed=recipe.seed)(x)
    x = layers.Bidirectional(layers.GRU(UNITS, return_sequences=True))(x)
    x = AttentionPool(name="attention")(x, there)
    x = layers.Dropout(0.3, seed=recipe.seed + 1)(x)
    x = layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities")(x)
    return Model(samples, x, name="voice")


FAMILY = Family(
    about="A recurrent network over what convolutions make of log-mel frames, with attention: for voices.",
    colour="grey",
    build=build,
    kinds=(kinds.SOUND,),
    inputs=("whole",),
    defaults={
        "seconds": 3.0,
        "epochs": 50,
        "batch": 32,
        "optimizer": "adamw",
        "learning_rate": 0.002,
        "schedule": "one-cycle",
        "weight_decay": 0.02,
        "label_smoothing": 0.05,
        "augment": 0.6,
        "mixup": 0.2,
    },
)
