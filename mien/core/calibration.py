"""What makes a model's probabilities honest: they are raised to powers and multiplied, and sum to 1 again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import ModelFileError, SettingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mien.core.types import Floats, Integers

KEY = "mien.calibration"  # of the entry in a model file's metadata; where it is missing, ``mien.temperature`` says all
LEAST = 1e-12  # probabilities below this count as this, so that their logarithm is finite
COLDEST, HOTTEST = 0.05, 20.0
STEPS = 40  # bisections: log T to 6e-12


@dataclass(frozen=True)
class Calibration:
    """A model answers ``softmax(scale * log(p) + bias)`` where it would have answered p.

    One scale of 1 / T and no bias are temperature scaling; a scale and a bias for each class are vector scaling (Guo et
    al. 2017, "On Calibration of Modern Neural Networks").

    Parameters
    ----------
    scale : tuple of float
        Above 0: one number for all classes, or one each.
    bias : tuple of float
        One number a class; empty where there is none.

    Raises
    ------
    SettingError
        If a number is not finite, or a scale not above 0.

    Examples
    --------
    >>> Calibration.of_temperature(2.0).apply([[0.8, 0.2]]).round(3).tolist()
    [[0.667, 0.333]]
    """

    scale: tuple[float, ...] = (1.0,)
    bias: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not (np.isfinite([*self.scale, *self.bias]).all() and min(self.scale, default=0) > 0):
            came = f"The calibration came as scale {list(self.scale)}, bias {list(self.bias)}"
            raise SettingError(came, expected="finite numbers, scales above 0")

    @classmethod
    def of_temperature(cls, temperature: float) -> Calibration:
        """Soften (above 1) or sharpen every class alike."""
        if not (np.isfinite(temperature) and temperature > 0):
            raise SettingError(f"The temperature came as {temperature}", expected="a number above 0")
        return cls((1 / temperature,))

    @property
    def temperature(self) -> float:
        """One number that says it roughly: above 1 where answers were made less certain."""
        return float(1 / np.mean(self.scale))

    @property
    def by_class(self) -> bool:
        """Whether it treats classes differently."""
        return len(self.scale) > 1 or bool(self.bias)

    def apply(self, probabilities: ArrayLike) -> Floats:
        """Calibrate rows, 0..1, that sum to 1: float [N, classes] to float64 [N, classes]."""
        logs = np.log(np.clip(np.asarray(probabilities, dtype=np.float64), LEAST, 1)) * np.array(self.scale)
        logs = logs + np.array(self.bias) if self.bias else logs
        powers = np.exp(logs - logs.max(axis=1, keepdims=True))
        scaled: Floats = powers / powers.sum(axis=1, keepdims=True)
        return scaled

    def to_dict(self) -> dict[str, list[float]]:
        """Return it as JSON values; `from_dict` reads them back."""
        return {"scale": list(self.scale), "bias": list(self.bias)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote, or the temperature alone that an earlier Mien wrote, under ``temperature``."""
        try:
            if "scale" not in values:
                return cls.of_temperature(float(values["temperature"]))
            return cls(tuple(map(float, values["scale"])), tuple(map(float, values["bias"])))
        except (KeyError, TypeError, ValueError, SettingError) as error:
            raise ModelFileError("The calibration is damaged", todo="Export the model anew") from error

    @classmethod
    def of_metadata(cls, metadata: Mapping[str, str]) -> Calibration:
        """Read it from a model file's metadata; `ModelFileError` if it is missing or damaged."""
        text = metadata.get(KEY)
        try:
            values = json.loads(text) if text is not None else {"temperature": metadata.get("mien.temperature")}
        except ValueError as error:
            raise ModelFileError("The calibration is damaged", todo="Export the model anew") from error
        return cls.from_dict(values if isinstance(values, dict) else {})


def fit_temperature(truth: Integers, logs: Floats) -> float:
    """Find the temperature, 0.05..20, of the least log loss: of int64 [N] and logarithms float64 [N, classes]."""
    given = logs[np.arange(len(truth)), truth].mean()
    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        powers = np.exp(logs * np.exp(-middle))
        # The loss is convex in 1/T; its slope is the logarithm that the model expects less the one that the truth got.
        expected = ((powers * logs).sum(axis=1) / powers.sum(axis=1)).mean()
        low, high = (middle, high) if expected > given else (low, middle)
    return float(np.exp((low + high) / 2))
