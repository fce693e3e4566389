"""What stages need to know of a clip."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from mien import media
from mien.core.answer import SYNTHETIC_VOICES
from mien.core.errors import MediaError
from mien.core.types import InputContract
from mien.kinds._kind import Kind
from mien.kinds._parts import Parts
from mien.kinds._prepared import Prepared, Preview
from mien.kinds.sound._encode import encode_flac, encode_mp3, is_drawn
from mien.kinds.sound._quality import QUALITIES
from mien.kinds.sound._read import RATE, blocks, decode
from mien.kinds.sound._sniff import ENDINGS, sniff

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Integers, Pixels, Signatures, Singles, Targets
    from mien.faces import Detector
    from mien.kinds._check import Check
    from mien.kinds._corruption import Corruption
    from mien.kinds._property import Property
    from mien.kinds._variation import Variation
    from mien.kinds._window import Window

SECONDS = 3.0  # of a row where neither recipe nor family says
_BANDS = 40


class Sound(Kind):
    """A clip is decoded to float32 ``[T]``, mono, 16 kHz, -1..1."""

    name = "sound"
    one, many, unit = "clip", "clips", "second"
    endings = ENDINGS
    formats = "WAV or FLAC"
    accepted = (
        "a path, a file's bytes, an open file, base64 text, an array [T] or [T, channels] of 16 kHz, "
        "or (rate, array) for any other rate"
    )
    changes = ("augment", "mixup")
    subject, subjects = "voice", "voices"
    verb, classes, attention = "sounds like", "emotions", "listens to"
    map_note = (
        "Teal where somebody speaks is what you want to see; on pauses, hum or hiss it means that it has learnt the "
        "recording instead."
    )
    made_here = SYNTHETIC_VOICES
    qualities = QUALITIES
    caution = (
        "Expecting as much of everyday speech where voices were acted: what is played is far easier to tell than what "
        "is felt."
    )
    wide = 2
    of_people = True
    windowed = True
    hub_task = "audio-classification"
    rate = RATE

    def measure(self, contract: InputContract) -> str:
        """Say the length; see `Kind.measure`."""
        return f"{contract.shape[0] / RATE:g} s"

    def described(self, contract: InputContract) -> str:
        """Say shape, rate and channels; see `Kind.described`."""
        return f"{super().described(contract)}, mono, 16 kHz, -1..1"

    def fitting(self, contract: InputContract) -> str:
        """Say how to cut; see `Kind.fitting`."""
        return (
            f"Resample to 16 kHz and one channel, cut silence off both ends, take the loudest "
            f"{self.measure(contract)}, or fill up with zeros at the end."
        )

    def sniff(self, data: bytes) -> str | None:
        """Say which format it is; see `Kind.sniff`."""
        return sniff(data)

    def decode(self, data: bytes) -> Singles:
        """Decode to mono, 16 kHz, without dead channels; see `Kind.decode`."""
        return decode(data)

    def convert(self, value: Any) -> Singles:  # noqa: ANN401
        """Take arrays, tensors and lists, with or without their rate; see `Kind.convert`."""
        from mien.kinds.sound._values import from_value

        return from_value(value, self.accepted)

    def contract(self, recipe: Recipe, labels: tuple[str, ...], *, colour: str = "rgb") -> InputContract:
        """Say the length; see `Kind.contract`."""
        length = round((recipe.seconds or SECONDS) * RATE)
        return InputContract(labels, length, kind=self.name, shape=(length,), dtype="float32")

    def sized(self, recipe: Recipe, contract: InputContract) -> Recipe:
        """Ask for its seconds; see `Kind.sized`."""
        return dataclasses.replace(recipe, seconds=contract.shape[0] / RATE)

    def prepare(
        self,
        sample: Any,  # noqa: ANN401
        contract: InputContract,
        detector: Detector | None = None,
        *,
        most: int | None = None,
        cut_already: bool = False,
    ) -> Prepared:
        """Cut off silence, and to length; see `Kind.prepare`."""
        from mien.kinds.sound._rows import row

        samples = decode(sample) if isinstance(sample, bytes) else sample
        return Prepared(row(samples, contract.shape[0])[None])

    def windows(
        self, source: bytes | BinaryIO | Iterable[Singles], contract: InputContract, *, live: bool = False
    ) -> Iterator[Window]:
        """Find the speech in it, and cut windows that overlap by half; see `Kind.windows`."""
        from mien.kinds.sound._speech import AT_ONCE, LIVE, heard
        from mien.kinds.sound._windows import UpToItsEnd, windows

        pieces: Any = blocks(source) if isinstance(source, bytes) or hasattr(source, "read") else source  # type: ignore[arg-type]
        ending = UpToItsEnd(pieces)
        yield from windows(heard(ending, LIVE if live else AT_ONCE), contract.shape[0])
        ending.check()

    def preview(self, data: bytes, side: int) -> Preview | None:
        """Draw waveform and spectrum, with its loudest seconds to play; see `Kind.preview`."""
        from mien.kinds.sound._preview import drawn, played

        try:
            samples = decode(data)
        except MediaError:
            return None
        return Preview(
            media.encode_webp(drawn(samples, side, self.wide * side)), sound=encode_mp3(samples[played(samples)])
        )

    def parts(self, row: Singles, contract: InputContract, decoded: Singles | None = None) -> Parts:
        """Hide stretches of time and bands of frequency; see `Kind.parts`."""
        from mien.kinds.sound._parts import stretches
        from mien.kinds.sound._rows import cut

        return stretches(row, None if decoded is None else cut(decoded, contract.shape[0]).start / RATE)

    def quality(self, row: Singles, contract: InputContract) -> tuple[float, ...]:
        """Measure how loud it is, and how far the voice stands above the noise; see `Kind.quality`."""
        from mien.kinds.sound._quality import quality

        return quality(row)

    def keep(self, data: bytes, decoded: Singles) -> tuple[bytes, str]:
        """Keep samples alone: a phone writes into a file where and when it was recorded."""
        return encode_flac(decoded), "flac"

    def checks(self) -> tuple[Check, ...]:
        """Look for what is silent, distorted, no voice, or wrongly named."""
        from mien.kinds.sound._checks import CHECKS

        return CHECKS

    def properties(self, contract: InputContract) -> tuple[Property, ...]:
        """Measure pitch, speaking rate, noise, length and band; see `Kind.properties`."""
        from mien.kinds.sound._properties import PROPERTIES

        return PROPERTIES

    def reworded(self) -> dict[str, dict[str, str]]:
        """Name what is no clip that can be read; see `Kind.reworded`."""
        return {
            "unsupported": {"about": "A kind of file that Mien does not read, or not without the extra mien[av]."},
            "bomb": {"title": "Far too long", "about": "More sound than a clip has.", "todo": "Cut it into clips."},
            "near-copy": {"about": "The same clip again, changed: another rate or format, trimmed, louder or softer."},
        }

    def forms(self, decoded: Singles) -> Sequence[Pixels]:
        """Reduce it to its fingerprint; see `Kind.forms`."""
        from mien.kinds.sound._fingerprint import fingerprint

        found = fingerprint(decoded)
        return () if found is None else (found,)

    def signatures(self, forms: Pixels) -> Signatures:
        """Say which bands change how fast; see `Kind.signatures`."""
        from mien.kinds.sound._copies import signatures

        return signatures(forms)

    def compare_forms(self, first: Pixels, second: Pixels, mirrored: bool, closeness: float) -> float:
        """Lay fingerprints over each other; nothing is played backwards. See `Kind.compare_forms`."""
        from mien.kinds.sound._copies import same_clip

        return same_clip(first, second)

    def is_drawn(self, data: bytes) -> bool:
        """Look for the mark of the voices that Mien makes."""
        return is_drawn(data)

    def vary(
        self, source: Singles, rows: Integers, numbers: Integers, when: tuple[int, int], variation: Variation
    ) -> Singles:
        """Change level, place, speed, room, noise and microphone; see `Kind.vary`."""
        from mien.kinds.sound._augment import varied

        return varied(source, rows, numbers, when, variation)

    def mix(
        self, values: Singles, targets: Targets, variation: Variation, when: tuple[int, int, int]
    ) -> tuple[Singles, Targets]:
        """MixUp; see `Kind.mix`."""
        from mien.kinds.sound._mix import mix

        return mix(values, targets, variation, when)

    def corruptions(self) -> tuple[Corruption, ...]:
        """List noise, rooms, lines, recorders and speeds; see `Kind.corruptions`."""
        from mien.kinds.sound._corruptions import corruptions

        return corruptions()

    def vectors(self, rows: Singles) -> Singles:
        """Write each row as the mean and spread of its bands' levels, float32 [N, 80]; see `Kind.vectors`."""
        from mien.kinds.sound._spectrum import bands, decibels

        levels = (decibels(bands(row[: np.flatnonzero(row)[-1] + 1] if row.any() else row, _BANDS)) for row in rows)
        return np.stack([np.concatenate([level.mean(axis=0), level.std(axis=0)]) for level in levels])


KIND = Sound()
