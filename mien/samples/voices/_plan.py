"""Which clip is whose, and how a row of the table is made."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mien.samples.voices._files import encode
from mien.samples.voices._parameters import VoiceParameters
from mien.samples.voices._scene import sample_parameters, synthesise

CLIPS_OF_A_PERSON = 3  # in each class

Row = dict[str, str | float]
SCHEMA = pl.Schema(
    {
        "path": pl.String,
        "label": pl.String,
        "person": pl.String,
        "sentence": pl.String,
        "intensity": pl.Float64,
        "noise": pl.String,
    }
)
"""Columns of ``voices.csv``."""


@dataclass(frozen=True)
class Clip:
    """One clip to synthesise."""

    path: str  # where it goes, relative to the folder, with ``/``
    voice: VoiceParameters  # what is heard
    label: str  # the folder it is filed under; in a dirty set not always what is heard
    seed: int = 0  # of the data set: each has people of its own

    def row(self) -> Row:
        """Give its line of the table."""
        return {
            "path": self.path,
            "label": self.label,
            "person": name_of(self.voice.speaker.person, self.seed),
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


def clip(seed: int, index: int, labels: tuple[str, ...], person: int | None = None, filed: str = "") -> Clip:
    """Plan clip number `index`; it does not depend on how many there are.

    Without a `person`, each is heard in a row of clips, three times in each class.
    """
    label = labels[index % len(labels)]
    who = index // (CLIPS_OF_A_PERSON * len(labels)) if person is None else person
    voice = sample_parameters(seed, index, label, person=who)
    folder = filed or label
    return Clip(f"{folder}/{name_of(who, seed)}_{index:05d}.{voice.recording.kind}", voice, folder, seed)
