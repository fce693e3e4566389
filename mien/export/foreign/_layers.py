"""A Keras file's description of its network, walked before anything is built: only known, plain layers pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mien.core.errors import ModelFileError

MAX_CONFIG = 32 << 20  # bytes
MAX_DEPTH = 60
_ACTIVATION_NAMES = """
celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softmax_v2 softplus softsign sparse_plus squareplus
swish tanh tanh_shrink threshold
"""
_PART_NAMES = """
Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal LecunUniform Ones
Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros L1 L2 L1L2
OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg UnitNorm Policy DTypePolicy GRUCell LSTMCell SimpleRNNCell
__keras_tensor__ __tuple__ __list__ ListWrapper TensorShape
"""
_LAYER_NAMES = """
Activation ActivityRegularization AdaptiveAveragePooling2D AdaptiveMaxPooling2D Add AlphaDropout Attention Average
AveragePooling1D AveragePooling2D AvgPool2D BatchNormalization Bidirectional CenterCrop Concatenate Conv1D Conv2D
Conv2DTranspose Convolution2D Cropping2D Dense DepthwiseConv2D Dot Dropout ELU EinsumDense Flatten GRU GaussianDropout
GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAvgPool2D GlobalMaxPool2D GlobalMaxPooling1D
GlobalMaxPooling2D GroupNormalization Identity InputLayer LSTM LayerNormalization LeakyReLU MaxPool2D MaxPooling1D
MaxPooling2D Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute RMSNormalization RandomBrightness
RandomContrast RandomCrop RandomFlip RandomHue RandomRotation RandomSaturation RandomTranslation RandomZoom ReLU
RepeatVector Rescaling Reshape Resizing SeparableConv2D SimpleRNN Softmax SpatialDropout2D Subtract ThresholdedReLU
TimeDistributed UnitNormalization UpSampling2D ZeroPadding2D Functional Model Sequential
"""
_LAYERS = frozenset(_LAYER_NAMES.split())
_PARTS = frozenset(_PART_NAMES.split())
_ACTIVATIONS = frozenset(_ACTIVATION_NAMES.split())
_CODE = {"Lambda", "TFOpLambda", "SlicingOpLambda", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer"}
_OPERATIONS = ("keras.src.ops.numpy", "keras.src.ops.nn")
_SCALING = ("Rescaling", "Normalization", "Divide", "TrueDivide")  # the last two: preprocess_input in the network


@dataclass(frozen=True)
class Facts:
    """What a file says of its network, beside the network: its layers' classes and names, and who wrote it."""

    layers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    maker: str = ""

    @property
    def scales(self) -> str:
        """The layer that scales pixels itself; empty without one."""
        return next((name for name in self.layers if name in _SCALING), "")


def read_config(text: bytes | str, path: str) -> dict[str, Any]:
    """Read a network's description, at most 32 MiB of JSON; what is no object is a `ModelFileError`."""
    if len(text) <= MAX_CONFIG:
        try:
            config = json.loads(text)
        except (ValueError, RecursionError):
            config = None
        if isinstance(config, dict):
            return config
    raise ModelFileError(f"'{path}' holds no description of a network that can be read", todo="Save it anew with Keras")


def check_config(config: Any, path: str) -> Facts:  # noqa: ANN401 - JSON
    """Refuse what is not known to be plain arithmetic, and say what the network is built of."""
    layers, names = [], []
    for item in _objects(config, path, 0):
        name = str(item["class_name"])
        _check(name, item, path)
        if name in _LAYERS or item.get("module") in _OPERATIONS:
            layers.append(name)
            inner = item.get("config")
            names.append(str(inner.get("name", ""))[:80] if isinstance(inner, dict) else "")
    return Facts(tuple(layers), tuple(names))


def _objects(value: Any, path: str, depth: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every object with a class in a description, outer ones first; a text as activation is checked at once."""
    if depth > MAX_DEPTH:
        raise ModelFileError(
            f"The network in '{path}' is nested more than {MAX_DEPTH} deep", expected="a plain network"
        )
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, path, depth + 1)
    elif isinstance(value, dict):
        if "class_name" in value:
            yield value
        for key, item in value.items():
            if "activation" in key and isinstance(item, str) and item not in _ACTIVATIONS:
                raise _refused(f"the activation '{item[:80]}'", path)
            yield from _objects(item, path, depth + 1)


def _check(name: str, item: dict[str, Any], path: str) -> None:
    module = item.get("module") or "keras"
    if name in _CODE:
        raise ModelFileError(
            f"The network in '{path}' has a layer of the class {name}, which runs code out of the file",
            expected="layers that are arithmetic alone",
            todo="Save it without that layer, or as .onnx where it was made",
        )
    if name == "function":
        if item.get("config") not in _ACTIVATIONS:
            raise _refused(f"the function '{str(item.get('config'))[:80]}'", path)
        return
    operation = module in _OPERATIONS and name.isidentifier() and name[0].isupper()
    known = name in _LAYERS | _PARTS and str(module).partition(".")[0] in (
        "keras",
        "tensorflow",
        "builtins",
        "tf_keras",
    )
    if not (known or operation):
        raise _refused(f"a layer or part of the class '{name[:80]}'", path)


def _refused(what: str, path: str) -> ModelFileError:
    came = f"The network in '{path}' has {what}, which is none of Keras's plain ones"
    return ModelFileError(came, expected="layers of Keras's own", todo="Save it as .onnx where it was made")
