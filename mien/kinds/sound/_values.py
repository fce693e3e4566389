"""What Python calls a clip: arrays and tensors of any library, alone or with their rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import SettingError
from mien.kinds._arrays import to_numpy
from mien.kinds._article import article
from mien.kinds.sound._mono import mixing
from mien.kinds.sound._open import LONGEST, RATES
from mien.kinds.sound._read import RATE

if TYPE_CHECKING:
    from mien.core.types import Singles

_FULL = {"int16": 1 << 15, "int32": 1 << 31, "int8": 1 << 7}
_CHANNELS = 64
_OVER = 1.5  # what floats may reach: a resampler overshoots, sixteen bits that were not scaled go far beyond


def from_value(value: Any, accepted: str) -> Singles:  # noqa: ANN401
    """Make samples of numbers: float32 [T], 16 kHz; what is no clip is a SettingError, with what is `accepted`."""
    rate, samples = _with_rate(value)
    found = _array(samples, value, accepted)
    came = f"{article(samples)} of {found.dtype} and shape {list(found.shape)} came"
    while found.ndim > 1 and 1 in found.shape:  # a batch of one, a channel of one
        found = found.squeeze(found.shape.index(1))
    if found.ndim == 2 and found.shape[0] <= min(_CHANNELS, found.shape[1] - 1):  # channels first, as tensors have them
        found = found.T
    if found.ndim not in (1, 2) or 0 in found.shape or (found.ndim == 2 and found.shape[1] > _CHANNELS):
        raise SettingError(came, expected="one clip, float32 [T] or [T, channels], -1..1")
    if len(found) > LONGEST * rate:
        raise SettingError(f"{came}, more than {LONGEST / 60:g} minutes", todo="Cut it into clips")
    scaled = _scaled(found, came)
    mono = scaled if scaled.ndim == 1 else scaled @ mixing([scaled], scaled.shape[1])
    return _resampled(np.ascontiguousarray(mono), rate)


def _with_rate(value: Any) -> tuple[float, Any]:  # noqa: ANN401
    """Take (rate, samples), as SciPy and Gradio have it, or (samples, rate), as soundfile and torchaudio do."""
    if not isinstance(value, tuple) or len(value) != 2:
        return RATE, value
    rate, samples = value if np.ndim(value[0]) == 0 else value[::-1]
    if isinstance(rate, bool) or not isinstance(rate, int | float | np.number) or not RATES[0] <= rate <= RATES[1]:
        raise SettingError(f"A clip came with the rate {rate!r}", expected="4,000 to 192,000 samples a second")
    return float(rate), samples


def _array(samples: Any, value: Any, accepted: str) -> Any:  # noqa: ANN401
    numbers = samples is not None and not isinstance(samples, int | float | complex | str | set | frozenset | dict)
    found = to_numpy(samples) if numbers else None
    if found is None or found.dtype.kind == "b":
        raise SettingError(f"{article(value)} came, which is no clip", expected=accepted)
    return found


def _scaled(found: Any, came: str) -> Singles:  # noqa: ANN401
    """Scale to -1..1: whole numbers by their width, floats not at all."""
    if found.dtype == np.uint8:
        return np.asarray((found.astype(np.float32) - 128) / 128)
    full = _FULL.get(found.dtype.name)
    if full:
        return np.asarray(found.astype(np.float32) / full)
    high = float(np.abs(found).max())
    if found.dtype.kind != "f" or not high <= _OVER:  # no number fails as well
        raise SettingError(f"{came}, with values up to {high:.4g}", expected="floats -1..1, or 16-bit whole numbers")
    return np.asarray(np.clip(found.astype(np.float32), -1, 1))


def _resampled(mono: Singles, rate: float) -> Singles:
    if rate == RATE:
        return np.asarray(mono, np.float32)
    import soxr

    found = np.clip(soxr.resample(np.asarray(mono, np.float32), rate, RATE, quality="HQ"), -1, 1)
    if not len(found):
        raise SettingError("A clip of no length came", expected="float32 [T], T at least 1")
    return np.asarray(found, np.float32)
