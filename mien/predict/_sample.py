"""An input made ready for a model, and what is to be known of it: whether it looks like a face, doubts, a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import faces, kinds
from mien.core.answer import DRAWN_FACES, SYNTHETIC_VOICES
from mien.predict._options import uses_detector

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import InputContract, Rows
    from mien.faces import Face
    from mien.kinds import Kind
    from mien.predict._file import ModelFile

_MADE_HERE = {
    DRAWN_FACES: "This model was trained on drawn faces: what it says of photos means nothing. For photos, the face "
    "model in the box: mien predict PHOTO.",
    SYNTHETIC_VOICES: "This model was trained on synthetic voices: what it says of people's voices means nothing.",
}
NOBODY = "No face was found in the picture. To judge the whole picture all the same: --inputs whole."
NOT_A_FACE = "This does not look like a face, so it is not judged. To judge it all the same: --inputs whole."
NO_FACE = "No face was found: answered from the whole picture."
WHOLE = "This model judges whole pictures; it did not look for faces. To look for them: --inputs photos."


@dataclass(frozen=True)
class Sample:
    """An input made ready: what is left to do is the model's work.

    `rows` is an array [N, *contract.shape], one row a face, or the whole in one; `faces` is None where nobody looked.
    Where no face was found, a model that takes both still gets a row. `weights`, float [N], say what each row counts in
    the answer, where that is a mean over windows. `refused` says that what came as a face does not look like one; there
    are no rows then. `doubts` say what of each row forbids to be sure.
    """

    name: str
    rows: Any
    faces: tuple[Face, ...] | None = None
    weights: Any = None
    refused: bool = False
    doubts: tuple[tuple[str, ...], ...] = ()


def accepted(rows: Rows, kind: Kind, contract: InputContract, inputs: str) -> npt.NDArray[np.bool_]:
    """Say of each row whether a model would judge it: bool [N]; see `Predictor.accepts`."""
    if not kind.faces or "whole" in (contract.inputs, inputs):
        return np.ones(len(rows), bool)
    above = rows[:, : contract.size]  # where the model takes both, the face
    found = faces.look_like_faces(above, contract.margin)
    return found | ~above.any(axis=(1, 2, 3)) if contract.inputs == "both" else found


def doubted(
    rows: Rows, found: tuple[Face, ...] | None, kind: Kind, contract: InputContract, inputs: str
) -> tuple[tuple[str, ...], ...]:
    """Say of each row what forbids to be sure of it; nothing where it is not taken as a face."""
    if not found and (inputs != "faces" or contract.inputs == "whole" or not kind.faces):
        return ((),) * len(rows)
    return tuple(faces.doubts(rows[:, : contract.size], contract.margin, found))


def note(file: ModelFile, inputs: str) -> str | None:
    """Say what to know of an answer: what the model knows no photos by, and that it took the whole picture unasked."""
    made_here = _MADE_HERE.get(file.scores.get("trained_on", ""))
    whole = inputs == "auto" and kinds.kind(file.contract.kind).faces and not uses_detector(file.contract, inputs)
    parts = [made_here or "", file.terms.note, WHOLE if whole else ""]
    return " ".join(filter(None, parts)) or None
