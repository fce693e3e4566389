"""What was passed over when the data was listed: a value that travels with the manifest and inside its file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

EXAMPLES = 3  # names of each kind that are kept: enough to recognise them, short enough for a line


@dataclass(frozen=True)
class Skipped:
    """Files or folders of one kind that are no samples.

    `what` names the kind, in the plural and lower case, such as ``files beside the class folders``; `count` is from 1;
    `examples` are the first few, relative to the source.
    """

    what: str
    count: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        more = ["..."] if self.count > len(self.examples) > 0 else []
        names = f": {', '.join([*self.examples, *more])}" if self.examples else ""
        return f"{self.what} ({self.count:,}{names})"


def skipped(what: str, names: Iterable[str]) -> tuple[Skipped, ...]:
    """Count what was passed over: one value, with the first few names, or none where there were no names."""
    found = list(names)
    return (Skipped(what, len(found), tuple(found[:EXAMPLES])),) if found else ()


def to_json(values: Iterable[Skipped]) -> str:
    """Write values for a file's metadata."""
    return json.dumps([[one.what, one.count, list(one.examples)] for one in values])


def from_json(text: str | None) -> tuple[Skipped, ...]:
    """Read what `to_json` wrote; what is damaged or absent counts as nothing, for no row depends on it."""
    try:
        rows: Any = json.loads(text or "[]")
        return tuple(Skipped(str(what), int(count), tuple(map(str, names))) for what, count, names in rows)
    except (ValueError, TypeError, RecursionError):
        return ()


def notes_from_json(text: str | None) -> tuple[str, ...]:
    """Read notes, a list of sentences; what is damaged or absent counts as nothing."""
    try:
        found: Any = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()
