"""Names of the release before: they still work, with a ``DeprecationWarning``, for one release."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Words = Mapping[str, str]

INPUTS_OF_CROP: Words = {"face": "photos", "none": "faces"}
"""What recipe, predictor and command line call ``inputs`` was ``crop``, with two other words."""


def renamed(module: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a module that has renamed what it exports (old name to new name)."""

    def look_up(name: str) -> Any:  # noqa: ANN401 - whatever has the name
        if name not in names:
            raise AttributeError(f"module '{module}' has no attribute {name!r}")
        _warn(f"{module}.{name}", names[name])
        return getattr(sys.modules[module], names[name])

    return look_up


def renamed_argument(old: str, new: str, words: Words | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function so that it takes a keyword under its old name too, and with it values in their old `words`.

    `words` has the new one of each; a value may also be a tuple or list of them.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                before = kwargs.pop(old)
                kwargs[new] = reworded(before, words)
                _warn(f"The argument '{old}' of {function.__qualname__}", new, before, kwargs[new])
            return function(*args, **kwargs)

        return call

    return decorate


def renamed_attribute(old: str, new: str, words: Words | None = None) -> Any:  # noqa: ANN401 - a property
    """Make a class's attribute or method readable under its old name too; bind it to that name.

    Its value is in the old words then; `words` has the new one of each.
    """
    earlier = {now: before for before, now in (words or {}).items()}

    def read(self: object) -> Any:  # noqa: ANN401 - whatever the attribute is
        value = getattr(self, new)
        before = reworded(value, earlier)
        _warn(f"{type(self).__name__}.{old}", new, before, value)
        return before

    return property(read, doc=f"The earlier name of `{new}`.")


def renamed_key(values: Mapping[str, Any], old: str, new: str, words: Words | None = None) -> dict[str, Any]:
    """Return a file's values with one key and what it holds under the new name; one that has both names stays."""
    if old not in values or new in values:
        return dict(values)
    found = {name: value for name, value in values.items() if name != old}
    found[new] = reworded(values[old], words)
    _warn(f"The setting '{old}'", new, values[old], found[new])
    return found


def reworded(value: Any, words: Words | None) -> Any:  # noqa: ANN401 - whatever has the name
    """Put a word, or a tuple or list of them, into the new words; what is no old word stays."""
    if words and isinstance(value, tuple | list):
        return type(value)(reworded(one, words) for one in value)
    return words.get(value, value) if words and isinstance(value, str) else value


def _warn(old: str, new: str, before: object = None, now: object = None) -> None:
    other = "" if before is now or before == now else f", and what was {before!r} there is {now!r}"
    level = 1
    while sys._getframe(level).f_code.co_filename == __file__:  # noqa: SLF001 - of one renamed argument inside another
        level += 1
    warnings.warn(f"{old} is now called '{new}'{other}", DeprecationWarning, stacklevel=level + 1)
