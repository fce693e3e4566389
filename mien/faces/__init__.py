"""Faces in a picture: who finds them, and how one is cut out. Each detector is a file, a name and an entry point."""

from __future__ import annotations

from mien.core import registry
from mien.core.deprecated import renamed
from mien.core.errors import SettingError
from mien.faces._check import OWN, check_bytes, checked, doubts, look_like_faces
from mien.faces._crop import crop
from mien.faces._doubts import BLURRED, COVERED, DARK, FAINT, SMALL
from mien.faces._face import Detector, Face
from mien.faces._fcos import fcos_bytes

__all__ = [
    "AUTO",
    "DOUBTS",
    "OWN",
    "Detector",
    "Face",
    "check_bytes",
    "checked",
    "crop",
    "detector",
    "detectors",
    "doubts",
    "fcos_bytes",
    "look_like_faces",
]

GROUP = "mien.detectors"
AUTO, IN_THE_BOX = "auto", "fcos"


def detectors() -> tuple[str, ...]:
    """List the detectors of faces by name, sorted; nothing heavy is loaded."""
    return registry.names(GROUP)


def detector(name: str = AUTO) -> Detector:
    """Make a detector of faces.

    Parameters
    ----------
    name : str
        A name from `detectors`, or ``auto``: ``fcos``, which lies in the box.

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
    if name == "haar":
        came = "The detector 'haar', OpenCV's cascade, is no longer part of Mien"
        raise SettingError(
            came, todo=f"Take '{IN_THE_BOX}', which finds twice as many faces; make a run that used it again"
        )
    made: Detector = registry.find(GROUP, IN_THE_BOX if name == AUTO else name)()
    return made


# From where on `doubts` says so, for who asks the net elsewhere.
DOUBTS = {"faint": FAINT, "dark": DARK, "blurred": BLURRED, "small": SMALL, "covered": COVERED}

__getattr__ = renamed(__name__, {"Finder": "Detector", "finder": "detector", "finders": "detectors"})
