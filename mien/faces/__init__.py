"""Faces in a picture: who finds them, and how one is cut out. Each detector is a file, a name and an entry point."""

from __future__ import annotations

from mien.core import registry
from mien.core.deprecated import renamed
from mien.faces._check import check_bytes, checked, doubts, look_like_faces
from mien.faces._crop import crop
from mien.faces._doubts import BLURRED, COVERED, DARK, FAINT, SMALL
from mien.faces._face import Detector, Face
from mien.faces._fetch import yunet_bytes

__all__ = [
    "AUTO",
    "DOUBTS",
    "Detector",
    "Face",
    "check_bytes",
    "checked",
    "crop",
    "detector",
    "detectors",
    "doubts",
    "look_like_faces",
    "yunet_bytes",
]

GROUP = "mien.detectors"
AUTO = "auto"


def detectors() -> tuple[str, ...]:
    """List the detectors of faces by name, sorted; nothing heavy is loaded."""
    return registry.names(GROUP)


def detector(name: str = AUTO, *, fetch: bool = True) -> Detector:
    """Make a detector of faces.

    Parameters
    ----------
    name : str
        A name from `detectors`, or ``auto``: YuNet where its file is here or can be fetched, the Haar cascade
        elsewhere.
    fetch : bool
        Whether ``auto`` may fetch a file that is not here.

    Returns
    -------
    Detector
        Ready; may be used by many threads.

    Raises
    ------
    SettingError
        If there is no such detector.
    StorageError
        If the file of the one that was named cannot be had.
    """
    if name == AUTO:
        name = "haar" if yunet_bytes(fetch=fetch) is None else "yunet"
    made: Detector = registry.find(GROUP, name)()
    return made


# From where on `doubts` says so, for who asks the net elsewhere.
DOUBTS = {"faint": FAINT, "dark": DARK, "blurred": BLURRED, "small": SMALL, "covered": COVERED}

__getattr__ = renamed(__name__, {"Finder": "Detector", "finder": "detector", "finders": "detectors"})
