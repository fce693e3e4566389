"""The net that finds faces, in PyTorch, to train: a step takes a third of what Keras takes for it on TensorFlow.

Its weights go into the Keras net of the same layers and names, which is what is exported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import torch
from _finder_net import EPSILON, OUTPUTS, RARE, net
from torch import nn
from torch.nn import functional

MOMENTUM = 0.03
_KINDS = np.float32, np.float16


class Convolved(nn.Module):
    """Convolve as Keras pads ("same"), normalise, cut off below zero where that is asked."""

    def __init__(self, given: int, filters: int, side: int, stride: int, *, cut: bool = True, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(given, filters, side, stride, bias=False, groups=groups)
        nn.init.xavier_uniform_(self.conv.weight)
        self.normal = nn.BatchNorm2d(filters, eps=EPSILON, momentum=MOMENTUM)
        low = (side - stride) // 2
        self.pads, self.cut = (low, side - stride - low, low, side - stride - low), cut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        x = self.normal(self.conv(functional.pad(x, self.pads)))
        return functional.relu(x, inplace=True) if self.cut else x


class Net(nn.Module):
    """Layers of PyTorch: float32 [N, 3, side, side], 0..255, to [N, cells, 15], the cells of all levels in a row."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.layers = nn.ModuleDict()
        with torch.no_grad():
            self(torch.zeros(1, 3, side, side))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the outputs of every level."""
        return torch.cat(net(pixels / 64 - 2, self), 1)

    def conv(self, x: torch.Tensor, filters: int, side: int, stride: int, name: str) -> torch.Tensor:
        """See `Layers`."""
        return self._layer(name, lambda: Convolved(x.shape[1], filters, side, stride))(x)

    def around(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """See `Layers`."""
        many = x.shape[1]
        return self._layer(name, lambda: Convolved(many, many, 3, 1, cut=False, groups=many))(x)

    def head(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """See `Layers`."""
        with torch.autocast("cpu", enabled=False):  # a box needs more than the eight bits of a bfloat16
            found = self._layer(name, lambda: _head(x.shape[1]))(x.float())
        return found.flatten(2).transpose(1, 2)

    def add(self, first: torch.Tensor, second: torch.Tensor, name: str) -> torch.Tensor:
        """See `Layers`."""
        return first + second

    def twice(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """See `Layers`."""
        return functional.interpolate(x, scale_factor=2)

    def _layer(self, name: str, make: Callable[[], nn.Module]) -> Any:
        if name not in self.layers:
            self.layers[name] = make()
        return self.layers[name]


def _head(given: int) -> nn.Conv2d:
    made = nn.Conv2d(given, OUTPUTS, 1)
    nn.init.normal_(made.weight, std=0.01)
    with torch.no_grad():
        made.bias.copy_(torch.tensor([RARE, *[0.5] * 4, *[0.0] * 10]))
    return made


def save_weights(model: nn.Module, file: Path) -> None:
    """Write the weights, the filters in 16 bits."""
    held = {name: values.numpy() for name, values in model.state_dict().items()}
    np.savez_compressed(file, **{name: values.astype(_KINDS[values.ndim == 4]) for name, values in held.items()})


def load_weights(model: nn.Module, file: Path) -> None:
    """Read what `save_weights` wrote."""
    with np.load(file) as held:
        model.load_state_dict({name: torch.from_numpy(held[name].astype(np.float32)) for name in held.files})


def into_keras(weights: dict[str, torch.Tensor], model: keras.Model) -> keras.Model:
    """Put what a `Net`'s ``state_dict`` holds into the Keras net."""

    def held(name: str) -> np.ndarray:
        return weights[f"layers.{name}"].float().numpy()

    for name in {key.split(".")[1] for key in weights if key.startswith("layers.")}:
        if name.startswith("answer"):
            model.get_layer(name).set_weights([held(f"{name}.weight").transpose(2, 3, 1, 0), held(f"{name}.bias")])
            continue
        axes = (2, 3, 0, 1) if name.startswith("around") else (2, 3, 1, 0)
        model.get_layer(name).set_weights([held(f"{name}.conv.weight").transpose(axes)])
        parts = ("weight", "bias", "running_mean", "running_var")
        model.get_layer(f"{name}n").set_weights([held(f"{name}.normal.{part}") for part in parts])
    return model
