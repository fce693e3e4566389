"""A trained network as the still part of a new one: it answers in training exactly as it does in use."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from mien.backends import has_known_internals
from mien.models.layers import _fused_batchnorm as fused


class Still(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A network whose normalisation keeps its statistics, and whose dropout stays off, while its weights may learn.

    Statistics taken anew from small batches of other pictures would spoil what the weights were trained to expect
    (Keras's guide "Transfer learning & fine-tuning"). The guide's ``base(x, training=False)`` does not do it in
    Keras 3: where the whole network is called with ``training=True``, as ``fit`` does, that wins (keras#20285).
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # noqa: ANN401
        """Answer as in use."""
        return super().call(inputs, training=False, mask=mask)


def still(network: keras.Model, name: str) -> keras.Model:
    """Put a trained functional network into the form in which it stands still, and computes in fewer passes.

    The same answers (to rounding), the same weights in the same order; its layers live on in the new one.
    """
    twins = {id(layer): _twin(layer) for layer in network.layers}
    convolutions = {id(layer.output): layer for layer in network.layers if _foldable(layer)}
    for layer in network.layers:
        if _plain_normalisation(layer) and id(layer.input) in convolutions:
            convolution = convolutions[id(layer.input)]
            twins[id(convolution)], twins[id(layer)] = _folded(convolution, layer)
    folded = _in_their_place(network, twins)
    return Still(folded.input, folded.output, name=name)


def exportable(network: keras.Model, name: str) -> keras.Model:
    """Put a network that learns from nothing into the form that is quick on a CPU and can be exported; see `still`."""
    made = _in_their_place(network, {id(layer): _twin(layer) for layer in network.layers})
    return keras.Model(made.input, made.output, name=name)


def _in_their_place(network: keras.Model, twins: dict[int, Any]) -> keras.Model:
    made = keras.models.clone_model(network, clone_function=lambda layer: twins.get(id(layer), layer))
    for layer in network.layers:
        twin = twins[id(layer)]
        if twin is not layer:
            for variable, value in zip(twin.weights, layer.weights, strict=True):
                variable.assign(value)
    return made


def _twin(layer: Any) -> Any:  # noqa: ANN401 - a Keras layer
    activation = getattr(layer, "activation", None)
    if type(layer) is layers.Activation and activation is keras.activations.hard_silu:
        return fused.HardSwish(name=layer.name, dtype=layer.dtype_policy)
    if type(layer) is layers.Activation and activation is keras.activations.gelu:
        return fused.Gelu(name=layer.name, dtype=layer.dtype_policy)
    if type(layer) is layers.Conv2D and 1 < layer.groups == layer.filters == layer.input.shape[-1] and _linear(layer):
        return fused.GroupedConv2D.from_config(layer.get_config())
    return layer


def _foldable(layer: Any) -> bool:  # noqa: ANN401
    plain = type(layer) is layers.Conv2D and layer.groups == 1
    depthwise = type(layer) is layers.DepthwiseConv2D and layer.depth_multiplier == 1
    if not (plain or depthwise) or not _linear(layer):
        return False
    # A layer that is called twice may have something else after it the second time, and what it answers may go
    # elsewhere too.
    return _calls(layer) == (1, 1)


def _calls(layer: Any) -> tuple[int, int]:  # noqa: ANN401
    """Count how often a layer is called, and how often its answers are taken; zeros where Keras does not show it."""
    if not has_known_internals(keras):
        return 0, 0  # then nothing is folded, and the network answers the same in more passes
    return len(layer._inbound_nodes), len(layer._outbound_nodes)  # noqa: SLF001


def _linear(layer: Any) -> bool:  # noqa: ANN401
    """Say whether a convolution is nothing but that."""
    undilated = set(np.ravel(layer.dilation_rate)) == {1}
    return layer.activation is keras.activations.linear and undilated and layer.data_format == "channels_last"


def _plain_normalisation(layer: Any) -> bool:  # noqa: ANN401
    if type(layer) is not layers.BatchNormalization or _calls(layer)[0] != 1:
        return False
    return layer.axis in (-1, len(layer.input.shape) - 1)


def _folded(convolution: Any, normalisation: Any) -> tuple[Any, Any]:  # noqa: ANN401
    kind = fused.Conv2D if type(convolution) is layers.Conv2D else fused.DepthwiseConv2D
    twin = kind.from_config(convolution.get_config())
    after = fused.BatchNormalization.from_config(normalisation.get_config())
    twin.line = after.line  # a method, not the layer: Keras would count an attribute's variables as the twin's own
    return twin, after
