"""Who is who, where the data does not say it: what its files' names, folders and EXIF may say, to be confirmed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

import polars as pl

from mien.audit._bursts import APART
from mien.audit._check import BURST
from mien.audit._names import codes_in_names, copies_in_names, folders_inside
from mien.core.types import Manifest

WHO = "The data does not say who is to be seen, so one person may be in training and in the test."
_KINDS = (
    ("names", codes_in_names, "{samples} samples have one of {groups} codes in their names, such as {example}."),
    ("copies", copies_in_names, "{samples} samples share all but the end of their names, {groups} groups: {example}."),
    ("folders", folders_inside, "{samples} samples lie in {groups} folders that go across classes, such as {example}."),
)

_CONDITIONS = {
    "names": "If each code is one person, this keeps all of a person's pictures on one side:",
    "copies": "If such pictures show one person, this keeps them on one side:",
    "folders": "If each folder is one person, this keeps all of a person's pictures on one side:",
    "bursts": "A burst mostly shows one person. This keeps each on one side:",
}


@dataclass(frozen=True)
class Suggestion:
    """What may belong to one person, and how to say so.

    `kind` says where it shows: ``names``, ``copies`` (of one name), ``folders`` or ``bursts``. `option` is what to add
    to ``mien run SOURCE``, as a shell takes it; `groups` would be kept together, and hold so many `samples`.
    """

    kind: str
    sentence: str
    option: str
    groups: int
    samples: int

    @property
    def condition(self) -> str:
        """What has to be true for it to be followed."""
        return _CONDITIONS[self.kind]

    def commands(self, source: str) -> tuple[str, ...]:
        """Return what to type: one command, or one after the other."""
        place = shlex.quote(source)
        if self.kind == "bursts":
            return f"mien audit {place} --manifest samples.parquet", f"mien run samples.parquet {self.option}"
        return (f"mien run {place} {self.option}",)

    def to_dict(self, source: str) -> dict[str, Any]:
        """Return JSON values: its fields and its commands."""
        return {**vars(self), "condition": self.condition, "commands": list(self.commands(source))}


def suggest(manifest: Manifest) -> tuple[Suggestion, ...]:
    r"""Offer what can be known of who is to be seen, where the data names nobody; nothing is decided by it.

    `manifest` is from `check`; without its column ``burst`` no burst is known. Empty where persons are named already.

    >>> ids = [f"{label}/s{who}_{shot}.jpg" for label in ("happy", "sad") for who in range(9) for shot in range(3)]
    >>> rows = {"id": ids, "content": ids, "path": ids, "label": [name.split("/")[0] for name in ids]}
    >>> [found.option for found in suggest(Manifest.build(rows))]
    ["--person '/(s\\d+)_'"]
    """
    frame = manifest.used.frame.filter(pl.col("label").is_not_null())
    if not frame.height or ((frame["person"] != "").fill_null(value=False)).any():
        return ()
    found: list[Suggestion] = []
    for kind, find, words in _KINDS:
        pattern = find(frame["id"], frame["label"])
        if pattern is not None and not (kind == "copies" and found):  # a code says more
            groups = frame["id"].str.extract(pattern, 1)
            found.append(_of(kind, words, frame["id"], groups, f"--person {shlex.quote(pattern)}"))
    if BURST in frame.columns and frame[BURST].count():
        words = f"photos were taken within {APART:g} seconds of another by the same camera in the same size"
        words = f"{{samples}} {words}, {{groups}} bursts: {{example}}."
        found.append(_of("bursts", words, frame["id"], frame[BURST], "--by burst"))
    return tuple(one for one in found if one.groups > 1)


def _of(kind: str, words: str, ids: pl.Series, groups: pl.Series, option: str) -> Suggestion:
    rows = pl.DataFrame({"id": ids, "group": groups}).drop_nulls()
    rows = rows.filter(pl.len().over("group") > 1)
    first = rows.head(1)["group"]
    alike = rows.filter(pl.col("group").is_in(first.implode()))["id"].head(2).to_list()
    number, samples = rows["group"].n_unique(), rows.height
    coded = kind in ("names", "folders") and len(first)
    example = f"{first[0]} ({', '.join(alike)})" if coded else " and ".join(alike)
    sentence = words.format(samples=f"{samples:,}", groups=f"{number:,}", example=example)
    return Suggestion(kind, sentence, option, number, samples)
