"""What `svm` and `forest` are to the other stages: features, then a fitted answer, as one ONNX graph."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mien import html, kinds
from mien.core.errors import SettingError, StorageError, TrainingError
from mien.models.features import OF_KIND, Features, Graph, count, measure

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Batches, InputContract, Integers, Probabilities, Progress, Rows
    from mien.models.features import Embedding

OUTPUT = "logs"
FEW = 4000  # samples whose features are remembered: 30 MB for the longest
PIECE = 2**22  # pixels or samples that ONNX Runtime gets at once: 1,820 faces of 48 px, 87 clips of three seconds

Head = Callable[[Graph, str], str]  # adds the nodes from features to logs [N, classes]; both by name
# How a family learns: from features, float32 [N, F], which it may change; numbers, int64 [N], in which every class
# occurs; how many classes there are; the recipe; and the progress to show.
Learn = Callable[[Features, "Integers", int, "Recipe", "Progress"], Head]


class PartedModel(NamedTuple):
    """A fitted model in two: `features` measures rows, float32 [N, F], and `answer` makes logs [N, classes] of them.

    `groups` has the columns of each group of features.
    """

    groups: Mapping[str, slice]
    features: Callable[[Rows], Features]
    answer: Callable[[Features], Features]


class OnFeatures:
    """An `Estimator` (`core.types`): an ONNX model from the moment it is fitted, that answers by that alone.

    `embedding` is of an earlier network, where the recipe names it; `measure` adds all that is measured to a graph, and
    returns the name of float32 ``[N, F]``, and F: what the recipe's ``features`` name, by default.
    """

    def __init__(
        self,
        contract: InputContract,
        recipe: Recipe,
        learn: Learn,
        embedding: Embedding | None = None,
        measure: Callable[[Graph], tuple[str, int]] | None = None,
    ) -> None:
        self._contract, self._recipe, self._learn, self._embedding = contract, recipe, learn, embedding
        self._measure = measure or self._named
        self._file = b""
        self._session: Any = None

    def __str__(self) -> str:
        contract, classes = self._contract, len(self._contract.labels)
        measured = html.listing(self._recipe.features or ("what the box sees",))
        size = kinds.kind(contract.kind).measure(contract)
        of = f"{contract.size} x {size}" if contract.kind == kinds.PICTURE else size
        return f"{self._recipe.model}: {measured} of {of} -> {classes} classes"

    def fit(self, training: Batches, *, progress: Progress) -> None:
        """Measure every sample, all in memory (HOG 7 kB each, LBP 8.5 kB, a clip 4 kB), and learn from it."""
        absent = [label for label, count in zip(training.labels, training.counts, strict=True) if not count]
        if absent:
            one = kinds.kind(self._contract.kind).one
            came = f"No {one} labelled {', '.join(absent)} came to learn from"
            expected = "some of every class"
            raise TrainingError(came, expected=expected, todo="Add some, or leave the class out with --labels")
        graph, classes = Graph(self._contract), len(self._contract.labels)
        tensor, width = self._measure(graph)
        file = graph.to_bytes(tensor, "features", width)
        run = partial(_remembered, file) if training.counts.sum() <= FEW else partial(_run, _open(file))
        features = np.empty((int(training.counts.sum()), width), np.float32)
        done = 0
        for rows, _ in progress(training.epoch(0), total=len(training), what="measuring features"):
            features[done : done + len(rows)] = run(rows)
            done += len(rows)
        head = self._learn(features[:done], training.numbers[:done], classes, self._recipe, progress)
        self._become(graph.to_bytes(head(graph, tensor), OUTPUT, classes))

    def parted(self) -> PartedModel:
        """Part the fitted graph where its named features are; `SettingError` where they have no names."""
        names = [name for name in OF_KIND[self._contract.kind] if name in (self._recipe.features or ())]
        if not names:
            came = f"'{self._recipe.model}' learns from what the box sees, and that has no names"
            raise SettingError(came, expected="a run of svm or forest")
        graph = Graph(self._contract)
        tensor, width = self._measure(graph)
        measuring = _open(graph.to_bytes(tensor, "features", width))
        ends = np.cumsum([0, *(count([name], self._embedding) for name in names)]).tolist()
        groups = {name: slice(begin, end) for name, begin, end in zip(names, ends, ends[1:], strict=False)}
        head = _open(_cut_off(self.to_onnx(), tensor, width))
        return PartedModel(groups, partial(_run, measuring), partial(_run, head))

    def _named(self, graph: Graph) -> tuple[str, int]:
        names = self._recipe.features or ()
        return measure(graph, names, self._contract, self._embedding), count(names, self._embedding)

    def predict_on_batch(self, rows: Rows) -> Probabilities:
        """Answer; see `core.types.Estimator`."""
        self.to_onnx()  # refuses what is not fitted yet
        dtype, shape = self._contract.dtype, self._contract.shape
        if rows.dtype != dtype or rows.shape[1:] != shape:
            expected = f"{dtype} [N, {', '.join(map(str, shape))}]"
            raise SettingError(f"The {self._contract.tensor} came as {rows.dtype} {rows.shape}", expected=expected)
        from scipy.special import softmax

        answers: Probabilities = softmax(_run(self._session, rows), axis=1)
        return answers

    def to_onnx(self) -> bytes:
        """Return the whole classifier as an ONNX model, from the contract's rows to ``logs``, float32 [N, classes]."""
        if not self._file:
            raise TrainingError(f"'{self._recipe.model}' is not fitted yet", todo="Call fit, or load, first")
        return self._file

    def load(self, path: Path) -> None:
        """Restore a fitted classifier from a file that holds what `to_onnx` returned."""
        try:
            self._become(path.read_bytes())
        except OSError as error:
            raise StorageError(f"'{path}' cannot be read ({error.strerror})", todo="Start the run anew") from error
        except ValueError as error:
            raise StorageError(f"'{path}' is damaged, or of another classifier", todo="Start the run anew") from error

    def _become(self, file: bytes) -> None:
        session = _open(file)
        shapes = [tuple(part.shape[1:]) for part in (session.get_inputs()[0], session.get_outputs()[0])]
        if shapes != [self._contract.shape, (len(self._contract.labels),)]:
            raise ValueError(shapes)
        self._file, self._session = file, session


def _open(file: bytes) -> Any:  # noqa: ANN401 - onnxruntime.InferenceSession
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own errors share no base
        raise ValueError(str(error)) from error


def _cut_off(file: bytes, tensor: str, width: int) -> bytes:
    """Keep of a fitted model what comes after its features, float32 [N, width]."""
    import onnx
    from onnx import TensorProto, helper, utils

    model = onnx.load_from_string(file)
    model.graph.value_info.append(helper.make_tensor_value_info(tensor, TensorProto.FLOAT, [None, width]))
    return bytes(utils.Extractor(model).extract_model([tensor], [OUTPUT]).SerializeToString())


@lru_cache(maxsize=1)
def _known(file: bytes) -> tuple[Any, dict[bytes, Features]]:
    """Open a graph of features, with an empty memory of what it has measured."""
    return _open(file), {}


def _remembered(file: bytes, rows: Rows) -> Features:
    """Measure samples one by one, each once: the rounds of a small run learn from the same ones again and again."""
    session, known = _known(file)
    found = []
    for row in rows:
        key = hashlib.sha256(row.tobytes()).digest()
        if key not in known:
            if len(known) >= FEW:
                known.clear()
            known[key] = _run(session, row[None])[0]
        found.append(known[key])
    return np.stack(found)


def _run(session: Any, rows: Rows) -> Features:  # noqa: ANN401
    step, name = max(1, PIECE // math.prod(rows.shape[1:3])), session.get_inputs()[0].name
    parts = [session.run(None, {name: rows[at : at + step]})[0] for at in range(0, len(rows), step)]
    found: Features = np.concatenate(parts)
    return found
