"""Every course that groups of statistics follow over the frames of a clip, side by side, and the frames they keep."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from mien.models.features._tensor import Tensor, joined
from mien.models.features.sound import _formants, _pitch, _spectrum
from mien.models.features.sound._frames import Frames, decibels
from mien.models.features.sound._tracks import CEPSTRUM, MASKS, Track


class Courses:
    """What is followed, [N, C, F], each by its name; a group that is not asked for adds no nodes."""

    def __init__(self, heard: Frames, groups: Sequence[str]) -> None:
        self._heard, self._groups = heard, set(groups)
        self._pitch, self._periodicity = _pitch.pitch(heard)
        self.voiced = _pitch.voiced(heard, self._periodicity)
        self._masks = {"sounding": heard.sounding}
        # Where nothing is voiced, or all is, statistics are of all that sounds.
        self._masks["voiced"] = self._kept(self.voiced, "sounding")
        self._masks["unvoiced"] = self._kept(heard.sounding - self.voiced, "sounding")
        followed = [*self._plain(), *self._of_bands(), *self._of_spectrum(), *self._of_formants()]
        self._names = [name for names, _ in followed for name in names]
        self._values = joined(*(values for _, values in followed), axis=2).turned(0, 2, 1)
        self._used = [name for name in MASKS if name in self._masks]
        self._kept_frames = joined(*(self._masks[name] for name in self._used), axis=2).turned(0, 2, 1)

    def of(self, tracks: Sequence[Track]) -> tuple[Tensor, Tensor]:
        """Return values and masks of some tracks, [N, C, F] each."""
        values = self._values.picked([self._names.index(track.what) for track in tracks], axis=1)
        return values, self._kept_frames.picked([self._used.index(track.mask) for track in tracks], axis=1)

    @cached_property
    def _bands(self) -> tuple[Tensor, Tensor]:
        return _spectrum.bands(self._heard)

    @property
    def levels(self) -> Tensor:
        """The level of each mel band, dB: [N, F, 26]."""
        return self._bands[1]

    def _kept(self, mask: Tensor, instead: str) -> Tensor:
        return mask + self._masks[instead] * mask.sum(1).equal(0)

    def _plain(self) -> list[tuple[Sequence[str], Tensor]]:
        return [(["pitch"], self._pitch), (["periodicity"], self._periodicity), (["level"], self._heard.level)]

    def _of_bands(self) -> list[tuple[Sequence[str], Tensor]]:
        found: list[tuple[Sequence[str], Tensor]] = []
        if "bands" in self._groups:
            found.append(([f"band{number}" for number in range(1, _spectrum.BANDS + 1)], self.levels))
        if "loudness" in self._groups:
            found.append((["loudness"], _spectrum.loudness(self._bands[0])))
        if "mfcc" in self._groups:
            cepstrum = _spectrum.cepstrum(self.levels)
            found += [(CEPSTRUM, cepstrum), ([f"{one}_delta" for one in CEPSTRUM], _spectrum.delta(cepstrum))]
        return found

    def _of_spectrum(self) -> list[tuple[Sequence[str], Tensor]]:
        shape = _spectrum.shape(self._heard) if "spectrum" in self._groups else {}
        return [([name], values) for name, values in shape.items()]

    def _of_formants(self) -> list[tuple[Sequence[str], Tensor]]:
        if "formants" not in self._groups:
            return []
        peaks = _formants.formants(self._heard)
        for number in range(1, _formants.COUNT + 1):
            there = peaks.pop(f"formant{number}_there")
            self._masks[f"formant{number}"] = self._kept(self.voiced * there, "voiced")
        first, *others = (decibels(_pitch.harmonic(self._heard, self._pitch, number)) for number in (1, 2, 3))
        found: list[tuple[Sequence[str], Tensor]] = [([name], values) for name, values in peaks.items()]
        return [*found, *(([f"h1_h{number}"], first - other) for number, other in enumerate(others, 2))]
