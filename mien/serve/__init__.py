"""The server: samples in, answers out, and a page for people.

Its parts are loaded on first use: the command line reads the settings at every start, and FastAPI takes half a second.

Examples
--------
>>> from mien import serve
>>> serve.Settings(host="0.0.0.0")
Traceback (most recent call last):
mien.core.errors.SettingError: '0.0.0.0' can be reached from other machines, and no key is set. Set one: ...
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mien.serve._settings import Settings

if TYPE_CHECKING:
    from mien.serve._app import app, run

__all__ = ["Settings", "app", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whichever part
    if name in ("app", "run"):
        return getattr(import_module(f"{__name__}._app"), name)
    raise AttributeError(f"module '{__name__}' has no attribute {name!r}")
