"""Which classes of the data are classes of the model: by name, or by a word for the same expression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import polars as pl

from mien import collect
from mien.core.errors import SettingError, SourceError
from mien.core.types import Manifest


def known_labels(manifest: Manifest, labels: tuple[str, ...]) -> tuple[Manifest, dict[str, str]]:
    """Leave the samples of a model's classes, under the model's names, and say which classes of the data were renamed.

    A name counts as it is first, then in another case, then as a word for the same expression, as anger for angry;
    only where one class of each side has it.
    """
    matched = _matched(manifest.labels, labels)
    if matched:
        manifest = manifest.with_frame(manifest.frame.with_columns(pl.col("label").replace(matched)))
    shared = [label for label in manifest.labels if label in labels]
    if not shared:
        came = f"The data has the classes {', '.join(manifest.labels)}"
        raise SettingError(came, expected=f"some of {', '.join(labels)}")
    found = manifest.with_labels(shared)
    if not len(found):
        raise SourceError("No sample of the data can be used", todo="See: mien audit SOURCE")
    return found, matched


def _matched(came: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    matched: dict[str, str] = {}
    for key in (str.casefold, collect.meaning):
        theirs = [label for label in came if label not in labels and label not in matched]
        ours = [label for label in labels if label not in came and label not in matched.values()]
        matched |= _pairs(theirs, ours, key)
    return matched


def _pairs(came: list[str], labels: list[str], key: Callable[[str], str | None]) -> dict[str, str]:
    known = {key(label): label for label in labels}
    once = Counter(key(label) for label in came) | Counter(key(label) for label in labels)
    return {label: known[word] for label in came if (word := key(label)) in known and word and once[word] == 1}
