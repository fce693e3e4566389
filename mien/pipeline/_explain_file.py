"""Show why a model file answered as it did: what `mien explain` does."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import explain, html, media
from mien.core.answer import adjective
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument
from mien.core.errors import SettingError
from mien.core.files import write_bytes, write_text
from mien.core.types import Answer
from mien.pipeline._adopt import ForeignModel
from mien.predict import Predictor, Sample

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.kinds import Kind, Parts

PICTURE, PAGE = (".png",), (".html", ".htm")
SMALLEST = 256  # pixels: smaller maps are enlarged


@dataclass(frozen=True)
class Explained:
    """What moved a model file's answer to one sample."""

    answer: Answer
    found: explain.Explanation
    parts: Parts  # of what the model was given
    kind: Kind

    @property
    def label(self) -> str:
        """The class that is explained."""
        return str(self.answer.label)

    @property
    def sentence(self) -> str:
        """The answer and what moved it, in words."""
        look, share = adjective(self.label), html.percent(max((self.answer.probabilities or {}).values()), unit=False)
        said = f"'{self.answer.path}': {self.answer.sentence} ({look} {share}%)."
        moved = self.found.sentence(self.label) or f"Plain teal spoke for {look}, striped amber against it."
        return " ".join(filter(None, (said, moved, self.answer.note)))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values: the path, the answer's words, and the explanation's fields."""
        return {"path": self.answer.path, "answer": self.answer.sentence, **self.found.to_dict(self.label)}

    def write(self, path: Path) -> Path:
        """Draw it, as PNG or as a page, by the path's ending."""
        if path.suffix.lower() in PAGE:
            return write_text(path, explain.page(self.found, self.parts, self.answer, self.kind))
        return write_bytes(path, media.encode_png(drawn(self.parts, self.found)))


def drawn(parts: Parts, found: explain.Explanation) -> Pixels:
    """Draw a map; beside it, where it has no axes of its own, what it lies over, both at a size to look at."""
    sheet = explain.draw(parts, found)
    if sheet.shape != parts.picture.shape:
        return sheet
    both = np.concatenate([parts.picture, sheet], axis=1)
    times = max(1, SMALLEST // len(both))
    return both.repeat(times, axis=0).repeat(times, axis=1)


def check_path(path: Path) -> Path:
    """Refuse what is no name of a picture or a page."""
    if path.suffix.lower() not in PICTURE + PAGE:
        raise SettingError(f"'{path}' is no name of a picture or a page", expected="a name that ends in .png or .html")
    return path


@renamed_argument("crop", "inputs", INPUTS_OF_CROP)
def explain_sample(model: Path | str | ForeignModel, sample: Path | str, *, inputs: str = "auto") -> Explained:
    """Find what moved a model file's answer to a sample, as the file itself gives it.

    The model may be what `foreign_model` opened. `MediaError` if the sample cannot be read, or has no face where one
    was looked for; `SettingError` if nothing in it can be hidden.
    """
    predictor = _opened(model, inputs)
    row = predictor.model_input(Path(sample))
    decoded = predictor.kind.decode(predictor.kind.unwrap(media.read(str(sample))))
    parts = predictor.kind.parts(row, predictor.contract, decoded)
    if parts is None:
        came = f"The model takes {predictor.kind.many}, and no part of one can be hidden"
        raise SettingError(came, expected="a model of pictures or clips")
    answer = predictor.predict(Path(sample)) if predictor.detector else _answer(predictor, str(sample), row)
    label = predictor.labels.index(str(answer.label))
    return Explained(answer, explain.measure(predictor.probabilities, parts, label=label), parts, predictor.kind)


def _opened(model: Path | str | ForeignModel, inputs: str) -> Predictor:
    if not isinstance(model, ForeignModel):
        return Predictor(model, inputs=inputs)
    with tempfile.TemporaryDirectory(prefix="mien-") as folder:  # once open, a file may go
        return Predictor(model.write(Path(folder) / "model.onnx", inputs), inputs=inputs)


def _answer(predictor: Predictor, name: str, row: Any) -> Answer:  # noqa: ANN401 - array [*contract.shape]
    """Answer for the row that is explained; of a longer recording `predict` may give the mean of many."""
    return predictor.answer(Sample(name, row[None]), predictor.probabilities(row[None]))
