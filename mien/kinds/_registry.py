"""Which kinds there are: Mien's own, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from mien.core import registry
from mien.core.errors import SettingError
from mien.kinds._kind import Kind

GROUP = "mien.kinds"
PICTURE = "picture"
SOUND = "sound"
_BUILT_IN = {PICTURE: "mien.kinds.picture", SOUND: "mien.kinds.sound"}


def names() -> tuple[str, ...]:
    """List the kinds, sorted; nothing is imported."""
    return tuple(sorted({*_BUILT_IN, *registry.names(GROUP)}))


def kind(name: str = PICTURE) -> Kind:
    """Find a kind by its name in a manifest or a contract.

    Parameters
    ----------
    name : str
        A name from `names`.

    Returns
    -------
    Kind
        What stages need to know of it.

    Raises
    ------
    SettingError
        If there is no such kind here.
    MissingPartError
        If a library that it needs is not installed.
    """
    if name in _BUILT_IN:  # by its module: who asks about a picture does not wait until every package was looked at
        own: Kind = import_module(_BUILT_IN[name]).KIND
        return own
    if name not in names():
        todo = "Install the package that brings it"
        raise SettingError(f"There is no kind '{name}' here", expected=", ".join(names()), todo=todo)
    other: Kind = registry.find(GROUP, name)
    return other


def detect(heads: Sequence[bytes], among: Sequence[str]) -> str | None:
    """Say which of some kinds knows more than half of some files, whole or their beginnings; None where none does."""
    known = ((name, sum(kind(name).sniff(head) is not None for head in heads)) for name in among)
    return next((name for name, count in known if 2 * count > len(heads)), None)
