"""Ready-made splits among folders: around the classes, inside them, in their names, or nested once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from mien.collect._expressions import is_expression
from mien.collect._splits import canonical, parted, split_of
from mien.core.errors import SourceError

Parts = tuple[str, ...]

_EXPECTED = "either class folders, or train, val and test with class folders"


class Place(NamedTuple):
    """What is left of a folder's path without the split, and the split."""

    rest: Parts
    split: str | None


def find_splits(folders: Sequence[Parts], source: str) -> dict[Parts, Place]:
    """Find the ready-made splits; empty where the splits hold no folders."""
    tops = sorted({parts[0] for parts in folders})
    named = [name for name in tops if split_of(name)]
    deeper = any(len(parts) > 1 and parts[0] in named for parts in folders)
    if named and deeper:
        others = [name for name in tops if name not in named]
        if others:
            raise _mixed(source, named[0], f"'{others[0]}'")
        return _around(folders, canonical(named))
    if named == tops:
        return {}
    found = _in_names(folders, tops, source)
    if found is None:
        found = _inside(folders, source) or {parts: Place(parts, None) for parts in folders}
    return found


def _around(folders: Sequence[Parts], splits: dict[str, str | None]) -> dict[Parts, Place]:
    """Read splits around the classes; a folder that stands alone in each of them is a wrapper."""
    depth = 1
    while _is_wrapped(folders, depth):
        depth += 1
    return {parts: Place(parts[depth:], splits[parts[0]]) for parts in folders}


def _is_wrapped(folders: Sequence[Parts], depth: int) -> bool:
    inside: dict[str, set[str]] = {parts[0]: set() for parts in folders}
    for parts in folders:
        inside[parts[0]].update(parts[depth : depth + 1])
    names = {name for found in inside.values() for name in found}
    alone = all(len(found) == 1 for found in inside.values())
    return alone and not any(map(is_expression, names)) and any(len(parts) > depth + 1 for parts in folders)


def _in_names(folders: Sequence[Parts], tops: Sequence[str], source: str) -> dict[Parts, Place] | None:
    """Read happy_train and sad_train, or FER2013Train and FER2013Test with classes inside; None where it is neither."""
    found = {name: both for name in tops if (both := parted(name))}
    splits = {name: split for name, (_, split) in found.items()}
    alike = len({rest.lower() for rest, _ in found.values()}) == 1
    if len(set(splits.values())) < 2:
        return None
    if len(found) < len(tops):
        if alike:
            raise _mixed(source, min(found), f"'{next(name for name in tops if name not in found)}'")
        return None
    if alike:
        return _around(folders, dict(splits)) if any(len(parts) > 1 for parts in folders) else {}
    return {parts: Place((found[parts[0]][0], *parts[1:]), splits[parts[0]]) for parts in folders}


def _inside(folders: Sequence[Parts], source: str) -> dict[Parts, Place]:
    """Read splits inside the classes: happy/train and happy/test."""
    below: dict[str, set[str]] = {parts[0]: set() for parts in folders}
    for parts in folders:
        below[parts[0]].update(parts[1:2])
    splits = _splits_among({name for names in below.values() for name in names})
    divided = [top for top, names in below.items() if names and names <= set(splits)]
    loose = {parts[0] for parts in folders if len(parts) == 1}
    if len(divided) == len(below) and not loose:
        return {parts: Place((parts[0], *parts[2:]), splits[parts[1]]) for parts in folders}
    for top in divided:
        if len(below[top]) > 1 or len(divided) > 1:  # one folder called test in one class says nothing
            raise _mixed(source, f"{top}/{min(below[top])}", _beside(top, divided, below, loose))
    return {}


def _splits_among(names: Collection[str]) -> dict[str, str | None]:
    """Give the names that are splits: by themselves, or all of them within one other name, as my_train and my_test."""
    within = {name: both for name in names if (both := parted(name))}
    if len(within) == len(names) and len({rest for rest, _ in within.values()}) == 1 < len(names):
        return {name: split for name, (_, split) in within.items()}
    return canonical({name for name in names if split_of(name)})


def _beside(top: str, divided: Collection[str], below: Collection[str], loose: Collection[str]) -> str:
    """Name what stands in the way of reading the splits inside the classes."""
    if top in loose:
        return f"files in '{top}'"
    return f"'{next((name for name in below if name not in divided), min(loose, default=top))}'"


def _mixed(source: str, split: str, other: str) -> SourceError:
    came = f"'{source}' holds the ready-made split '{split}' beside {other}"
    todo = f"Move {other} away, or rename '{split}' if it is no split"
    return SourceError(came, expected=_EXPECTED, todo=todo)
