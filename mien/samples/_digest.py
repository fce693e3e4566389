"""One fingerprint for parameters, the same on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def digest(parameters: object) -> str:
    """Give 64 hexadecimal digits for nested mappings, lists and numbers; floats count to the sixth decimal."""
    return hashlib.sha256(json.dumps(_rounded(parameters), sort_keys=True).encode()).hexdigest()


def _rounded(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(inner) for inner in value]
    # Adding 0.0 turns -0.0 into 0.0, which JSON writes differently.
    return round(value, 6) + 0.0 if isinstance(value, float) else value
