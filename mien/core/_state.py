"""What a run knows of its own progress. Import it from `mien.core.run`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.core.deprecated import INPUTS_OF_CROP, reworded
from mien.core.errors import StorageError

RUN_FORMAT = 1
_FITS: dict[str, Callable[[Any], bool]] = {
    "int": lambda value: type(value) is int,
    "int | None": lambda value: value is None or type(value) is int,
    "bool": lambda value: type(value) is bool,
    "str": lambda value: isinstance(value, str),
    "tuple[str, ...]": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "tuple[dict[str, Any], ...]": lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
    "Mapping[str, float]": lambda value: isinstance(value, dict) and {*map(type, value.values())} <= {int, float},
    "dict[str, Any] | None": lambda value: value is None or isinstance(value, dict),
}
_RENAMED = {"finder": "detector"}  # in the files of the release before


@dataclass(frozen=True)
class RunState:
    """What `run.json` holds. What no stage has written yet has its default.

    `source` is an absolute path, or ``sample:...``; `typed` are settings that somebody chose, `decided` sentences on
    what was decided in their place; `done` and `seconds` (wall time) go by a stage's word. `settled` is False while the
    run still holds what it is to replace; `detector` is used, or is to be. `bout` holds what a trial of the
    `candidates` (families) gave, one row each. `data` is the hash of contents, labels and splits; `trained` says
    whether the network, or this member of several, is trained to its end, `stopped` why in a sentence; `best_epoch`,
    from 1, is the one whose weights are kept. `tune` is the recipe as a search was given it, None in a run that is no
    search.
    """

    format: int = RUN_FORMAT
    source: str = ""
    typed: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    settled: bool = True
    detector: str = ""
    decided: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    bout: tuple[dict[str, Any], ...] = ()
    data: str = ""
    backend: str = ""
    devices: tuple[str, ...] = ()
    trained: bool = False
    stopped: str = ""
    best_epoch: int | None = None
    tune: dict[str, Any] | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], path: Path | str = "run.json") -> RunState:
        """Read JSON values; undeclared names are passed over, a value of another type is a `StorageError`."""
        values = {**{new: values[old] for old, new in _RENAMED.items() if old in values}, **values}
        known: dict[str, Any] = {}
        for item in dataclasses.fields(cls):
            if item.name in values:
                value = values[item.name]
                if not _FITS[str(item.type)](value):
                    raise StorageError(f"'{path}' is damaged: {item.name} is {value!r}", todo="Start the run anew")
                known[item.name] = tuple(value) if isinstance(value, list) else value
        return cls(**_renamed_settings(known))

    def to_dict(self) -> dict[str, Any]:
        """Return as JSON values what differs from the defaults, and the format."""
        unset = RunState()
        return {name: value for name, value in vars(self).items() if name == "format" or value != getattr(unset, name)}


def _renamed_settings(known: Mapping[str, Any]) -> dict[str, Any]:
    """Call ``inputs`` what the release before called ``crop``, in `typed` and `tune`."""
    found = dict(known)
    if "crop" in found.get("typed", ()):
        found["typed"] = tuple("inputs" if name == "crop" else name for name in found["typed"])
    if found.get("tune") and "crop" in found["tune"]:
        tune = dict(found["tune"])
        inputs = reworded(tune.pop("crop"), INPUTS_OF_CROP)
        found["tune"] = {**tune, "inputs": inputs}
    return found
