from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("reading", Path(__file__).with_name("reading.py"))
_READING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_READING)


@pytest.fixture(scope="session")
def read():
    """From a page's text to its elements, words and problems."""
    return _READING.Page
