"""Names of the release before: they still work, with a ``DeprecationWarning``, for one release."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def renamed(module: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a module that has renamed what it exports (old name to new name)."""

    def look_up(name: str) -> Any:  # noqa: ANN401 - whatever has the name
        if name not in names:
            raise AttributeError(f"module '{module}' has no attribute {name!r}")
        _warn(f"{module}.{name}", names[name])
        return getattr(sys.modules[module], names[name])

    return look_up


def renamed_argument(old: str, new: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function so that it takes a keyword under its old name too."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                _warn(f"The argument '{old}' of {function.__qualname__}", new)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate


def renamed_attribute(old: str, new: str) -> Any:  # noqa: ANN401 - a property, of whatever `new` is
    """Make a class's attribute or method readable under its old name too; bind it to that name."""

    def read(self: object) -> Any:  # noqa: ANN401 - whatever the attribute is
        _warn(f"{type(self).__name__}.{old}", new)
        return getattr(self, new)

    return property(read, doc=f"The earlier name of `{new}`.")


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is now called '{new}'", DeprecationWarning, stacklevel=3)
