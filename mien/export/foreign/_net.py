"""A network that Mien did not make, open: what goes in, what comes out, and what its numbers are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import ModelFileError, SettingError
from mien.core.foreign import AUTO, LARGEST, LAYOUTS, SMALLEST, Foreign
from mien.export._onnx import TOLERANCE
from mien.export.foreign._form import open_size, word
from mien.export.foreign._layers import Facts

if TYPE_CHECKING:
    from mien.core.types import Probabilities, Singles

TYPES = {1: np.float32, 2: np.uint8, 10: np.float16, 11: np.float64}  # of ONNX's tensors that a picture may be in
PROBABILITIES, SIGMOID, LOGITS = "probabilities", "sigmoid", "logits"
_ENDS = {"Softmax": PROBABILITIES, "Sigmoid": SIGMOID, "LogSoftmax": LOGITS, "Gemm": LOGITS, "MatMul": LOGITS}
_PASSED = ("Identity", "Flatten", "Reshape", "Squeeze", "Cast")
_ONLY = "Only networks of one picture in and one row of scores out are taken"


@dataclass(frozen=True)
class ForeignNet:
    """A network that Mien did not make: its graph, an `onnx.ModelProto`, and what is known of it.

    `size` is the side of the picture, `channels` 1 or 3, `layout` a word of `core.foreign`, `one_by_one` whether the
    graph takes one picture at a time.
    """

    path: str
    graph: Any
    facts: Facts
    size: int
    channels: int
    layout: str
    one_by_one: bool

    @property
    def input(self) -> Any:  # noqa: ANN401 - onnx.ValueInfoProto
        """What the graph calls its input."""
        return self.graph.graph.input[0]

    @property
    def kind(self) -> int:
        """The type of the input, as ONNX counts them."""
        return int(self.input.type.tensor_type.elem_type)

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        return session(self.graph.SerializeToString(), self.path)

    def ask(self, rows: Any) -> Any:  # noqa: ANN401 - float [N, ...], as the graph takes them
        """Ask the network as it came: float32 [N, outputs], whatever its numbers are."""
        rows = rows.astype(TYPES[self.kind])
        parts = np.split(rows, len(rows)) if self.one_by_one else [rows]
        try:
            found = [self._session.run(None, {self.input.name: part})[0] for part in parts]
        except Exception as error:  # ONNX Runtime raises a dozen unrelated classes
            raise ModelFileError(f"ONNX Runtime cannot run '{self.path}': {word(error)}") from error
        return np.concatenate([np.asarray(part, np.float32).reshape(len(rows) // len(parts), -1) for part in found])

    @cached_property
    def probed(self) -> Any:  # noqa: ANN401 - float32 [N, outputs]
        """What it says of noise and of plain colours, in bytes, in 0..1 and in -1..1."""
        shape = (
            (self.channels, self.size, self.size) if self.layout == "nchw" else (self.size, self.size, self.channels)
        )
        return self.ask(probes(shape))

    @property
    def outputs(self) -> int:
        """How many scores it gives."""
        return int(self.probed.shape[1])

    @cached_property
    def answers(self) -> str:
        """What the scores are: ``probabilities``, ``sigmoid`` (each for itself) or ``logits``."""
        last = self.last
        found = _ENDS.get(last.op_type) if last is not None else None
        inside = bool((self.probed >= 0).all() and (self.probed <= 1).all())
        if found in (None, LOGITS) and inside:
            found = PROBABILITIES if np.allclose(self.probed.sum(1), 1, atol=1e-3) else SIGMOID
        return found or LOGITS

    @property
    def last(self) -> Any:  # noqa: ANN401 - onnx.NodeProto or None
        """The node that the scores come from, but for those that only shape them."""
        made = {name: node for node in self.graph.graph.node for name in node.output}
        node = made.get(self.graph.graph.output[0].name)
        while node is not None and node.op_type in _PASSED and node.input:
            node = made.get(node.input[0])
        return node


def open_net(path: str, graph: Any, facts: Facts, settings: Foreign) -> ForeignNet:  # noqa: ANN401 - onnx.ModelProto
    """Take a graph whose one input is a picture and whose one output is a row of scores, and ask it once.

    Parameters
    ----------
    path : str
        Where it came from, for sentences.
    graph : onnx.ModelProto
        From `read_graph`: ``[N, S, S, channels]`` or ``[N, channels, S, S]`` in, 1 or 3 channels; ``[N, outputs]`` out.
    facts : Facts
        What its file says of it.
    settings : Foreign
        The size, where the graph leaves it open, and the layout, where both ends could be colours.

    Returns
    -------
    ForeignNet
        Open, and known to answer.

    Raises
    ------
    ModelFileError
        If its input is no square picture, its output no row of scores, or it cannot be run.
    SettingError
        If what it leaves open is not said, or what is said does not fit it.
    """
    ins, outs = list(graph.graph.input), list(graph.graph.output)
    if len(ins) != 1 or len(outs) != 1:
        names = ", ".join(item.name for item in [*ins, *outs][:8])
        raise ModelFileError(f"'{path}' has {len(ins)} inputs and {len(outs)} outputs: {names}. {_ONLY}")
    tensor = ins[0].type.tensor_type
    shape = [item.dim_value if item.HasField("dim_value") else None for item in tensor.shape.dim]
    if tensor.elem_type not in TYPES or len(shape) != 4:
        what = " x ".join(str(side or "N") for side in shape) or "no shape"
        raise ModelFileError(f"'{path}' takes numbers of {what}, which is no picture. {_ONLY}")
    layout = _layout(path, shape, settings.layout)
    sides = (*shape[2:], shape[1]) if layout == "nchw" else tuple(shape[1:])
    net = ForeignNet(
        path, graph, facts, _size(path, sides[:2], settings.size), int(sides[2] or 0), layout, bool(shape[0])
    )
    if (shape[0] or 1) != 1:
        raise ModelFileError(f"'{path}' takes {shape[0]} pictures at a time", expected="one, or any number")
    net = _answering(net)
    if net.outputs > 1000:
        raise ModelFileError(f"'{path}' gives {net.outputs:,} scores. {_ONLY}", expected="1 to 1000")
    return net


def _answering(net: ForeignNet) -> ForeignNet:
    """Ask once: a graph that says it takes any number of pictures, and does not, gets them one at a time."""
    try:
        found = net.probed
    except ModelFileError:
        if net.one_by_one:
            raise
        net = dataclasses.replace(net, one_by_one=True)
        found = net.probed
    if np.isnan(found).any(1).all():
        raise ModelFileError(f"'{net.path}' gives no numbers as scores (NaN)", expected="a network that was trained")
    return net


def _layout(path: str, shape: Sequence[int | None], wanted: str) -> str:
    fits = [name for name, place in zip(LAYOUTS, (3, 1), strict=True) if shape[place] in (1, 3)]
    if not fits:
        colours = f"'{path}' takes numbers of {'x'.join(str(side or 'N') for side in shape)}"
        raise ModelFileError(f"{colours}, without 1 or 3 colours first or last. {_ONLY}")
    if wanted == AUTO and len(fits) == 1:
        return fits[0]
    if wanted not in fits:
        todo = "Leave --layout out" if len(fits) == 1 else "Say which: --layout nhwc or --layout nchw"
        raise SettingError(f"'{path}' takes {' or '.join(fits)}, and layout = '{wanted}' came", todo=todo)
    return wanted


def _size(path: str, sides: Sequence[int | None], wanted: int | None) -> int:
    if None in sides:
        if wanted is None:
            raise open_size(path)
        return wanted
    size = sides[0] or 0
    if sides[0] != sides[1] or not SMALLEST <= size <= LARGEST:
        came = f"'{path}' takes pictures of {sides[1]} x {sides[0]} pixels"
        raise ModelFileError(came, expected=f"squares of {SMALLEST} to {LARGEST}")
    if wanted not in (None, size):
        raise SettingError(f"'{path}' takes {size} x {size} pixels, and size = {wanted} came", todo="Leave --size out")
    return size


def session(data: bytes, path: str) -> Any:  # noqa: ANN401 - onnxruntime.InferenceSession
    """Open a graph in ONNX Runtime; one that it refuses is a `ModelFileError`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what it has to say comes back as an exception
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # a dozen unrelated classes
        raise ModelFileError(f"ONNX Runtime cannot open '{path}': {word(error)}", todo="Export it anew") from error


def probes(shape: Sequence[int]) -> Singles:
    """Make nine inputs, float32 [9, *shape]: noise of two kinds and a plain colour, in bytes, in 0..1 and in -1..1."""
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (2, *shape)).astype(np.float32)
    noise[1] = (noise[1] + 3 * noise[1].mean()) / 4
    plain = np.concatenate([noise, np.full((1, *shape), 90, np.float32)])
    made: Singles = np.concatenate([plain, plain / 255, plain / 127.5 - 1]).astype(np.float32)
    return made


def check_converted(path: object, graph: Any, ask: Callable[[Any], Any]) -> None:  # noqa: ANN401 - onnx.ModelProto
    """Refuse a graph that scores the `probes` otherwise than the network that it was converted from.

    `ask` is that network: from float32 [N, ...] to [N, outputs]. Scores may differ by `TOLERANCE` of the largest.
    """
    if len(graph.graph.input) != 1:
        names = ", ".join(item.name for item in graph.graph.input)
        raise ModelFileError(f"'{path}' as ONNX takes {names}", expected="one picture")
    value = graph.graph.input[0]
    shape = [item.dim_value for item in value.type.tensor_type.shape.dim]
    rows = probes(shape[1:]).astype(TYPES[value.type.tensor_type.elem_type])
    alone = session(graph.SerializeToString(), str(path))
    for batch in np.split(rows, len(rows)) if shape[0] == 1 else [rows]:
        (found,), wanted = alone.run(None, {value.name: batch}), np.asarray(ask(batch), np.float32)
        difference = float(np.abs(found - wanted).max() / max(1, np.abs(wanted).max()))
        if not difference <= TOLERANCE:
            came = f"'{path}' as ONNX answers differently from the model itself, by up to {difference:.2g}"
            raise ModelFileError(came, expected=f"at most {TOLERANCE}", todo="Please report this; no file was written")


def scored(raw: Singles, answers: str) -> Probabilities:
    """Do in NumPy what the file does with a network's scores, float [N, outputs]: float32 [N, classes]."""
    whole = np.asarray(raw, np.float64)
    if whole.shape[1] == 1:
        sure = 1 / (1 + np.exp(-whole)) if answers == LOGITS else whole.clip(0, 1)
        whole = np.concatenate([1 - sure, sure], axis=1)
    elif answers == LOGITS:
        whole = np.exp(whole - whole.max(1, keepdims=True))
    whole = np.maximum(whole, 1e-12)
    shares: Probabilities = (whole / whole.sum(1, keepdims=True)).astype(np.float32)
    return shares
