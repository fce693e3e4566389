"""Which action unit turns a model's answer to a face that Mien draws: `mien explain MODEL sample:faces`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien import explain, faces, media
from mien.core.errors import SettingError
from mien.core.files import write_bytes, write_text
from mien.pipeline._explain_file import PAGE
from mien.predict import Predictor

if TYPE_CHECKING:
    from mien.core.types import Pixels

DRAWN_FACES = "sample:faces"
TRIES = 20  # faces that are drawn until the model's detector finds one


@dataclass(frozen=True)
class _Found:
    """A detector that has found its face already, so that every change is cut out alike."""

    faces: Any
    name: str = "drawn"

    def find(self, pixels: Pixels) -> Any:  # noqa: ANN401 - faces.Face, and who it is asked about is known
        return self.faces


def explain_drawn(
    model: Path | str, *, acting: str = "happy", seed: int = 0, inputs: str = "auto"
) -> explain.Counterfactual:
    """Draw a face, change one action unit at a time, and ask a model file.

    `acting` is the expression, `seed` who acts. `SettingError` for a model of something else than pictures, or an
    expression that cannot be drawn.
    """
    from mien.samples.faces import draw, sample_parameters

    predictor = Predictor(model, inputs=inputs)
    if not predictor.kind.faces:
        came = f"The model takes {predictor.kind.many}, and {DRAWN_FACES} are pictures"
        raise SettingError(came, expected="a model of pictures")
    for number in range(TRIES):
        face = sample_parameters(seed, number, acting, intensity=1.0)
        picture = draw(face, 256)
        found = predictor.detector.find(picture)[:1] if predictor.detector else ()
        if found or not predictor.detector:
            return explain.counterfactual(_asking(predictor, found), predictor.labels, face)
    came = f"No face was found in any of {TRIES} drawn ones"
    raise SettingError(came, todo="Try another --seed, or --inputs whole")


def _asking(predictor: Predictor, found: Any) -> Any:  # noqa: ANN401 - of faces.Face; from a picture to probabilities
    detector: faces.Detector | None = _Found(found) if predictor.detector else None

    def ask(picture: Pixels) -> Any:  # noqa: ANN401 - float32 [classes]
        rows = predictor.kind.prepare(picture, predictor.contract, detector, most=1).rows
        return predictor.probabilities(rows[:1])[0]

    return ask


def write_drawn(found: explain.Counterfactual, path: Path) -> Path:
    """Draw it, as PNG or as a page, by the path's ending."""
    if path.suffix.lower() in PAGE:
        return write_text(path, explain.counterfactual_page(found))
    return write_bytes(path, media.encode_png(explain.counterfactual_sheet(found)))
