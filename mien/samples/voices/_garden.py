"""What planted defects are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from mien.samples import _folder
from mien.samples._order import other_label
from mien.samples.voices._files import encode
from mien.samples.voices._parameters import Sound
from mien.samples.voices._plan import Clip, clip
from mien.samples.voices._scene import synthesise

Planted = _folder.Planted[Clip]


@dataclass(frozen=True)
class Garden:
    """The clean clips, and what grows beside them."""

    seed: int  # seed of the data set
    labels: tuple[str, ...]  # the classes
    clean: Sequence[Clip]

    def fresh(self, number: int, filed: str = "") -> Clip:
        """Plan a new clip of a known person."""
        someone = self.clean[(number * 31) % len(self.clean)].voice.speaker.person
        return clip(self.seed, len(self.clean) + number, self.labels, someone, filed)

    def sound(self, number: int) -> tuple[Sound, int]:
        """Synthesise that clip: samples, and their rate."""
        said = self.fresh(number)
        return synthesise(said.voice), said.voice.recording.rate

    def path(self, number: int, kind: str) -> str:
        """Give the path of that clip with another ending."""
        return str(PurePosixPath(self.fresh(number).path).with_suffix(f".{kind}"))

    def plant(
        self,
        number: int,
        defect: str,
        detail: str,
        sound: Sound,
        *,
        rate: int = 0,
        kind: str = "wav",
        shows: bool = False,
    ) -> Planted:
        """Make a file of a damaged sound, without loss, so that the damage stays as it was made."""
        said, path = self.fresh(number), self.path(number, kind)
        data = encode(sound, rate or said.voice.recording.rate, kind)
        return Planted(path, defect, detail, data, replace(said, path=path) if shows else None)

    def other(self, label: str, number: int) -> str:
        """Give a class that is not `label`."""
        return other_label(self.labels, label, number)
