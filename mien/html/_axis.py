"""An axis: where a value stands along it, and which values are written beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Axis:
    """One axis of a chart, from `low` to `high`, which are the same where there is but one value.

    With `log` equal steps are equal factors, and `low` is above 0. With `choices` words stand side by side instead of
    numbers, and a value is a word's index. With `whole` only whole numbers are written.
    """

    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[str, ...] = ()
    whole: bool = False

    def place(self, value: float) -> float:
        """Say where a value stands: 0..1 between the ends; beyond them, less or more.

        >>> Axis(0.001, 0.1, log=True).place(0.01), Axis(2, 4).place(3), Axis(choices=("a", "b")).place(0)
        (0.5, 0.5, 0.25)
        """
        if self.choices:
            return (value + 0.5) / len(self.choices)
        if self.high <= self.low:
            return 0.5
        if self.log:
            return log10(max(value, 1e-300) / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Choose values between the ends to write beside the axis, and how they are written.

        >>> [words for _, words in Axis(0.0005, 0.032, log=True).ticks()]
        ['0.001', '0.003', '0.01', '0.03']
        >>> [words for _, words in Axis(0, 0.2).ticks()]
        ['0', '0.05', '0.1', '0.15', '0.2']
        """
        if self.choices:
            return [(float(number), word) for number, word in enumerate(self.choices)]
        if self.high <= self.low:
            return [(self.low, f"{self.low:g}")]
        values = self._powers(most) if self.log else self._steps(most)
        return [(value, f"{value:.10g}") for value in values]

    def _steps(self, most: int) -> list[float]:
        raw = (self.high - self.low) / (most - 1)
        power = 10.0 ** floor(log10(raw))
        step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999)
        step = max(round(step), 1) if self.whole else step
        first, last = ceil(self.low / step - 1e-6), floor(self.high / step + 1e-6)
        digits = max(2 - floor(log10(step)), 0)  # so that 3 * 0.1 is 0.3
        return [round(number * step, digits) for number in range(first, last + 1)] or [self.low]

    def _powers(self, most: int) -> list[float]:
        for parts in ((1, 2, 5), (1, 3), (1,)):
            first, last = floor(log10(self.low)), ceil(log10(self.high))
            values = [part * 10.0**power for power in range(first, last + 1) for part in parts]
            inside = [float(f"{value:.6g}") for value in values if -0.005 <= self.place(value) <= 1.005]
            if len(inside) <= most:
                return inside or [self.low, self.high]
        return inside[:: ceil(len(inside) / most)]
