"""What has to be known of a model that Mien did not make before it can answer: its classes, and how it takes pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mien.core.errors import SettingError, did_you_mean

AUTO = "auto"
SCALES = ("0..255", "0..1", "-1..1", "imagenet", "caffe", "standard")
COLOURS = ("rgb", "bgr", "grey")
LAYOUTS = ("nhwc", "nchw")
SMALLEST, LARGEST = 16, 1024  # pixels, as for `size` of a recipe

_CLASSES = (
    "Of a model that Mien did not make: its classes, in the order of its outputs. Without it, a labels.txt or "
    "class_indices.json beside the file, or inside the zip, is read."
)
_SIZE = "Of such a model: side of the square picture that it takes, pixels, where its file leaves that open."
_SCALE = (
    "Of such a model: the numbers that its training made of a pixel. imagenet: 0..1 less the mean of ImageNet, over "
    "its deviation; caffe: 0..255 less the mean, in BGR; standard: each picture less its own mean, over its deviation. "
    "auto: as the file says, and where data is at hand, as fits it best."
)
_COLOUR = "Of such a model: the order of its colours; OpenCV reads bgr. auto: as --scale."
_LAYOUT = "Of such a model: colours last, nhwc, or first, nchw. auto: as the shape of its input says."


def _field(about: str, among: tuple[str, ...] = (), default: Any = AUTO, **option: Any) -> Any:  # noqa: ANN401
    shape = {"metavar": "|".join((AUTO, *among))} if among else {}
    return field(default=default, metadata={"about": about, "option": {**shape, "show_default": False, **option}})


@dataclass(frozen=True)
class Foreign:
    """What a person says of a model that Mien did not make; what is left at ``auto``, the file or the data says.

    `SettingError` for a word that is not known, or a `size` out of range.
    """

    classes: str = _field(_CLASSES, default="", metavar="A,B,...")
    size: int | None = _field(_SIZE, default=None, metavar="PIXELS")
    scale: str = _field(_SCALE, SCALES)
    colour: str = _field(_COLOUR, COLOURS)
    layout: str = _field(_LAYOUT, LAYOUTS)

    def __post_init__(self) -> None:
        for name, known in (("scale", SCALES), ("colour", COLOURS), ("layout", LAYOUTS)):
            word = getattr(self, name)
            if word not in (AUTO, *known):
                raise SettingError(f"{name} = '{word}' is not known", todo=did_you_mean(word, (AUTO, *known)))
        if self.size is not None and not SMALLEST <= self.size <= LARGEST:
            raise SettingError(f"size = {self.size} came", expected=f"{SMALLEST} to {LARGEST} pixels")

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that were named, in order; empty where none were."""
        return tuple(name.strip() for name in self.classes.split(",") if name.strip())
