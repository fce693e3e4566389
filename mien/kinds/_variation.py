"""Which random changes a training side gets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.recipe import Recipe


@dataclass(frozen=True)
class Variation:
    """How strongly training samples are varied; all zero leaves them as they are.

    Parameters
    ----------
    augment : float
        Strength of warp and light, and of RandAugment, 0..1.
    randaugment : int
        Further changes to each picture.
    erase : float
        Share of the pictures that lose a rectangle, 0..1.
    mixup, cutmix : float
        Alpha of the Beta distribution that shares are drawn from; 0 never mixes.

    Raises
    ------
    SettingError
        If a value is out of range.
    """

    augment: float = 0.0
    randaugment: int = 0
    erase: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.augment <= 1:
            raise SettingError(f"The augmentation strength is {self.augment}", expected="0 (none) to 1")
        if not 0 <= self.erase <= 1:
            raise SettingError(f"The share of erased pictures is {self.erase}", expected="0 to 1")
        if min(self.randaugment, self.mixup, self.cutmix) < 0:
            raise SettingError("randaugment, mixup or cutmix is below 0", expected="0 (never) or more")

    @classmethod
    def of(cls, recipe: Recipe) -> Self:
        """Read it off a resolved recipe."""
        return cls(**{item.name: getattr(recipe, item.name) or 0 for item in fields(cls)})

    @property
    def changes(self) -> bool:
        """Whether single pictures are changed."""
        return bool(self.augment or self.randaugment or self.erase)

    @property
    def mixes(self) -> bool:
        """Whether pictures of a batch are mixed with each other."""
        return bool(self.mixup or self.cutmix)
