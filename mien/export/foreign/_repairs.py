"""What Keras 2 wrote and Keras 3 does not read: each repair by its name, on the description alone, never on weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Config = dict[str, Any]

# Keys that layers had in Keras 2 and that change nothing in an answer, or stand for the only thing Keras 3 does.
_DROPPED = {
    "DepthwiseConv2D": ("groups", "filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SeparableConv2D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "Conv2DTranspose": ("groups",),
    "BatchNormalization": ("fused", "virtual_batch_size", "renorm", "renorm_clipping", "renorm_momentum", "adjustment"),
    "LSTM": ("implementation", "time_major"),
    "GRU": ("implementation", "time_major"),
    "SimpleRNN": ("time_major",),
    "InputLayer": ("ragged", "sparse", "type_spec"),
}


def repair(config: Config) -> Config:
    """Return a description, as `read_config` reads it, in the words of Keras 3; one that is in them already stays.

    Repaired are: names of models and shapes of inputs that changed, a data type as text, an axis in a list, keys of
    layers that are gone, and a Sequential whose first layer says what shape comes in.
    """
    made: Config = _layer(config)
    return made


def _layer(item: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(item, dict) or "class_name" not in item:
        return item
    name = {"Model": "Functional"}.get(str(item["class_name"]), item["class_name"])
    inner = item.get("config", {})
    if isinstance(inner, list):  # a Sequential of Keras before 2.3
        inner = {"name": "sequential", "layers": inner}
    inner = dict(inner) if isinstance(inner, dict) else {}
    for step in _STEPS:
        inner = step(str(name), inner)
    return {**item, "class_name": name, "config": inner}


def _without_old_keys(name: str, inner: Config) -> Config:
    return {key: value for key, value in inner.items() if key not in _DROPPED.get(name, ())}


def _with_plain_type(_: str, inner: Config) -> Config:
    kind = inner.get("dtype")
    old = isinstance(kind, dict) and kind.get("class_name") == "Policy"
    return {**inner, "dtype": kind["config"]["name"]} if old and kind else inner


def _with_plain_axis(name: str, inner: Config) -> Config:
    axis = inner.get("axis")
    one = name in ("BatchNormalization", "LayerNormalization") and isinstance(axis, list) and len(axis) == 1
    return {**inner, "axis": axis[0]} if one and axis else inner


def _with_today_s_words(name: str, inner: Config) -> Config:
    made = dict(inner)
    if made.get("activation") == "softmax_v2":
        made["activation"] = "softmax"
    if name == "LeakyReLU" and "alpha" in made:
        made["negative_slope"] = made.pop("alpha")
    if name == "InputLayer" and "batch_input_shape" in made:
        made["batch_shape"] = made.pop("batch_input_shape")
    if name == "Rescaling" and isinstance(made.get("scale"), dict):
        made["scale"] = made["scale"].get("config", {}).get("value", made["scale"])
    return made


def _with_layers(name: str, inner: Config) -> Config:
    layers = inner.get("layers")
    if not isinstance(layers, list):
        return _wrapped(inner)
    if name == "Sequential":
        layers = _with_input(layers)
    ends = {key: inner[key][0] for key in ("input_layers", "output_layers") if _is_one(inner.get(key))}
    return {**inner, **ends, "layers": [_layer(item) for item in layers]}


def _is_one(ends: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell one tensor in a list, ``[["name", 0, 0]]``: Keras 3 would pass a list on, and the next layer refuse it."""
    return isinstance(ends, list) and len(ends) == 1 and isinstance(ends[0], list)


def _wrapped(inner: Config) -> Config:
    """Repair the layer inside of a TimeDistributed or Bidirectional."""
    return {key: _layer(value) if key in ("layer", "backward_layer") else value for key, value in inner.items()}


def _with_input(layers: list[Any]) -> list[Any]:
    """Let a layer of its own say the shape of the input, where the first one did."""
    first = layers[0] if layers and isinstance(layers[0], dict) else {}
    inner = first.get("config")
    if first.get("class_name") == "InputLayer" or not isinstance(inner, dict) or "batch_input_shape" not in inner:
        return layers
    rest = {key: value for key, value in inner.items() if key != "batch_input_shape"}
    shape = {
        "batch_shape": inner["batch_input_shape"],
        "dtype": "float32",
        "name": f"{inner.get('name', 'first')}_input",
    }
    return [{"class_name": "InputLayer", "config": shape}, {**first, "config": rest}, *layers[1:]]


_STEPS: tuple[Callable[[str, Config], Config], ...] = (
    _without_old_keys,
    _with_plain_type,
    _with_plain_axis,
    _with_today_s_words,
    _with_layers,
)
