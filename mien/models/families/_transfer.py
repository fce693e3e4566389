"""`transfer`: a trained network with a new head. First the head learns alone, then everything, at a lower rate.

Two kinds of trained network: one of Keras's applications with its ImageNet weights (`pretrained`), or the network of
any earlier run of Mien's. Either becomes the layer ``backbone``, which `mien.train` freezes for ``frozen_epochs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._family import Family
from mien.models.pretrained import IMAGENET, NONE, SMALLEST, backbone, network, pretrained_network

if TYPE_CHECKING:
    import keras

LAYER = "backbone"  # the name by which `mien.train` knows what to freeze
DEFAULT = "mobilenetv3-small"
DROPOUT = 0.2  # share of the features left out in training: what Keras's guide and MobileNetV3's own top have


def check(recipe: Recipe) -> None:
    """Refuse settings that cannot go together."""
    backbone(str(recipe.backbone))
    if recipe.warm_start:
        for name, usual in (("backbone", DEFAULT), ("weights", IMAGENET)):
            if getattr(recipe, name) != usual:
                came = f"{name} = '{getattr(recipe, name)}' came with --from, whose network is the backbone"
                raise SettingError(came, todo=f"Leave out one of --{name} and --from")
        return
    _check_size(recipe.size or SMALLEST, str(recipe.backbone))


def fetch(recipe: Recipe) -> None:
    """Fetch the weights, and read them once, before anything long begins."""
    if not recipe.warm_start and recipe.weights != NONE:
        pretrained_network(str(recipe.backbone), SMALLEST, str(recipe.weights))


def build(contract: InputContract, recipe: Recipe) -> keras.Model:
    """Build the network around one of Keras's applications, with random weights; `load` brings the pretrained ones.

    With ``weights = "none"`` no layer is called ``backbone``, so that everything learns from the first step, and
    normalisation learns its statistics.
    """
    from keras import Input, layers

    from mien.models.layers import exportable, still

    name = str(recipe.backbone)
    _check_size(contract.size, name)
    chosen, body = backbone(name), network(name, contract.size)
    if recipe.weights == NONE:
        for layer in body.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.momentum = 0.9  # MobileNetV3 has 0.999: a short training has few steps to average over
        body = exportable(body, name)
    else:
        body = still(body, LAYER)
    pixels = Input(contract.shape, dtype="uint8", name="pixels")
    scaled = layers.Rescaling(chosen.scale, chosen.offset, name="scale")(pixels)
    return _headed(pixels, body(scaled), contract, recipe)


def load(model: keras.Model, contract: InputContract, recipe: Recipe) -> None:
    """Put the pretrained weights into the backbone of a fresh network. `model` is changed in place."""
    if recipe.weights == NONE:
        return
    source = pretrained_network(str(recipe.backbone), SMALLEST, str(recipe.weights))
    for variable, value in zip(model.get_layer(LAYER).weights, source.weights, strict=True):
        variable.assign(value)


def build_on(contract: InputContract, recipe: Recipe, base: keras.Model) -> keras.Model:
    """Build a network on an earlier one, without that one's last layer."""
    import keras

    from mien.models.layers import still

    size = base.inputs[0].shape[1]
    if contract.size != size:
        came = f"size = {contract.size} came with --from, whose network takes {size} px"
        raise SettingError(came, expected=str(size), todo="Leave --size out")
    body = still(keras.Model(base.inputs[0], base.layers[-1].input, name=base.name), LAYER)
    pixels = keras.Input(contract.shape, dtype="uint8", name="pixels")
    return _headed(pixels, body(pixels), contract, recipe)


def _headed(pixels: Any, features: Any, contract: InputContract, recipe: Recipe) -> keras.Model:  # noqa: ANN401
    from keras import Model, layers

    if len(features.shape) == 4:
        features = layers.GlobalAveragePooling2D(name="pool")(features)
    features = layers.Dropout(DROPOUT, name="dropout")(features)
    head = layers.Dense(len(contract.labels), activation=recipe.outputs, dtype="float32", name="probabilities")
    return Model(pixels, head(features), name="transfer")


def _check_size(size: int, name: str) -> None:
    if size < SMALLEST:
        raise SettingError(f"size = {size} is too small for '{name}'", expected=f"at least {SMALLEST}")


FAMILY = Family(
    about="A pretrained network with a new head: for a few hundred pictures, or after an earlier run (--from).",
    colour="rgb",
    build=build,
    build_on=build_on,
    check=check,
    load=load,
    fetch=fetch,
    defaults={
        "backbone": DEFAULT,
        "weights": IMAGENET,
        "size": 96,
        "frozen_epochs": 5,
        "unfrozen_rate": 0.1,
        "schedule": "cosine",
        "label_smoothing": 0.1,
        "balance": 0.5,
        "augment": 0.4,
    },
)
