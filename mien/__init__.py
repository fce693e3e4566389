"""Mien: a folder of faces, or of voices, becomes one honest emotion model file.

collect -> audit -> split -> load -> models -> train -> evaluate -> explain -> export

Each word is a module with verbs in it, a command, and a page in the docs. The
modules are loaded when they are first touched, so that ``import mien`` is quick.

::

    from mien import collect, split

    manifest = split.assign(collect.scan("faces/"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mien.core.telemetry import silence as _silence

if TYPE_CHECKING:
    from mien import audit, collect, compare, evaluate, explain, export, load, models, pipeline, split, train, tune
    from mien.core.errors import MienError
    from mien.core.recipe import Recipe
    from mien.core.types import Answer, Findings, InputContract, Manifest
    from mien.predict import Predictor

_silence()

__version__ = "0.1.0"

_MODULES = (
    "collect",
    "audit",
    "split",
    "load",
    "models",
    "train",
    "evaluate",
    "explain",
    "export",
    "pipeline",
    "compare",
    "tune",
    "watch",
)
_NAMES = {
    "Answer": "mien.core.types",
    "Findings": "mien.core.types",
    "InputContract": "mien.core.types",
    "Manifest": "mien.core.types",
    "MienError": "mien.core.errors",
    "Predictor": "mien.predict",
    "Recipe": "mien.core.recipe",
}

__all__ = [
    "Answer",
    "Findings",
    "InputContract",
    "Manifest",
    "MienError",
    "Predictor",
    "Recipe",
    "__version__",
    "audit",
    "collect",
    "compare",
    "evaluate",
    "explain",
    "export",
    "load",
    "models",
    "pipeline",
    "split",
    "train",
    "tune",
    "watch",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - modules and classes alike
    if name in _MODULES:
        return import_module(f"mien.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'mien' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
