"""The names that data sets give to their ready-made sides, and ours: train, val, test."""

from __future__ import annotations

from collections.abc import Iterable

from mien.core.errors import SourceError, did_you_mean

_NAMES = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "privatetest": "test",
    "publictest": "val",
}


def canonical(names: Iterable[str | None]) -> dict[str, str | None]:
    """Translate the names of ready-made sides.

    FER2013 calls its sides Training, PublicTest and PrivateTest. With PrivateTest there, PublicTest is what the
    contest chose models on, hence ``val``; alone it is the only test side there is.

    Parameters
    ----------
    names : iterable of str or None
        Every name that stands in the data.

    Returns
    -------
    dict of str to str or None
        Each name to ``train``, ``val`` or ``test``; an empty one to None.

    Raises
    ------
    SourceError
        If a name is not known.

    Examples
    --------
    >>> canonical(["Training", "PublicTest"])
    {'Training': 'train', 'PublicTest': 'test'}
    >>> canonical(["train", "PublicTest", "PrivateTest"])
    {'train': 'train', 'PublicTest': 'val', 'PrivateTest': 'test'}
    """
    found: dict[str, str | None] = {}
    for name in names:
        if name is None or not name.strip():
            found.update({} if name is None else {name: None})
        elif (side := side_of(name)) is None:
            came = f"The data has a ready-made split {name!r}"
            expected = "train, val or test (also training, valid, validation, dev, testing, PublicTest, PrivateTest)"
            raise SourceError(came, expected=expected, todo=did_you_mean(name, _NAMES))
        else:
            found[name] = side
    if not any(_key(name) == "privatetest" for name in found):
        found = {name: "test" if _key(name) == "publictest" else side for name, side in found.items()}
    return found


def side_of(name: str) -> str | None:
    """Return the side that a name means when it stands for itself.

    Parameters
    ----------
    name : str
        Such as ``Validation``.

    Returns
    -------
    str or None
        ``train``, ``val``, ``test``, or None for any other word.
    """
    return _NAMES.get(_key(name))


def _key(name: str) -> str:
    return name.strip().lower().replace("_", "").replace("-", "").replace(" ", "")
