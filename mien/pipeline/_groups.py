"""Which groups there are to look at: columns of the data, and properties that are measured of the samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import collect, evaluate, kinds, load, media
from mien.core.errors import MediaError, SettingError, did_you_mean
from mien.core.threads import in_order
from mien.core.types import InputContract, Manifest, Progress, silent
from mien.pipeline._words import MARKS

if TYPE_CHECKING:
    from mien.core.types import Floats
    from mien.faces import Detector, Face

AUTO = "auto"
MEASURED = "measured_"  # what the columns of measured properties begin with
MOST_VALUES = 12  # a column with more different values than this is not looked at unasked


@dataclass(frozen=True)
class Columns:
    """Column to the group of each sample, to the order of its groups, and to the property that it was measured as."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    measured: dict[str, kinds.Property] = field(default_factory=dict)


@dataclass(frozen=True)
class ByGroup:
    """How good a model is in each group, whether gaps are more than chance, and what the groups were measured by."""

    scores: tuple[evaluate.GroupScore, ...] = ()
    gaps: tuple[evaluate.Gap, ...] = ()
    measured: Mapping[str, kinds.Property] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        truth: Any,  # noqa: ANN401 - as for `evaluate.by_group`
        probabilities: Any,  # noqa: ANN401
        labels: Sequence[str],
        columns: Columns,
        *,
        clusters: Any = None,  # noqa: ANN401
        rounds: int = 0,
    ) -> ByGroup:
        """Measure them."""
        how: dict[str, Any] = {"clusters": clusters, "rounds": rounds, "order": columns.order}
        given = (truth, probabilities, labels, columns.values)
        return cls(evaluate.by_group(*given, **how), evaluate.gaps(*given, **how), columns.measured)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        told = ("unit", "about", "source", "error")
        return {
            "groups": [asdict(row) for row in self.scores],
            "gaps": [{**gap.to_dict(), "sentence": evaluate.gap_sentence(gap)} for gap in self.gaps],
            "measured": {name: {word: getattr(one, word) for word in told} for name, one in self.measured.items()},
        }


def columns(
    manifest: Manifest,
    cache: load.Cache,
    asked: Sequence[str],
    *,
    detector: Detector | None = None,
    progress: Progress = silent,
) -> Columns:
    """Gather groups: of the columns that are asked for, or with ``auto`` of all that make a few groups.

    `manifest` holds what is measured and `cache` has its rows; where a `detector` cut them, what it says of the faces
    can be asked for too.
    """
    own, properties = chosen(manifest, cache.contract, asked, detector)
    found = Columns({name: manifest.frame[name].to_list() for name in own})
    looks = any(one.of_faces for one in properties.values())
    faces = _faces(manifest, cache, detector, progress) if detector and looks else []
    for name, one in properties.items():
        _measure(found, name, one, _values(one, manifest, cache, faces))
    return found


def chosen(
    manifest: Manifest, contract: InputContract, asked: Sequence[str], detector: Detector | None
) -> tuple[list[str], dict[str, kinds.Property]]:
    """Say which columns and which properties are looked at; a name that is neither is a `SettingError`."""
    properties = kinds.kind(contract.kind).properties(contract) if asked else ()
    known = {MEASURED + one.word: one for one in properties if detector or not one.of_faces}
    own = _own(manifest)
    every = [*few(manifest), *known] if AUTO in asked else []
    wanted = dict.fromkeys([*every, *(name for name in asked if name != AUTO)])
    for name in wanted:
        if name not in known and name not in own:
            choice = [*own, *known, AUTO]
            came = f"There is no column '{name}' to group by"
            raise SettingError(came, expected=", ".join(choice), todo=did_you_mean(name, choice))
    return [name for name in wanted if name in own], {name: known[name] for name in wanted if name in known}


def _own(manifest: Manifest) -> list[str]:
    """List the columns of the data; what annotators voted is no group."""
    other = {*MARKS, *collect.votes_of(manifest.frame)}
    people = ["person"] if manifest.frame["person"].drop_nulls().len() else []
    return [name for name in (*manifest.groups, *people) if name not in other]


def few(manifest: Manifest) -> list[str]:
    """Pick the columns that are worth a table: few different values, more than one."""
    own = [name for name in _own(manifest) if name != "person"]
    return [name for name in own if 2 <= manifest.frame[name].n_unique() <= MOST_VALUES]


def _measure(found: Columns, name: str, one: kinds.Property, values: Floats) -> None:
    """Add a property that at least some samples have; grey pictures have no skin tone."""
    if np.isfinite(values).any():
        found.values[name], found.order[name], found.measured[name] = one.groups(values), one.names, one


def _values(one: kinds.Property, manifest: Manifest, cache: load.Cache, faces: list[Face | None]) -> Floats:
    if not one.of_faces:
        return np.concatenate([one.values(rows) for rows in cache.chunks(manifest)])
    values = np.full(len(faces), np.nan)
    there = [number for number, face in enumerate(faces) if face is not None]
    values[there] = one.values([faces[number] for number in there])
    return values


def _faces(manifest: Manifest, cache: load.Cache, detector: Detector, progress: Progress) -> list[Face | None]:
    """Look once more for the largest face of each picture: the cache holds its pixels alone."""
    places: Iterator[Any] = manifest.frame.select("path", "container").iter_rows()
    look = partial(_largest, kinds.kind(cache.contract.kind), detector)
    with closing(in_order(look, media.read_many(places))) as work:
        return list(progress(work, total=len(manifest), what="measuring faces"))


def _largest(kind: kinds.Kind, detector: Detector, data: bytes | MediaError) -> Face | None:
    if isinstance(data, MediaError):
        return None
    try:
        return next(iter(detector.find(kind.decode(data))), None)
    except MediaError:
        return None
