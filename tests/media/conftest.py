from __future__ import annotations

import json
from pathlib import Path

import pytest

PICTURES = Path(__file__).parent.parent / "golden" / "pictures"


@pytest.fixture(scope="session")
def golden() -> dict[str, dict[str, object]]:
    return json.loads((PICTURES / "expected.json").read_text())


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    """Every golden picture's bytes, by name."""
    return {path.name: path.read_bytes() for path in PICTURES.iterdir() if path.suffix != ".json"}
