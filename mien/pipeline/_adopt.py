"""Take in a model that Mien did not make: read, asked how it reads pictures, and made one Mien file."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien import backends, export
from mien.core import errors
from mien.core.errors import MienError, SettingError
from mien.core.files import write_bytes, write_json
from mien.core.foreign import Foreign
from mien.core.lineage import Lineage
from mien.core.types import InputContract
from mien.export import UNMEASURED, ModelInfo, foreign
from mien.pipeline._in_tensorflow import in_tensorflow
from mien.predict import in_the_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mien.export.foreign import ForeignNet, Guess, Reading

_GRAPH, _FACTS, _ERROR = "net.onnx", "facts.json", "error.json"
PATIENCE = 900.0  # seconds for a network to be read and converted; one of 100 MB takes about 30
_OF_FACES = (48, 64)  # pixels: grey squares of these sizes are what FER2013 and FER+ hold
WORDS = {"faces": "faces", "photos": "faces", "whole": "whole"}  # what is typed as inputs to that of a contract


@dataclass(frozen=True)
class ForeignModel:
    """A model that Mien did not make, open.

    Its network; its classes in order, empty where nobody named them; how it most likely reads a picture; and sentences
    that say what was taken from where.
    """

    net: ForeignNet
    labels: tuple[str, ...]
    guess: Guess
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it came from."""
        return self.net.path

    def named(self, classes: Sequence[str]) -> ForeignModel:
        """Return it with names for its outputs: its own, or else these, in the order of the alphabet.

        `SettingError` if it has no names and these are not as many as its outputs.
        """
        if self.labels:
            return self
        ordered = tuple(sorted(classes))
        if len(ordered) != max(self.net.outputs, 2):
            found = f". The data has {len(ordered)} classes, which do not fit it either" if ordered else ""
            foreign.check_classes((), self.net.outputs, found)
        note = (
            f"No class names came with it: its outputs are taken for the classes of the data in the order of the "
            f"alphabet, as Keras reads folders: {', '.join(ordered)}. Another order: --classes."
        )
        return dataclasses.replace(self, labels=ordered, notes=(*self.notes, note))

    def contract(self, inputs: str = "auto") -> InputContract:
        """Say what the Mien file takes; `inputs` is what its pictures are, as `Predictor` takes it."""
        grey_face = self.net.channels == 1 and self.net.size in _OF_FACES
        colour = "grey" if self.guess.reading.colour == "grey" else "rgb"
        taken = WORDS.get(inputs, "faces" if grey_face else "whole")
        return InputContract(self.labels, self.net.size, colour, inputs=taken)

    def write(self, path: Path | str, inputs: str = "auto", reading: Reading | None = None) -> Path:
        """Write it as one Mien file, proven against itself; `reading` is the most likely one where none is given."""
        contract = self.named(()).contract(inputs)
        words = export.card(contract, family="", data="nobody has said what", sentence=UNMEASURED)
        info = ModelInfo(words, {}, Lineage.empty(known=False).to_text())
        return foreign.write_foreign(self.net, reading or self.guess.reading, contract, path, info)


def foreign_model(model: Path | str, settings: Foreign = Foreign()) -> ForeignModel | Path | str:  # noqa: B008 - frozen
    """Open a model that Mien did not make; one of Mien's own, or what is none at all, is returned as it came.

    Parameters
    ----------
    model : path
        A Keras file (``.keras``, ``.h5``), a SavedModel folder, an ONNX file, or a zip of one with its labels.
    settings : Foreign
        What a person says of it. `SettingError` where it comes with one of Mien's own.

    Returns
    -------
    ForeignModel, or `model`
        Ready to be measured, explained or written.

    Raises
    ------
    ModelFileError
        If it is damaged, runs code, or is no network of one picture in and one row of scores out.
    SettingError
        If what is said of it does not fit it.
    """
    if str(model) in in_the_box() or foreign.form_of(model) is None:
        if settings != Foreign():
            came = f"'{model}' is no model of another maker, and says itself how it reads pictures"
            raise SettingError(came, todo="Leave --classes, --size, --scale, --colour and --layout out")
        return model
    with tempfile.TemporaryDirectory(prefix="mien-") as kept:
        folder = Path(kept)
        place, form = foreign.settled(Path(model), folder)
        beside, origin = foreign.classes_beside(place)
        graph, facts = _read(place, form, folder, settings.size)
    if Path(origin).is_relative_to(folder):
        origin = f"{Path(origin).name} in '{model}'"
    net = foreign.open_net(str(model), graph, facts, settings)
    labels = settings.labels or beside
    if labels:
        foreign.check_classes(labels, net.outputs, f", from {origin}" if origin and not settings.labels else "")
    guess = foreign.guess(net, settings)
    maker = f" by {facts.maker}" if facts.maker else ""
    colours = f"{net.size} x {net.size} px, {'grey' if net.channels == 1 else 'colour'}, {net.layout}"
    notes = [f"'{model}' is a network{maker} ({colours}; it gives {net.outputs} {_SCORES[net.answers]})."]
    notes += [f"Classes from {origin}: {', '.join(labels)}."] if beside and not settings.labels else []
    certain = (
        "Read as" if len(guess.open) == 1 else "Its file does not say for certain how it reads pictures; likeliest is"
    )
    notes.append(f"{certain} {guess.why}.")
    if net.channels == 1 and net.size in _OF_FACES:
        notes.append("Its squares are those of face crops, so it is given faces; of crops, say --inputs faces.")
    return ForeignModel(net, labels, guess, tuple(notes))


_SCORES = {"probabilities": "probabilities", "sigmoid": "scores of 0..1", "logits": "scores without bounds"}


def _read(place: Path, form: str, folder: Path, size: int | None) -> tuple[Any, Any]:
    """Read a graph here, or where TensorFlow is needed and not loaded, in a process that may die of it."""
    if not foreign.needs_tensorflow(form) or _has_tensorflow():
        return foreign.read_graph(place, form, folder, size)
    in_tensorflow("read_foreign", place, form, folder, str(size or ""), seconds=PATIENCE)
    if (folder / _ERROR).is_file():
        raise _error(json.loads((folder / _ERROR).read_text("utf-8")))
    graph, _ = foreign.read_graph(folder / _GRAPH, "onnx", folder, size)
    facts = json.loads((folder / _FACTS).read_text("utf-8"))
    return graph, foreign.Facts(tuple(facts["layers"]), tuple(facts["names"]), facts["maker"])


def _has_tensorflow() -> bool:
    """Say whether Keras runs here already, and on TensorFlow."""
    return "keras" in sys.modules and backends.backend() == "tensorflow"


def read_foreign(place: str, form: str, folder: str, size: str) -> None:
    """Read a model in a process with TensorFlow, and leave its graph in a folder, or the error that it is."""
    where = Path(folder)
    try:
        graph, facts = foreign.read_graph(Path(place), form, where, int(size) if size else None)
    except MienError as error:
        parts = {"came": error.came, "expected": error.expected, "todo": error.todo}
        write_json(where / _ERROR, {"kind": type(error).__name__, **parts})
        return
    write_bytes(where / _GRAPH, graph.SerializeToString())
    write_json(where / _FACTS, dataclasses.asdict(facts))


def _error(said: dict[str, str]) -> MienError:
    kinds = {"SettingError": errors.SettingError, "MissingPartError": errors.MissingPartError}
    kind = kinds.get(said["kind"], errors.ModelFileError)
    return kind(said["came"], expected=said["expected"], todo=said["todo"])
