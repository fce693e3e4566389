"""LiteRT's interpreter: the same that a phone runs, here to prove a file and to measure it."""

from __future__ import annotations

import json
import warnings
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.backends import hushed
from mien.core.errors import MissingPartError, ModelFileError
from mien.core.types import InputContract

if TYPE_CHECKING:
    from mien.core.types import Probabilities, Rows


@dataclass(frozen=True)
class LiteRT:
    """A LiteRT file, open: its contract, and an interpreter with its memory laid out."""

    contract: InputContract
    interpreter: Any

    def probabilities(self, rows: Rows) -> Probabilities:
        """Answer, one sample after the other: [N, *contract.shape] of the contract's dtype to float32 [N, classes]."""
        interpreter = self.interpreter
        place, answer = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
        answers = np.empty((len(rows), len(self.contract.labels)), np.float32)
        for number, row in enumerate(rows):
            interpreter.set_tensor(place, row[None])
            interpreter.invoke()
            answers[number] = interpreter.get_tensor(answer)[0]
        return answers


def read_litert(path: Path | str) -> LiteRT:
    """Open a LiteRT file that Mien wrote, to answer as on a phone.

    `ModelFileError` if it is missing, damaged, not from Mien, or does not fit the contract it carries;
    `MissingPartError` without an interpreter.
    """
    contract = InputContract.from_json(_contract(Path(path)))
    made = _interpreter()
    try:
        with hushed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tf.lite says that it moves to ai-edge-litert
            interpreter = made(model_path=str(path))
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelFileError(f"'{path}' is not a LiteRT file, or it is damaged", todo="Export it anew") from error
    sides = [*interpreter.get_input_details(), *interpreter.get_output_details()]
    found = [(tuple(side["shape"].tolist()), side["dtype"]) for side in sides]
    if found != [((1, *contract.shape), np.dtype(contract.dtype)), ((1, len(contract.labels)), np.float32)]:
        raise ModelFileError(f"The graph in '{path}' does not fit the contract it carries", todo="Export it anew")
    return LiteRT(contract, interpreter)


def _contract(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as held:
            return str(json.dumps(json.loads(held.read("contract.json"))))
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no file '{path}'", todo="Make one: mien export RUN --to litert") from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        came = f"'{path}' holds no contract, or it is damaged"
        raise ModelFileError(came, expected="a .tflite file that Mien exported") from error


def _interpreter() -> Any:  # noqa: ANN401 - a class of either library
    with suppress(ImportError):
        from ai_edge_litert.interpreter import Interpreter

        return Interpreter
    try:  # what TensorFlow (2.21) still brings under its old name
        from tensorflow import lite

        found = lite.Interpreter
    except (ImportError, AttributeError) as error:
        came = "No LiteRT interpreter is installed to try the file with"
        raise MissingPartError(came, todo="Install one: pip install ai-edge-litert") from error
    return found
