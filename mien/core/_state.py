"""What a run knows of its own progress. Import it from `mien.core.run`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.core.errors import StorageError

RUN_FORMAT = 1
_FITS: dict[str, Callable[[Any], bool]] = {
    "int": lambda value: type(value) is int,
    "int | None": lambda value: value is None or type(value) is int,
    "bool": lambda value: type(value) is bool,
    "str": lambda value: isinstance(value, str),
    "tuple[str, ...]": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "tuple[dict[str, Any], ...]": lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
    "Mapping[str, float]": lambda value: (
        isinstance(value, dict) and all(type(one) in (int, float) for one in value.values())
    ),
    "dict[str, Any] | None": lambda value: value is None or isinstance(value, dict),
}
_RENAMED = {"finder": "detector"}  # in the files of the release before


@dataclass(frozen=True)
class RunState:
    """What `run.json` holds. What no stage has written yet has its default.

    Parameters
    ----------
    format : int
        Of the run's folder.
    source : str
        Where the data came from: an absolute path, or ``sample:...``.
    typed : tuple of str
        Settings that differ from their defaults because somebody chose them.
    done : tuple of str
        Stages that have finished, by their words.
    seconds : mapping of str to float
        Stage to how long it took, wall time.
    settled : bool
        False while the run still holds what it is to replace.
    detector : str
        Which face detector was used, or is to be; empty where none was asked for yet.
    decided : tuple of str
        What was decided in place of the user, and why; a sentence each.
    candidates : tuple of str
        Families that are to be tried against each other.
    bout : tuple of dict
        What that gave, one row a family; empty where there was none.
    data : str
        Hash of contents, labels and splits.
    backend : str
        Which of Keras's backends trained.
    devices : tuple of str
        Accelerators that it had.
    trained : bool
        Whether the network, or this member of several, is trained to its end.
    stopped : str
        Why training stopped, a sentence.
    best_epoch : int or None
        Whose weights are kept, from 1.
    tune : dict or None
        The recipe as a search was given it, as JSON values; None in a run that is no search.

    Examples
    --------
    >>> RunState.from_dict({"done": ["collect"]}).done
    ('collect',)
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
        """Check what a file holds.

        Parameters
        ----------
        values : mapping
            JSON values by name; names that are not declared are passed over.
        path : path
            The file, for the message.

        Returns
        -------
        RunState
            With defaults for what is absent.

        Raises
        ------
        StorageError
            If a value is of another type than declared.
        """
        values = {**{new: values[old] for old, new in _RENAMED.items() if old in values}, **values}
        known: dict[str, Any] = {}
        for item in dataclasses.fields(cls):
            if item.name in values:
                value = values[item.name]
                if not _FITS[str(item.type)](value):
                    raise StorageError(f"'{path}' is damaged: {item.name} is {value!r}", todo="Start the run anew")
                known[item.name] = tuple(value) if isinstance(value, list) else value
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values.

        Returns
        -------
        dict
            What differs from the defaults, and the format.
        """
        unset = RunState()
        values = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if name == "format" or value != getattr(unset, name)}
