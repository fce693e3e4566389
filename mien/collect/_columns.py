"""Which column of a table says what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.core.errors import SourceError, did_you_mean

_LABEL = ("label", "emotion", "class", "target")
_PATH = ("path", "image", "file", "filename", "file_name", "image_path", "filepath")
_PERSON = ("person", "actor", "subject", "speaker")
_SPLIT = ("split", "usage")

_FER2013_ORDER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
FER2013 = {str(number): name for number, name in enumerate(_FER2013_ORDER)}
"""What the numbers in the original ``fer2013.csv`` stand for (Goodfellow et al., 2013)."""


@dataclass(frozen=True)
class Roles:
    """The columns of a table that Mien knows, by their names there.

    Parameters
    ----------
    label : str
        The class.
    path : str or None
        The file; None where the pictures stand in the table.
    person, split : str or None
        None where there is none.
    fer2013 : bool
        Whether this is the table of the FER2013 contest, whose labels are numbers.
    """

    label: str
    path: str | None
    person: str | None
    split: str | None
    fer2013: bool


def find_roles(columns: Sequence[str], source: str, *, has_pixels: bool) -> Roles:
    """Find what the columns of a table say.

    Parameters
    ----------
    columns : sequence of str
        Their names, without the column of pictures.
    source : str
        For the sentences.
    has_pixels : bool
        Whether the pictures stand in the table.

    Returns
    -------
    Roles
        The names found.

    Raises
    ------
    SourceError
        If nothing says where the pictures or their labels are.

    Examples
    --------
    >>> find_roles(["emotion", "Usage"], "fer2013.csv", has_pixels=True).fer2013
    True
    """
    label, path = _find(columns, _LABEL), None if has_pixels else _find(columns, _PATH)
    if path is None and not has_pixels:
        raise _absent("where the pictures are", "path, or pixels", source, columns, _PATH)
    if label is None:
        raise _absent("what the pictures show", "label", source, columns, _LABEL)
    known = {name.strip().lower() for name in columns}
    fer2013 = has_pixels and known == {"emotion", "usage"}
    return Roles(label, path, _find(columns, _PERSON), _find(columns, _SPLIT), fer2013)


def _find(columns: Sequence[str], names: Sequence[str]) -> str | None:
    lowered = {name.strip().lower(): name for name in reversed(columns)}
    return next((lowered[name] for name in names if name in lowered), None)


def _absent(what: str, wanted: str, source: str, columns: Sequence[str], names: Sequence[str]) -> SourceError:
    came = f"No column of '{source}' says {what}; it has {', '.join(map(repr, columns)) or 'none'}"
    closest = [did_you_mean(name, columns) for name in names if columns]
    close = next((guess for guess in closest if guess.startswith("Did")), "")
    return SourceError(came, expected=f"a column {wanted}", todo=close or "Rename one of them")
