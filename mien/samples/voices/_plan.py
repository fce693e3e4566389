"""Which clip is whose, and how a row of the table is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from mien.samples.voices._files import encode
from mien.samples.voices._parameters import VoiceParameters
from mien.samples.voices._scene import sample_parameters, synthesise

CLIPS_OF_A_PERSON = 3  # in each class

Row = dict[str, str | float]
_COLUMNS = ("path", "label", "person", "sentence", "intensity", "noise")
SCHEMA = pl.Schema(dict.fromkeys(_COLUMNS, pl.String) | {"intensity": pl.Float64})
"""Columns of ``voices.csv``."""


@dataclass(frozen=True)
class Clip:
    """One clip to synthesise."""

    verb: ClassVar[str] = "says"
    path: str  # where it goes, relative to the folder, with ``/``
    voice: VoiceParameters  # what is heard
    label: str  # the folder it is filed under; in a dirty set not always what is heard
    seed: int = 0  # of the data set: each has people of its own

    @property
    def who(self) -> int:
        """Number of the person that speaks."""
        return self.voice.speaker.person

    def row(self) -> Row:
        """Give its line of the table."""
        return {
            "path": self.path,
            "label": self.label,
            "person": name_of(self.who, self.seed),
            "sentence": self.voice.sentence,
            "intensity": round(self.voice.delivery.intensity, 4),
            "noise": self.voice.recording.noise,
        }

    def data(self) -> bytes:
        """Synthesise it, and give the file's content."""
        return encode(synthesise(self.voice), self.voice.recording.rate, self.voice.recording.kind)


def name_of(person: int, seed: int = 0) -> str:
    """Name a person: ``v017``, or ``s5v017`` for another seed, whose people are others."""
    return f"{f's{seed}' if seed else ''}v{person:03d}"


def clip(index: int, person: int | None = None, filed: str = "", *, seed: int, labels: tuple[str, ...]) -> Clip:
    """Plan clip number `index`; it does not depend on how many there are.

    Without a `person`, each is heard in a row of clips, three times in each class.
    """
    label = labels[index % len(labels)]
    who = index // (CLIPS_OF_A_PERSON * len(labels)) if person is None else person
    voice = sample_parameters(seed, index, label, person=who)
    folder = filed or label
    return Clip(f"{folder}/{name_of(who, seed)}_{index:05d}.{voice.recording.kind}", voice, folder, seed)
