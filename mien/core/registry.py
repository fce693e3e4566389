"""Names a person can type, found through entry points: ours and third parties' by the same door."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from mien.core.errors import MissingPartError, SettingError, did_you_mean

_EARLIER = {"mien.detectors": "mien.finders"}  # a group's name in the release before: packages of others may have it


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    groups = (_EARLIER[group], group) if group in _EARLIER else (group,)
    return {point.name: point for name in groups for point in entry_points(group=name)}


def names(group: str) -> tuple[str, ...]:
    """List what an entry-point group such as ``mien.models`` registers, sorted; nothing is imported."""
    return tuple(sorted(_points(group)))


def find(group: str, name: str) -> Any:  # noqa: ANN401 - whatever the group registers
    """Load what a group registers under a name.

    An unknown name is a `SettingError`, a library that is not installed a `MissingPartError`.
    """
    points = _points(group)
    if name not in points:
        came = f"There is no {group.rpartition('.')[2].rstrip('s')} '{name}'"
        raise SettingError(came, todo=did_you_mean(name, points))
    try:
        return points[name].load()
    except ModuleNotFoundError as error:
        raise MissingPartError(f"'{name}' needs {error.name}", todo="Install it: pip install 'mien[train]'") from error
