"""A file of Keras 3 put into the words of Keras 2.4, as TensorFlow.js's converter, and so Teachable Machine, writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py

_INITIAL = {"class_name": "VarianceScaling", "config": {"scale": 1, "mode": "fan_avg", "distribution": "uniform"}}


def to_keras_2(path: Path) -> Path:
    """Rewrite the description of an HDF5 file in place; weights stay."""
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["model_config"])
        file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(_layer(config)), "2.4.0"
        old = {"loss": "categorical_crossentropy", "optimizer_config": {"class_name": "Adam", "config": {"lr": 0.001}}}
        file.attrs["training_config"] = json.dumps(old)
    return path


def _layer(item: dict[str, Any]) -> dict[str, Any]:
    name = item["class_name"]
    inner = {key: _value(key, value) for key, value in item["config"].items()}
    if name == "InputLayer":
        inner = {"batch_input_shape": inner["batch_shape"], "dtype": "float32", "name": inner["name"], "ragged": False}
    if name == "DepthwiseConv2D":
        inner |= {"groups": 1, "kernel_initializer": _INITIAL, "kernel_regularizer": None, "kernel_constraint": None}
    if name == "BatchNormalization":
        inner = {key: value for key, value in inner.items() if not key.startswith(("renorm", "synchronized"))}
        inner["axis"] = [3]
    if "layers" in inner:
        inner = {key: value for key, value in inner.items() if key not in ("dtype", "trainable", "build_input_shape")}
        inner["layers"] = [_layer(one) for one in inner["layers"]]
    for key in ("input_layers", "output_layers"):
        if key in inner and not isinstance(inner[key][0], list):
            inner[key] = [inner[key]]
    made = {**item, "config": inner}
    if "inbound_nodes" in item:
        made["inbound_nodes"] = [_tensors(node["args"]) for node in item["inbound_nodes"]]
    return made


def _value(key: str, value: Any) -> Any:
    if key == "dtype" and isinstance(value, dict):
        return value["config"]["name"]
    if isinstance(value, dict) and value.get("module") == "keras.initializers":
        return _INITIAL if value["class_name"] == "GlorotUniform" else {"class_name": value["class_name"], "config": {}}
    return value


def _tensors(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [[*value["config"]["keras_history"], {}]]
    return [tensor for part in value for tensor in _tensors(part)]
