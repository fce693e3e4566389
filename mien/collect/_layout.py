"""What the folders mean: which are classes, which are ready-made splits, which are neither."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from mien.collect._expressions import expression_in, is_expression
from mien.collect._split_folders import Parts, Place, find_splits
from mien.collect._splits import split_of
from mien.collect._tree import Tree

_SCHEMA = dict.fromkeys(("folder", "label", "split", "person", "within", "reason"), pl.String)
NOTES = "files in folders without samples"
BESIDE = "files beside the class folders"
_DEEPEST = 6
_PERSON = re.compile(
    r"(?:actor|actress|subject|subj|sub|person|participant|speaker|identity|model|volunteer|user|id)s?[ _-]?\d+"
    r"|[sp]\d{2,3}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"([a-z]*)[ _-]?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How the folders of a source are read."""

    # One row a folder that holds files: ``folder`` (its path, as the files' ids begin), ``label`` and ``split`` (null
    # where there is none), ``person``, ``within`` (other folders around the class, which say something of it) and
    # ``reason`` (why its files are no samples, or null)
    folders: pl.DataFrame
    prefix: str  # the wrapper folders around everything, with a slash at the end
    named: bool  # whether the classes are called after expressions

    @property
    def labels(self) -> list[str]:
        """The classes, in alphabetical order."""
        return sorted(self.folders["label"].drop_nulls().unique())


def read_layout(tree: Tree) -> Layout | None:
    """Read what the folders of a source mean; None where there are no class folders."""
    holding = _folders_of(tree)
    prefix = _wrapper(holding)
    depth = len(prefix)
    inner = {parts[depth:]: sample for parts, sample in holding.items() if parts[:depth] == prefix and parts[depth:]}
    noted = _without_samples({parts: (parts[0],) for parts in inner}, inner)
    places = find_splits([parts for parts in inner if parts not in noted], "/".join([tree.source, *prefix]))
    level = _label_level([place.rest for place in places.values() if place.rest])
    classes = {parts: place.rest[: level + 1] for parts, place in places.items() if len(place.rest) > level}
    if not classes:
        return None
    noted |= _without_samples({parts: rest[level:] for parts, rest in classes.items()}, inner)
    rows = [_row(prefix, parts, None if parts in noted else places.get(parts), level) for parts in inner]
    rows = [(*row[:-1], NOTES) if parts in noted else row for parts, row in zip(inner, rows, strict=True)]
    if level and not all(is_expression(row[1]) for row in rows if row[1]):  # FERG's aia_anger: who, and what is shown
        rows = [(row[0], row[1] and (expression_in(row[1]) or row[1]), *row[2:]) for row in rows]
    named = all(expression_in(row[1]) for row in rows if row[1])
    return Layout(pl.DataFrame(rows, schema=_SCHEMA, orient="row"), "".join(f"{part}/" for part in prefix), named)


def _without_samples(classes: dict[Parts, Parts], holding: dict[Parts, bool]) -> set[Parts]:
    """Give the folders of a class in which no file may be a sample, unless that holds for all of them."""
    full = {name for parts, name in classes.items() if holding[parts]}
    return {parts for parts, name in classes.items() if name not in full} if full else set()


def _folders_of(tree: Tree) -> dict[Parts, bool]:
    """Give every folder that files lie in, and whether one of them may be a sample."""
    ids = tree.files["id"]
    folders = ids.str.replace(r"/?[^/]*$", "")
    kinds = pl.DataFrame({"folder": folders, "sample": tree.samples | tree.files["aside"].is_not_null()})
    found = kinds.group_by("folder", maintain_order=True).agg(pl.col("sample").any())
    return {tuple(folder.split("/")) if folder else (): sample for folder, sample in found.iter_rows()}


def _wrapper(holding: dict[Parts, bool]) -> Parts:
    """Find the single folders around everything, so that a folder and what it was packed from are read alike."""
    telling = [parts for parts, sample in holding.items() if sample and parts] or [parts for parts in holding if parts]
    prefix: Parts = ()
    while telling:
        tops = {parts[len(prefix)] for parts in telling if len(parts) > len(prefix)}
        top = min(tops, default="")
        if len(tops) != 1 or split_of(top) or is_expression(top) or not _deeper(telling, len(prefix) + 1):
            break
        prefix = (*prefix, top)
    return prefix


def _deeper(folders: Iterable[Parts], level: int) -> bool:
    return any(len(parts) > level for parts in folders)


def _row(prefix: Parts, parts: Parts, place: Place | None, level: int) -> tuple[str | None, ...]:
    """Say what one folder means, as a row of `Layout.folders`."""
    folder = "/".join((*prefix, *parts))
    if place is None or len(place.rest) <= level:
        return folder, None, None, None, None, BESIDE
    around, below = place.rest[:level], place.rest[level + 1 : level + 2]
    person = next((name for name in (*around, *below) if _is_person(name)), None)
    within = "/".join(name for name in around if name != person) or None
    return folder, place.rest[level], place.split, person, within, None


def _label_level(folders: Sequence[Parts]) -> int:
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


def _is_person(name: str) -> bool:
    """Say whether a folder is one person's, such as ``Actor_01``, ``subject 7``, ``S005`` or ``P012``."""
    return bool(_PERSON.fullmatch(name))
