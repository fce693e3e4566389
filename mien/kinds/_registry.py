"""Which kinds there are: Mien's own, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from mien.core import registry
from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.kinds._kind import Kind

GROUP = "mien.kinds"
PICTURE = "picture"
SOUND = "sound"
_BUILT_IN = {PICTURE: "mien.kinds.picture", SOUND: "mien.kinds.sound"}


def names() -> tuple[str, ...]:
    """List the kinds.

    Returns
    -------
    tuple of str
        Sorted; nothing is imported.

    Examples
    --------
    >>> "picture" in names()
    True
    """
    return tuple(sorted({*_BUILT_IN, *registry.names(GROUP)}))


def kind(name: str = PICTURE) -> Kind:
    """Find a kind.

    Parameters
    ----------
    name : str
        A name from `names`, as a manifest or a contract has it.

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

    Examples
    --------
    >>> kind("picture").one
    'picture'
    """
    if name in _BUILT_IN:  # by its module: who asks about a picture does not wait until every package was looked at
        own: Kind = import_module(_BUILT_IN[name]).KIND
        return own
    if name not in names():
        raise SettingError(
            f"There is no kind '{name}' here", expected=", ".join(names()), todo="Install the package that brings it"
        )
    other: Kind = registry.find(GROUP, name)
    return other


def detect(heads: Sequence[bytes], among: Sequence[str]) -> str | None:
    """Say of which kind most of some files are, by what they hold.

    Parameters
    ----------
    heads : sequence of bytes
        Files, or their beginnings.
    among : sequence of str
        The kinds to choose from.

    Returns
    -------
    str or None
        The kind that knows more than half of them; None where there is none.
    """
    for name in among:
        if 2 * sum(kind(name).sniff(head) is not None for head in heads) > len(heads):
            return name
    return None
