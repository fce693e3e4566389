"""`compact`: a small residual net for face crops that learns in seconds on two CPU cores.

At 48 px and seven classes: 4.3 million multiply-adds, 0.2 million parameters, 0.8 MB as ONNX. Plain 3 x 3
convolutions, because oneDNN is good at them and poor at depthwise ones; the side is halved early, because most of the
work is done where the side is large. ReLU, because SiLU cost 12 to 16 % more per step and was no better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._family import Family

if TYPE_CHECKING:
    import keras

STAGES = (64, 96)  # widths of the residual blocks; each halves the side


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network (residual blocks: He et al. 2016) for squares from 16 px; made for 48."""
    from keras import Input, Model, layers

    pixels = Input(contract.shape, dtype="uint8", name="pixels")
    x = even_grey(pixels)  # [N, size, size, 1]
    x = layers.Activation("relu")(convolution(x, 16, 5, 2))  # [N, size / 2, size / 2, 16]
    x = layers.Activation("relu")(convolution(x, 32, 3, 2))  # [N, size / 4, size / 4, 32]
    for width in STAGES:
        x = residual_block(x, width, 2)  # [N, size / 16, size / 16, 96] in the end
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities")(x)
    return Model(pixels, x, name="compact")


def even_grey(pixels: Any) -> Any:  # noqa: ANN401 - Keras tensors
    """Begin a network: uint8 [N, size, size, 3] becomes grey [N, size, size, 1], each of mean 0 and deviation 1."""
    import numpy as np
    from keras import layers

    mix = layers.Conv2D(1, 1, use_bias=False, trainable=False, name="grey")
    x = mix(layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(pixels))
    # Luma of ITU-R BT.601, as Pillow and OpenCV weigh it.
    mix.set_weights([np.array([0.299, 0.587, 0.114], np.float32).reshape(1, 1, 3, 1)])
    # Every picture to mean 0 and deviation 1, so that a dim face and a bright one look the same to what follows.
    return layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False, epsilon=1e-3, name="contrast")(x)


def convolution(x: Any, width: int, kernel: int, stride: int) -> Any:  # noqa: ANN401
    """Convolve and normalise."""
    from keras import layers

    x = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(momentum=0.9)(x)  # a short training has few steps to average over


def residual_block(x: Any, width: int, stride: int) -> Any:  # noqa: ANN401
    """Add two convolutions to what came (He et al. 2016), with stride 2 to its mean (ResNet-D: He et al. 2019)."""
    from keras import layers

    y = layers.Activation("relu")(convolution(x, width, 3, stride))
    y = convolution(y, width, 3, 1)
    if stride == 2:
        x = convolution(layers.AveragePooling2D(2, padding="same")(x), width, 1, 1)
    return layers.Activation("relu")(layers.Add()([y, x]))


FAMILY = Family(
    about="A small residual net for face crops: learns in seconds, reads a face in under a millisecond. The default.",
    colour="grey",
    build=build,
    defaults={
        "size": 48,
        "epochs": 40,
        "batch": 64,
        "optimizer": "adamw",
        "learning_rate": 0.004,
        "schedule": "one-cycle",
        "weight_decay": 0.05,
        "label_smoothing": 0.1,
        "balance": 0.5,
        "augment": 0.6,
    },
)
