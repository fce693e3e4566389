"""In what the runs differ: settings, data, versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from mien.compare._comparison import Setting
from mien.compare._read import Finished
from mien.core.recipe import about, of_samples
from mien.kinds import Kind

PATHS = ("warm_start", "teacher")


def differing(runs: Sequence[Finished], kind: Kind) -> tuple[Setting, ...]:
    """List what is not the same in all runs, in the words of a kind."""
    rows, nouns = [], (kind.one, kind.many)
    for name, words in about(*nouns).items():
        rows.append(Setting(name, tuple(_written(name, getattr(run.recipe, name)) for run in runs), words))
    for name, read, words in _OTHERS:
        rows.append(Setting(of_samples(name, *nouns), tuple(map(read, runs)), of_samples(words, *nouns)))
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _written(name: str, value: object) -> str:
    if value is None or value == {}:
        return ""
    if name in PATHS:
        # A run is named by its folder, and its model file by both.
        path = PurePath(str(value))
        return "/".join(path.parts[-2:]) if path.suffix else path.name
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "all"
    return str(value)


def _source(run: Finished) -> str:
    source = run.state.source
    return source if source.startswith("sample:") else PurePath(source).name


def _versions(run: Finished) -> str:
    found = run.environment.get("versions")
    return ", ".join(f"{name} {version}" for name, version in found.items()) if isinstance(found, dict) else ""


_OTHERS: tuple[tuple[str, Callable[[Finished], str], str], ...] = (
    ("source", _source, "The data."),
    ("training pictures", lambda run: f"{len(run.training):,}", "How many pictures it was trained on."),
    (
        "pictures learnt from",
        lambda run: run.digest[:8],
        "A mark of the very pictures that it was trained and chosen on.",
    ),
    ("machine", lambda run: str(run.environment.get("machine", "")), "What it was trained on."),
    ("versions", _versions, "Of the libraries."),
)
