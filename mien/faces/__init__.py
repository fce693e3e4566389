"""Faces in a picture: who finds them, and how one is cut out. Each finder is a file, a name and an entry point."""

from __future__ import annotations

from mien.core import registry
from mien.faces._crop import crop
from mien.faces._face import Face, Finder
from mien.faces._fetch import yunet_bytes

__all__ = ["AUTO", "Face", "Finder", "crop", "finder", "finders", "yunet_bytes"]

GROUP = "mien.finders"
AUTO = "auto"


def finders() -> tuple[str, ...]:
    """List the finders of faces.

    Returns
    -------
    tuple of str
        Sorted; nothing heavy is loaded.

    Examples
    --------
    >>> "yunet" in finders()
    True
    """
    return registry.names(GROUP)


def finder(name: str = AUTO, *, fetch: bool = True) -> Finder:
    """Make a finder of faces.

    Parameters
    ----------
    name : str
        A name from `finders`, or ``auto``: YuNet where its file is here or can be fetched, the Haar cascade elsewhere.
    fetch : bool
        Whether ``auto`` may fetch a file that is not here.

    Returns
    -------
    Finder
        Ready; may be used by many threads.

    Raises
    ------
    SettingError
        If there is no such finder.
    StorageError
        If the file of the one that was named cannot be had.
    """
    if name == AUTO:
        name = "haar" if yunet_bytes(fetch=fetch) is None else "yunet"
    made: Finder = registry.find(GROUP, name)()
    return made
