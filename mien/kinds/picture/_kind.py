"""What stages need to know of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mien import copies, media
from mien.core.errors import MediaError, SettingError
from mien.core.types import InputContract
from mien.kinds._kind import Kind
from mien.kinds._prepared import Prepared, Preview
from mien.kinds.picture._rows import rows

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Integers, Pixels, Targets
    from mien.faces import Detector
    from mien.kinds._check import Check
    from mien.kinds._variation import Variation

SMALLEST = 16  # pixels of a side: smaller pictures are too alike for their copies to be told


class Picture(Kind):
    """A picture is decoded to uint8 ``[H, W, 3]``, RGB, 0..255."""

    name = "picture"
    one, many, unit = "picture", "pictures", "pixel"
    endings = media.PICTURE_ENDINGS
    formats = "PNG or JPEG"
    accepted = "a path, a file's bytes, an open file, base64 text, a PIL image, or an array [H, W, 3]"
    changes = ("augment", "randaugment", "erase", "mixup", "cutmix", "mirror")
    subject, subjects, example = "face", "faces", "photo.jpg"
    verb, classes = "looks like", "expressions"
    of_people = True
    faces = True
    maps = True

    def measure(self, contract: InputContract) -> str:
        """Say the side; see `Kind.measure`."""
        return f"{contract.size} px"

    def described(self, contract: InputContract) -> str:
        """Say shape and order of the colours; see `Kind.described`."""
        return f"{super().described(contract)}, RGB"

    def fitting(self, contract: InputContract) -> str:
        """Say how to resize, and where the face goes; see `Kind.fitting`."""
        if contract.crop == "both":
            return (
                "Lay the face, cut to a square, over the whole picture, resized to one; where there is no face, black."
            )
        return "Resize a picture to the square, and that is all."

    def sniff(self, data: bytes) -> str | None:
        """Say which format it is; see `Kind.sniff`."""
        return media.sniff(data)

    def decode(self, data: bytes) -> Pixels:
        """Decode to RGB, upright, on white; see `Kind.decode`."""
        return media.decode(data)

    def convert(self, value: Any) -> Pixels:  # noqa: ANN401
        """Take PIL's images, arrays, tensors and lists; see `Kind.convert`."""
        from mien.kinds.picture._values import from_value

        return from_value(value, self.accepted)

    def unwrap(self, data: bytes) -> bytes:
        """Take a picture out of its base64 text or ``data:`` address."""
        return media.unwrapped(data)

    def contract(self, recipe: Recipe, labels: tuple[str, ...], *, colour: str = "rgb") -> InputContract:
        """Say size and crop; see `Kind.contract`."""
        crop = "face" if recipe.crop == "none" else recipe.crop
        return InputContract(labels, int(recipe.size or 0), colour, crop=crop, margin=recipe.margin)

    def prepare(
        self,
        sample: Any,  # noqa: ANN401
        contract: InputContract,
        detector: Detector | None = None,
        *,
        most: int | None = None,
        cut_already: bool = False,
    ) -> Prepared:
        """Cut faces, or take the whole; see `Kind.prepare`."""
        if detector is None and contract.crop != "both":
            return Prepared(_decoded(sample, contract.size)[None])
        pixels = _decoded(sample)
        faces = detector.find(pixels)[:most] if detector else None
        return Prepared(rows(pixels, faces, contract, cut_already=cut_already), faces)

    def preview(self, data: bytes, side: int) -> Preview | None:
        """Make it small; see `Kind.preview`."""
        try:
            return Preview(media.thumbnail(media.decode(data, near=side), side))
        except (MediaError, SettingError):  # SettingError: longer than WebP can hold
            return None

    def keep(self, data: bytes, decoded: Pixels) -> tuple[bytes, str]:
        """Keep pixels alone: a phone writes into a file where it was taken."""
        return media.encode_png(decoded), "png"

    def checks(self) -> tuple[Check, ...]:
        """Look for what is blank, wrongly named or animated."""
        from mien.kinds.picture._checks import CHECKS

        return CHECKS

    def reworded(self) -> dict[str, dict[str, str]]:
        """Name what is no picture that can be read; see `Kind.reworded`."""
        about = "A kind of file that Mien does not read, such as a drawing in SVG or a camera's raw file."
        return {"unsupported": {"about": about}, "bomb": {"todo": "Save it smaller if it is really a photograph."}}

    def forms(self, decoded: Pixels) -> Sequence[Pixels]:
        """Reduce it to grey; see `Kind.forms`."""
        return copies.reduced_forms(decoded) if min(decoded.shape[:2]) >= SMALLEST else ()

    def is_drawn(self, data: bytes) -> bool:
        """Look for the mark of the faces that Mien draws."""
        return media.is_drawn(data)

    def taken(self, data: bytes, decoded: Pixels) -> tuple[float | None, str | None]:
        """Read it off EXIF, with the size; see `Kind.taken`."""
        found = media.taken(data)
        height, width = decoded.shape[:2]
        return (None, None) if found is None else (found[0], f"{found[1]} {width}x{height}")

    def vary(
        self, source: Pixels, rows: Integers, numbers: Integers, when: tuple[int, int], variation: Variation
    ) -> Pixels:
        """Warp, light, RandAugment and erasing; see `Kind.vary`."""
        from mien.kinds.picture._augment import varied

        return varied(source, rows, numbers, when, variation)

    def mix(
        self, values: Pixels, targets: Targets, variation: Variation, when: tuple[int, int, int]
    ) -> tuple[Pixels, Targets]:
        """MixUp and CutMix; see `Kind.mix`."""
        from mien.kinds.picture._mix import mix

        return mix(values, targets, variation, when)

    def vectors(self, rows: Pixels) -> Pixels:
        """Leave it to `mien.evaluate`, which turns pictures grey and reduces them."""
        return rows

    def stem(self, contract: InputContract, detector: Detector | None, *, cut_already: bool = False) -> str:
        """Name who cut faces and how; see `Kind.stem`."""
        both = contract.crop == "both"
        cut = f"{detector.name}-{contract.margin:g}" if detector else "cut" if both and cut_already else ""
        if both:
            return f"both-{contract.size}-{cut or 'none'}-"
        return f"faces-{contract.size}-{cut}-" if cut else f"pictures-{contract.size}-"


def _decoded(sample: Any, size: int | None = None) -> Pixels:  # noqa: ANN401
    if isinstance(sample, bytes):
        return media.decode(sample, size)
    pixels: Pixels = sample
    return pixels if size is None else media.fit(pixels, size)


KIND = Picture()
