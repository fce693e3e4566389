"""What holds for the labels of every source."""

from __future__ import annotations

import unicodedata

from mien.core.errors import SourceError
from mien.core.types import Manifest


def check_labels(manifest: Manifest, source: str, *, chosen: bool = False) -> None:
    """Refuse labels that cannot be meant as they stand.

    Parameters
    ----------
    manifest : Manifest
        What was listed.
    source : str
        For the sentences.
    chosen : bool
        Whether these are the classes that were asked for.

    Raises
    ------
    SourceError
        If there are fewer than two classes, or two of them are the same word to a reader.
    """
    labels = manifest.labels
    seen: dict[str, str] = {}
    for label in labels:
        # One reader's "Happy", "happy " and an "e" with its accent as a second character are one class.
        key = unicodedata.normalize("NFC", label.strip().casefold())
        if key in seen:
            came = (
                f"The labels {seen[key]!r} and {label!r} in '{source}' differ only in case, spaces or accents' coding"
            )
            raise SourceError(came, expected="one spelling for each class", todo="Give both the same name")
        seen[key] = label
    if len(labels) < 2:
        what = f"only the class {labels[0]!r}" if labels else "no labelled sample"
        came = f"You asked for {what}" if chosen else f"'{source}' holds {what}"
        reasons = manifest.frame["aside"].drop_nulls()
        why = f"{len(reasons)} rows are set aside, the first: {reasons[0]}" if len(reasons) else "Add another class"
        raise SourceError(came, expected="at least 2 classes, such as happy and sad", todo=why)
