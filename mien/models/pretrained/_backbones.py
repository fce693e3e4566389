"""The pretrained networks that `transfer` builds on: their names, their owner's files, and what they expect to see."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.backends import import_keras
from mien.core.errors import SettingError, did_you_mean

if TYPE_CHECKING:
    import keras

OWNER = "https://storage.googleapis.com/tensorflow/keras-applications/"
SMALLEST = 32  # pixels: each halves the side five times

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's pictures, 0..1, RGB


@dataclass(frozen=True)
class Backbone:
    """One of Keras's applications."""

    application: str  # its name in `keras.applications`
    file: str  # its ImageNet weights without the top, below `OWNER`
    # scale, offset: what turns a pixel, 0..255, into what it was trained on: ``scale * pixel + offset``, per channel or
    # for all
    scale: tuple[float, ...]
    offset: tuple[float, ...]

    @property
    def file_name(self) -> str:
        """The file's name, in the cache as on the server."""
        return self.file.rpartition("/")[2]


_ONE = ((1 / 127.5,), (-1.0,))  # -1..1
_NORMAL = (
    tuple(1 / (255 * deviation) for deviation in _DEVIATION),
    tuple(-mean / deviation for mean, deviation in zip(_MEAN, _DEVIATION, strict=True)),
)  # mean 0, deviation 1 over ImageNet
_MOBILE = "mobilenet_v3/weights_mobilenet_v3_{}_224_1.0_float_no_top_v2.h5"
_EFFICIENT, _CONVNEXT = "efficientnet_v2/efficientnetv2-{}_notop.h5", "convnext/convnext_{}_notop.h5"

BACKBONES = {
    "mobilenetv3-small": Backbone("MobileNetV3Small", _MOBILE.format("small"), *_ONE),
    "mobilenetv3-large": Backbone("MobileNetV3Large", _MOBILE.format("large"), *_ONE),
    "efficientnetv2-b0": Backbone("EfficientNetV2B0", _EFFICIENT.format("b0"), *_NORMAL),
    "efficientnetv2-b1": Backbone("EfficientNetV2B1", _EFFICIENT.format("b1"), *_NORMAL),
    "efficientnetv2-b2": Backbone("EfficientNetV2B2", _EFFICIENT.format("b2"), *_NORMAL),
    "efficientnetv2-b3": Backbone("EfficientNetV2B3", _EFFICIENT.format("b3"), *_NORMAL),
    "efficientnetv2-s": Backbone("EfficientNetV2S", _EFFICIENT.format("s"), (1 / 128,), (-1.0,)),
    "convnext-tiny": Backbone("ConvNeXtTiny", _CONVNEXT.format("tiny"), *_NORMAL),
    "convnext-small": Backbone("ConvNeXtSmall", _CONVNEXT.format("small"), *_NORMAL),
}


def backbone(name: str) -> Backbone:
    """Find a backbone by its name; `SettingError` names the nearest where there is none."""
    if name not in BACKBONES:
        raise SettingError(f"There is no backbone '{name}'", todo=did_you_mean(name, BACKBONES))
    return BACKBONES[name]


def network(name: str, size: int, weights: str | None = None) -> keras.Model:
    """Build one for squares from 32 px as Keras has it, without its top and without its scaling of pixels.

    From scaled float32 to ``[N, h, w, channels]``, or ``[N, channels]`` (ConvNeXt: its last normalisation comes after
    the pooling). `weights` is ``imagenet``, for Keras's own loader; random otherwise.
    """
    make = getattr(import_keras().applications, backbone(name).application)
    pooling = "avg" if name.startswith("convnext") else None
    with warnings.catch_warnings():
        # MobileNetV3 says that the weights were made at 224 px; so they were.
        warnings.filterwarnings("ignore", message=".*input_shape.* is undefined or non-square.*")
        shape = {"input_shape": (size, size, 3), "pooling": pooling}
        return make(include_top=False, weights=weights, include_preprocessing=False, **shape)
