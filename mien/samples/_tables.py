"""Tables of plain numbers and words, which lie beside the code that works by them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def tables(sample: str) -> dict[str, Any]:
    """Read ``tables.toml`` of ``faces`` or ``voices``; its arrays become tuples."""
    text = (Path(__file__).parent / sample / "tables.toml").read_text("utf-8")
    return {name: _fixed(table) for name, table in tomllib.loads(text).items()}


def _fixed(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if isinstance(value, dict):
        return {name: _fixed(inner) for name, inner in value.items()}
    return tuple(map(_fixed, value)) if isinstance(value, list) else value
