"""What holds for the labels of every source."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import polars as pl

from mien.core.errors import SettingError, SourceError
from mien.core.types import Manifest


def check_labels(manifest: Manifest, source: str, *, chosen: bool = False) -> None:
    """Refuse labels that cannot be meant as they stand."""
    labels = manifest.labels
    seen: dict[str, str] = {}
    for label in labels:
        # One reader's "Happy", "happy " and an "e" with its accent as a second character are one class.
        key = unicodedata.normalize("NFC", label.strip().casefold())
        if key in seen:
            both = f"{seen[key]!r} and {label!r}"
            came = f"The labels {both} in '{source}' differ only in case, spaces or accents' coding"
            raise SourceError(came, expected="one spelling for each class", todo="Give both the same name")
        seen[key] = label
    if len(labels) < 2:
        what = f"only the class {labels[0]!r}" if labels else "no labelled sample"
        came = f"You asked for {what}" if chosen else f"'{source}' holds {what}"
        reasons = manifest.frame["aside"].drop_nulls()
        why = f"{len(reasons)} rows are set aside, the first: {reasons[0]}" if len(reasons) else "Add another class"
        why += f". {manifest.omissions}" if manifest.skipped else ""
        raise SourceError(came, expected="at least 2 classes, such as happy and sad", todo=why)


def name_labels(manifest: Manifest, names: Sequence[str], source: str) -> Manifest:
    """Give labels that are numbers the names of their classes.

    `names` begin at the number 0, or at 1 where there is no 0 and the last name needs it; or they are ``number=name``,
    for any labels.
    """
    labels = manifest.frame["label"].drop_nulls().unique().sort().to_list()
    given = dict(name.split("=", 1) for name in names if "=" in name)
    if not given:
        given = _in_order(labels, [name.strip() for name in names], source)
    elif len(given) < len(names):
        bare = next(name for name in names if "=" not in name)
        todo = f"Write '{bare}' as number={bare}, or give all names in order"
        raise SettingError(f"The names came as {', '.join(names)}", expected="all with a number, or none", todo=todo)
    given = {number.strip(): name.strip() for number, name in given.items()}
    nameless = [label for label in labels if not given.get(label)]
    if nameless:
        came = f"The label {nameless[0]!r} in '{source}' has no name"
        todo = f"The labels are {', '.join(labels[:20])}; give a name for each, such as --names {labels[0]}=happy,..."
        raise SettingError(came, expected=f"a name for each of {len(labels)} labels", todo=todo)
    return manifest.with_frame(manifest.frame.with_columns(pl.col("label").replace(given)))


def _in_order(labels: Sequence[str], names: Sequence[str], source: str) -> dict[str, str]:
    """Give names their numbers, from where the labels begin."""
    numbers = {int(label) for label in labels if label.isascii() and label.isdecimal()}
    if len(numbers) < len(labels):
        word = next(label for label in labels if not label.isdecimal())
        came = f"The labels in '{source}' are words already, such as {word!r}"
        raise SettingError(came, expected="labels that are numbers", todo="Leave --names out, or give label=name")
    top = max(numbers, default=0)
    if top > len(names) or (top == len(names) and 0 in numbers):
        came = f"{len(names)} names came, and '{source}' has the label {top}"
        todo = f"Give {top + 1} names, beginning with that of 0, or number=name for each"
        raise SettingError(came, expected="a name for each number", todo=todo)
    start = int(top == len(names))
    if numbers and 0 not in numbers and not start:
        came = f"The labels in '{source}' are {', '.join(labels[:20])}, and {len(names)} names came"
        todo = f"Say which is which: --names {labels[0]}={names[0]},..."
        raise SettingError(came, expected="numbers from 0 or from 1 without a gap at the end", todo=todo)
    return {str(number): name for number, name in enumerate(names, start=start)}
