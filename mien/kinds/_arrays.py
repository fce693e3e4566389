"""Numbers of any library become NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np


def to_numpy(value: Any) -> Any | None:  # noqa: ANN401 - of any library
    """Turn an array, a tensor or nested lists into an array of one dimension or more, or None if not numbers."""
    if hasattr(value, "detach"):  # PyTorch: off the card, without its history
        value = value.detach().cpu()
        value = value.float() if "bfloat16" in str(value.dtype) else value
    elif hasattr(value, "get") and hasattr(value, "__cuda_array_interface__"):
        value = value.get()
    try:
        found = np.asarray(value)
    except Exception:
        return None
    if found.dtype.kind not in "buif" and "bfloat16" in str(found.dtype):  # TensorFlow and JAX
        found = found.astype(np.float32)
    return found if found.dtype.kind in "buif" and found.ndim else None
