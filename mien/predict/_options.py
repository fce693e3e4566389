"""What is asked of a predictor: what its inputs are, and which classes it answers with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien import kinds
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument
from mien.core.errors import SettingError, did_you_mean

if TYPE_CHECKING:
    from mien.core.types import InputContract

INPUTS = ("auto", "photos", "faces", "whole")


@renamed_argument("crop", "inputs", INPUTS_OF_CROP)
def uses_detector(contract: InputContract, inputs: str) -> bool:
    """Say whether faces are looked for: whether a detector runs. `inputs` not in `INPUTS` is a `SettingError`."""
    if inputs not in INPUTS:
        typed = "" if inputs in INPUTS_OF_CROP else inputs  # face was photos, and is nearest to faces
        raise SettingError(f"inputs = '{inputs}' is not known", todo=did_you_mean(typed, INPUTS))
    return inputs == "photos" or (inputs == "auto" and contract.inputs != "whole")


def looks_for_faces(contract: InputContract, inputs: str) -> bool:
    """Say the same of a model of any kind; photos for one whose samples show none are a `SettingError`."""
    looks, kind = uses_detector(contract, inputs), kinds.kind(contract.kind)
    if inputs == "photos" and not kind.faces:
        came = f"inputs = 'photos' came with a model of {kind.many}, which show none"
        raise SettingError(came, todo="Leave it out")
    return looks and kind.faces


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
