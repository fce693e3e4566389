"""What planted defects are made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from mien.samples import _folder, _garden
from mien.samples.voices._files import encode
from mien.samples.voices._parameters import Sound
from mien.samples.voices._plan import Clip
from mien.samples.voices._scene import synthesise

Planted = _folder.Planted[Clip]


class Garden(_garden.Garden):
    """The clean clips, and what grows beside them."""

    def sound(self, number: int) -> tuple[Sound, int]:
        """Synthesise that clip: samples, and their rate."""
        said: Clip = self.fresh(number)
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
