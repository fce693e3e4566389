"""What stages need to know of a picture; and how a model's inputs are cut of one, in training and for every answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import copies, media
from mien.core.answer import DRAWN_FACES
from mien.core.errors import MediaError, SettingError
from mien.core.types import InputContract
from mien.faces import crop
from mien.kinds._kind import Kind
from mien.kinds._parts import Parts
from mien.kinds._prepared import Prepared, Preview
from mien.kinds.picture._mix import mix
from mien.kinds.picture._parts import patches
from mien.kinds.picture._quality import QUALITIES, quality
from mien.kinds.picture._values import from_value

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Integers, Pixels, Targets
    from mien.faces import Detector, Face
    from mien.kinds._check import Check
    from mien.kinds._corruption import Corruption
    from mien.kinds._property import Property
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
    verb, classes, attention = "looks like", "expressions", "looks at"
    map_note = (
        "Teal on mouth, eyes and brows is what you want to see; teal on the background means that it has learnt "
        "something else."
    )
    made_here = DRAWN_FACES
    qualities = QUALITIES
    of_people = True
    faces = True
    maps = True
    hub_task = "image-classification"

    def measure(self, contract: InputContract) -> str:
        return f"{contract.size} px"

    def described(self, contract: InputContract) -> str:
        return f"{super().described(contract)}, RGB"

    def fitting(self, contract: InputContract) -> str:
        """Say how to resize, and where the face goes; see `Kind.fitting`."""
        if contract.inputs == "both":
            return (
                "Lay the face, cut to a square, over the whole picture, resized to one; where there is no face, black."
            )
        return "Resize a picture to the square, and that is all."

    def sniff(self, data: bytes) -> str | None:
        return media.sniff(data)

    def decode(self, data: bytes) -> Pixels:
        """Decode to RGB, upright, on white; see `Kind.decode`."""
        return media.decode(data)

    def convert(self, value: Any) -> Pixels:  # noqa: ANN401
        """Take PIL's images, arrays, tensors and lists; see `Kind.convert`."""
        return from_value(value, self.accepted)

    def unwrap(self, data: bytes) -> bytes:
        """Take a picture out of its base64 text or ``data:`` address."""
        return media.unwrapped(data)

    def contract(self, recipe: Recipe, labels: tuple[str, ...], *, colour: str = "rgb") -> InputContract:
        inputs = "faces" if recipe.inputs == "photos" else recipe.inputs  # cut out of photos, they are faces too
        return InputContract(labels, int(recipe.size or 0), colour, inputs=inputs, margin=recipe.margin)

    def prepare(
        self,
        sample: bytes | Pixels,
        contract: InputContract,
        detector: Detector | None = None,
        *,
        most: int | None = None,
        cut_already: bool = False,
    ) -> Prepared:
        if detector is None and contract.inputs != "both":
            return Prepared(_decoded(sample, contract.size)[None])
        pixels = _decoded(sample)
        faces = detector.find(pixels)[:most] if detector else None
        return Prepared(rows(pixels, faces, contract, cut_already=cut_already), faces)

    def preview(self, data: bytes, side: int) -> Preview | None:
        try:
            return Preview(media.thumbnail(media.decode(data, near=side), side))
        except (MediaError, SettingError):  # SettingError: longer than WebP can hold
            return None

    def parts(self, row: Pixels, contract: InputContract, decoded: Pixels | None = None) -> Parts:
        """Hide soft patches of what decides; see `Kind.parts`."""
        return patches(row, contract.deciding(row))

    def quality(self, row: Pixels, contract: InputContract) -> tuple[float, ...]:
        """Measure light, contrast and sharpness of what decides; see `Kind.quality`."""
        return quality(row[contract.deciding(row)])

    def keep(self, data: bytes, decoded: Pixels) -> tuple[bytes, str]:
        """Keep pixels alone: a phone writes into a file where it was taken."""
        return media.encode_png(decoded), "png"

    def checks(self) -> tuple[Check, ...]:
        """Look for what is blank, wrongly named or animated."""
        from mien.kinds.picture._checks import CHECKS

        return CHECKS

    def properties(self, contract: InputContract) -> tuple[Property, ...]:
        """Measure skin tone, light, contrast, sharpness, size and turn; see `Kind.properties`."""
        from mien.kinds.picture._properties import properties

        return properties(contract)

    def reworded(self) -> dict[str, dict[str, str]]:
        """Name what is no picture that can be read; see `Kind.reworded`."""
        about = "A kind of file that Mien does not read, such as a drawing in SVG or a camera's raw file."
        return {"unsupported": {"about": about}, "bomb": {"todo": "Save it smaller if it is really a photograph."}}

    def forms(self, decoded: Pixels) -> Sequence[Pixels]:
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
        return mix(values, targets, variation, when)

    def corruptions(self) -> tuple[Corruption, ...]:
        """List those of ImageNet-C, and what befalls faces; see `Kind.corruptions`."""
        from mien.kinds.picture._corruptions import CORRUPTIONS

        return CORRUPTIONS

    def vectors(self, rows: Pixels) -> Pixels:
        """Leave it to `mien.evaluate`, which turns pictures grey and reduces them."""
        return rows

    def stem(self, contract: InputContract, detector: Detector | None, *, cut_already: bool = False) -> str:
        """Name who cut faces and how; see `Kind.stem`."""
        both = contract.inputs == "both"
        cut = f"{detector.name}-{contract.margin:g}" if detector else "cut" if both and cut_already else ""
        if both:
            return f"both-{contract.size}-{cut or 'none'}-"
        return f"faces-{contract.size}-{cut}-" if cut else f"pictures-{contract.size}-"


def _decoded(sample: bytes | Pixels, size: int | None = None) -> Pixels:
    if isinstance(sample, bytes):
        return media.decode(sample, size)
    return sample if size is None else media.fit(sample, size)


def rows(pixels: Pixels, faces: Sequence[Face] | None, contract: InputContract, *, cut_already: bool = False) -> Pixels:
    """Make a model's inputs of a picture, uint8 [H, W, 3], RGB: uint8 [N, *contract.shape], one a face.

    Without a face, one of the whole picture, where nobody looked (`faces` is None) or the model takes both; else none.
    `cut_already`: the picture is a face crop, and where the model takes both, it stands in both places.
    """
    size, both = contract.size, contract.inputs == "both"
    whole = media.fit(pixels, size) if both or faces is None else None
    cut = [crop(pixels, face, size, contract.margin) for face in faces or ()]
    if whole is None:
        return np.stack(cut) if cut else np.zeros((0, *contract.shape), np.uint8)
    if not both:
        return whole[None]
    return np.stack([stacked(face, whole) for face in cut or [whole if cut_already else np.zeros_like(whole)]])


def stacked(face: Pixels, whole: Pixels) -> Pixels:
    """Lay a face over the whole picture, both uint8 [size, size, 3]; a face of zeros says that there is none."""
    return np.concatenate([face, whole])


KIND = Picture()
