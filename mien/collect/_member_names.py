"""The names in a .zip that does not say how they are coded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from mien import media
from mien.core.errors import SourceError

_STANDARD = "cp437"  # what the .zip standard says of names without its flag, and what `zipfile` reads them as


def decoded(names: Sequence[str], marked: Collection[str], path: Path) -> list[str]:
    """Read names as whoever packed them meant them; `marked` are those that the archive says are UTF-8.

    `zipfile` reads the others as code page 437.
    """
    raw = {name: name.encode(_STANDARD) for name in names if not name.isascii() and name not in marked}
    words = {part for data in raw.values() for part in data.split(b"/")}
    coding = media.guess_coding(words, media.OLD_ZIP)
    if coding is None:
        folders = sorted({part for data in raw.values() for part in data.split(b"/")[:-1] if not part.isascii()})
        if folders:
            shown = folders[0].decode(_STANDARD)
            came = (
                f"The names in '{path}' are not UTF-8, and in which coding they are cannot be told, such as '{shown}'"
            )
            todo = "Unpack it, and give the folder; or pack it again with a program that writes names in UTF-8"
            raise SourceError(came, expected="names in UTF-8", todo=todo)
        coding = _STANDARD
    return [raw[name].decode(coding) if name in raw else name for name in names]
