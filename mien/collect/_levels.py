"""Which level of folders holds the classes, where persons, cameras or data sets lie around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mien.collect._expressions import expression_in

Parts = tuple[str, ...]

_DEEPEST = 6
_PERSON = re.compile(
    r"(?:actor|actress|subject|subj|sub|person|participant|speaker|identity|model|volunteer|user|id)s?[ _-]?\d+"
    r"|[sp]\d{2,3}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"([a-z]*)[ _-]?\d+", re.IGNORECASE)


def label_level(folders: Sequence[Parts]) -> int:
    """Find the level of the classes.

    It is the first, unless the folders there are not called after expressions and those of a deeper level all are; or
    those of the first are numbered persons or parts, which all hold the same few folders.
    """
    for level in range(min(_DEEPEST, max(map(len, folders), default=0))):
        reached = [parts for parts in folders if len(parts) > level]
        names = {parts[level] for parts in reached}
        whole = len(reached) == len(folders)
        if whole and len(names) > 1 and all(map(expression_in, names)):
            return level
        if not whole:
            break
    return int(_is_shared(folders))


def _is_shared(folders: Sequence[Parts]) -> bool:
    """Say whether numbered folders all hold the same few, which are then the classes."""
    if not folders or any(len(parts) < 2 for parts in folders):
        return False
    tops = {parts[0] for parts in folders}
    holders: dict[str, set[str]] = {}
    for top, name, *_ in folders:
        holders.setdefault(name, set()).add(top)
    if len(tops) < 2 or not 2 <= len(holders) <= 20 or any(map(_NUMBERED.fullmatch, holders)):
        return False
    forms = {found[1].lower() if (found := _NUMBERED.fullmatch(top)) else None for top in tops}
    return None not in forms and len(forms) == 1 and all(len(found) > 1 for found in holders.values())


def is_person(name: str) -> bool:
    """Say whether a folder is one person's, such as ``Actor_01``, ``subject 7``, ``S005`` or ``P012``."""
    return bool(_PERSON.fullmatch(name))
