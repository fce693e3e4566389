"""What a predictor is set to: which of its classes it answers with, and whether it looks for faces."""

from __future__ import annotations

from collections.abc import Sequence

from mien.core.errors import SettingError, did_you_mean
from mien.core.types import InputContract

CROPS = ("auto", "face", "whole", "none")


def uses_detector(contract: InputContract, crop: str) -> bool:
    """Say whether faces are looked for: whether a detector runs. A `crop` not in `CROPS` is a `SettingError`."""
    if crop not in CROPS:
        raise SettingError(f"crop = '{crop}' is not known", todo=did_you_mean(crop, CROPS))
    return crop == "face" or (crop == "auto" and contract.crop != "whole")


def columns_of(known: tuple[str, ...], labels: Sequence[str]) -> list[int]:
    """Say where the classes that are asked for stand among those that a model knows, in the order wanted; none are all.

    A class that the model does not know, or fewer than two different ones, is a `SettingError`.
    """
    for label in labels:
        if label not in known:
            raise SettingError(f"The model does not know the class '{label}'", todo=did_you_mean(label, known))
    if labels and len(set(labels)) < max(2, len(labels)):
        raise SettingError(f"The classes asked for are {', '.join(labels)}", expected="two different ones or more")
    return [known.index(label) for label in labels] or [*range(len(known))]
