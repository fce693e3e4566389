"""What came, by its type: for sentences that never quote at length."""

from __future__ import annotations

import numpy as np


def article(value: object) -> str:
    """Name a value by its type, such as ``A list``, ``An array`` or ``None``."""
    if value is None:
        return "None"
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return f"{'An' if name[0].lower() in 'aeiou' else 'A'} {name}"
