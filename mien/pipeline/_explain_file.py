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
from mien.core.errors import SettingError, did_you_mean
from mien.core.files import write_bytes, write_text
from mien.core.types import Answer
from mien.pipeline._adopt import ForeignModel
from mien.pipeline._grad_cam import grad_cam
from mien.pipeline._shuffled import shuffled
from mien.predict import Predictor, Sample

if TYPE_CHECKING:
    from mien.kinds import Kind, Parts

PICTURE, PAGE = (".png",), (".html", ".htm")
AUTO, GRAD_CAM = "auto", "grad-cam"
AUTOMATIC = tuple(explain.METHODS)  # what `auto` tries, in this order
METHODS = (AUTO, *AUTOMATIC, GRAD_CAM)
NOISE = 0.02  # of the spread of a row's numbers: about one grey level of 255


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
        moved = self.found.sentence(self.label) or explain.KEY
        checked = self.found.checked.sentence(self.label) if self.found.checked else ""
        return " ".join(filter(None, (said, moved, checked, self.answer.note)))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values: the path, the answer's words, and the explanation's fields."""
        return {"path": self.answer.path, "answer": self.answer.sentence, **self.found.to_dict(self.label)}

    def write(self, path: Path) -> Path:
        """Draw it, as PNG or as a page, by the path's ending."""
        if path.suffix.lower() in PAGE:
            return write_text(path, explain.page(self.found, self.parts, self.answer, self.kind))
        return write_bytes(path, media.encode_png(explain.sheet(self.parts, self.found)))


def check_path(path: Path) -> Path:
    """Refuse what is no name of a picture or a page."""
    if path.suffix.lower() not in PICTURE + PAGE:
        raise SettingError(f"'{path}' is no name of a picture or a page", expected="a name that ends in .png or .html")
    return path


@renamed_argument("crop", "inputs", INPUTS_OF_CROP)
def explain_sample(
    model: Path | str | ForeignModel, sample: Path | str, *, inputs: str = "auto", method: str = AUTO
) -> Explained:
    """Find what moved a model file's answer to a sample, as the file itself gives it.

    The model may be what `foreign_model` opened. `method` is one of `METHODS`; ``auto`` is the first whose map passes
    the checks. `MediaError` if the sample cannot be read, or has no face where one was looked for; `SettingError` if
    nothing in it can be hidden, or no map passes.
    """
    check_method(method)
    if not isinstance(model, ForeignModel):
        return _explained(model, Path(sample), inputs, method)
    if method == GRAD_CAM:
        raise SettingError("Grad-CAM needs a run, and Mien did not make this model", todo="Leave --method out")
    with tempfile.TemporaryDirectory(prefix="mien-") as folder:
        return _explained(model.write(Path(folder) / "model.onnx", inputs), Path(sample), inputs, method)


def _explained(model: Path | str, sample: Path, inputs: str, method: str) -> Explained:
    predictor = Predictor(model, inputs=inputs)
    row = predictor.model_input(sample)
    decoded = predictor.kind.decode(predictor.kind.unwrap(media.read(str(sample))))
    parts = predictor.kind.parts(row, predictor.contract, decoded)
    if parts is None:
        came = f"The model takes {predictor.kind.many}, and no part of one can be hidden"
        raise SettingError(came, expected="a model of pictures or clips")
    answer = predictor.predict(sample) if predictor.detector else _answer(predictor, str(sample), row)
    label = predictor.labels.index(str(answer.label))
    tried: tuple[explain.Explanation, ...]
    noisy_row = _with_noise(row)
    if method == GRAD_CAM:
        tried = (grad_cam(model, predictor, row, noisy_row, parts, label),)
    else:
        noisy = predictor.kind.parts(noisy_row, predictor.contract, decoded)
        methods, ask = AUTOMATIC if method == AUTO else (method,), predictor.probabilities
        tried = explain.first_passing(ask, parts, label=label, methods=methods, shuffled=shuffled(model), noisy=noisy)
    return Explained(answer, _passing(tried, method, predictor.kind), parts, predictor.kind)


def check_method(name: str) -> None:
    """Refuse what is no method, before any work."""
    if name not in METHODS:
        raise SettingError(f"'{name}' is no method", expected=", ".join(METHODS), todo=did_you_mean(name, METHODS))


def _passing(tried: tuple[explain.Explanation, ...], method: str, kind: Kind) -> explain.Explanation:
    """Return the last one that was tried; refuse it where its map fails a check."""
    failed = [(one.method, one.checked.fails) for one in tried if one.checked and one.checked.fails]
    if len(failed) < len(tried):
        return tried[-1]
    if method != AUTO:
        came = f"The map of '{method}' is not drawn, as it fails a check on this {kind.one}: {failed[0][1]}"
        raise SettingError(came, todo="Leave --method out: the first method that passes is taken")
    reasons = " ".join(f"{name}: {why}." for name, why in failed)
    came = f"No map is drawn, as each fails a check on this {kind.one}. {reasons}".rstrip(".")
    raise SettingError(came, todo=f"Try another {kind.one}: this answer rests on no part of it more than on others")


def _with_noise(row: Any) -> Any:  # noqa: ANN401 - array [*contract.shape]
    """Add what nobody sees or hears: a fiftieth of the row's own spread, float or whole numbers as the row has them."""
    noise = np.random.default_rng(0).normal(0, NOISE * float(np.std(row)), row.shape)
    if not np.issubdtype(row.dtype, np.integer):
        return (row + np.where(row == 0, 0, noise)).astype(row.dtype)  # zeros mark where a short clip has ended
    ends = np.iinfo(row.dtype)
    return np.clip(np.rint(row + noise), ends.min, ends.max).astype(row.dtype)


def _answer(predictor: Predictor, name: str, row: Any) -> Answer:  # noqa: ANN401 - array [*contract.shape]
    """Answer for the row that is explained; of a longer recording `predict` may give the mean of many."""
    return predictor.answer(Sample(name, row[None]), predictor.probabilities(row[None]))
