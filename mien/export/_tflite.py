"""The format of a ``.tflite`` file: its graph, TensorFlow Lite's metadata, and the zip of files at its end."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mien import kinds
from mien.core.types import InputContract

IDENTIFIER, METADATA_IDENTIFIER = b"TFL3", b"M001"
METADATA = "TFLITE_METADATA"  # the buffer of this name holds the metadata
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same model makes the same file
ALIGNED = 16  # bytes; what the schema asks of weights that are used where they lie
PLAIN_VERSION, SOUND_VERSION = "1.0.0", "1.3.0"  # the oldest metadata schema that holds what is said
AXIS_LABELS, RGB, FEATURES, IMAGE, AUDIO = 2, 1, 1, 2, 4  # enumerations of metadata_schema.fbs, version 1.3


def unknown_operations(data: bytes) -> list[str]:
    """Name the operations that LiteRT's own set does not hold: custom ones, and TensorFlow's (flex, Select)."""
    schema, model = _read(data)
    custom = [code for code in model.operatorCodes if _code(code) == schema.BuiltinOperator.CUSTOM]
    return sorted((code.customCode or b"?").decode() for code in custom)


def _code(code: Any) -> int:  # noqa: ANN401 - OperatorCodeT
    return int(max(code.builtinCode, code.deprecatedBuiltinCode))


def kept_exact(data: bytes) -> list[str]:
    """Name what keeps its precision in 8 bits: the steps before the first heavy operation, and those after the last.

    From bytes to an even grey, the range is that of one picture, not of all; before its logarithm, what measures sounds
    spans more powers of ten than 8 bits can tell apart; the logarithms of small probabilities have no even steps. In a
    recurrent layer, which uses the same weights again and again, errors add up: 8 bits end where it begins.
    """
    schema, model = _read(data)
    graph = model.subgraphs[0]
    codes = [_code(code) for code in model.operatorCodes]
    known = schema.BuiltinOperator
    always = {known.DEPTHWISE_CONV_2D, known.FULLY_CONNECTED, known.BATCH_MATMUL}

    def heavy(step: Any) -> bool:  # noqa: ANN401 - OperatorT
        code = codes[step.opcodeIndex]
        # A convolution of one pixel before all others makes grey of colours.
        wide = code == known.CONV_2D and max(graph.tensors[step.inputs[1]].shape[1:3]) > 1
        return bool(wide or code in always)

    steps = graph.operators
    all_heavy = {number for number, step in enumerate(steps) if heavy(step)}
    logarithms = {number for number in _before(steps, all_heavy) if codes[steps[number].opcodeIndex] == known.LOG}
    uses = Counter(steps[number].inputs[1] for number in all_heavy)
    recurrent = {number for number in all_heavy if uses[steps[number].inputs[1]] > 1}
    rest = all_heavy - _before(steps, logarithms) - recurrent - _after(steps, recurrent)
    quantized = rest | (_before(steps, rest) & _after(steps, rest))
    names = [[graph.tensors[tensor].name.decode() for tensor in step.outputs] for step in steps]
    return sorted({";".join(name) for number, name in enumerate(names) if number not in quantized})  # the converter's


def _before(steps: Sequence[Any], ends: set[int]) -> set[int]:
    """Find the steps whose output comes into some others, by however many; each step by its number."""
    wanted: set[int] = set()
    found = set()
    for number in reversed(range(len(steps))):
        if not wanted.isdisjoint(steps[number].outputs):
            found.add(number)
        if number in found or number in ends:
            wanted.update(steps[number].inputs)
    return found


def _after(steps: Sequence[Any], starts: set[int]) -> set[int]:
    """Find the steps that take the output of some others, by however many."""
    made: set[int] = set()
    found = set()
    for number, step in enumerate(steps):
        if not made.isdisjoint(step.inputs):
            found.add(number)
        if number in found or number in starts:
            made.update(step.outputs)
    return found


def finish(data: bytes, contract: InputContract, card: str) -> bytes:
    """Give a graph its names and its metadata."""
    import flatbuffers

    schema, model = _read(data)
    graph = model.subgraphs[0]
    for tensor in graph.tensors:  # a path for each layer that went into it, half a megabyte in a recurrent network
        tensor.name = (tensor.name or b"").partition(b";")[0].rpartition(b"/")[2]
    graph.tensors[graph.inputs[0]].name, graph.tensors[graph.outputs[0]].name = (
        contract.tensor.encode(),
        b"probabilities",
    )
    model.description = b"Made with Mien"
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(_metadata(contract, card), np.uint8)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = METADATA, len(model.buffers) - 1
    model.metadata = [*(model.metadata or ()), entry]

    class Aligned(flatbuffers.Builder):  # type: ignore[misc]
        """flatbuffers' own (25.12) leaves weights where they fall."""

        def CreateNumpyVector(self, x: Any) -> int:  # noqa: ANN401, N802 - its name
            self.Prep(ALIGNED, x.nbytes)
            return int(super().CreateNumpyVector(x))

    builder = Aligned(len(data) + 4096)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def attach(path: Path, files: Mapping[str, str]) -> None:
    """Append files to a ``.tflite`` as an uncompressed zip, as TensorFlow Lite's metadata asks."""
    with zipfile.ZipFile(path, "a") as held:
        for name, text in files.items():
            held.writestr(zipfile.ZipInfo(name, LONG_AGO), text.encode())


def _read(data: bytes) -> tuple[Any, Any]:
    try:
        from tensorflow.lite.python import schema_py_generated as schema
    except ImportError:  # TensorFlow does not document it, and is giving all of this to ai-edge-litert
        from ai_edge_litert import schema_py_generated as schema
    return schema, schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))


def _metadata(contract: InputContract, card: str) -> bytes:
    """Write ModelMetadata: what comes in, one probability a label out, and which file holds the labels."""
    import flatbuffers

    make, kind = flatbuffers.Builder(1024), kinds.kind(contract.kind)
    told = {0: _text(make, contract.tensor), 1: _text(make, f"{kind.described(contract)}. {kind.fitting(contract)}")}
    given = _table(make, {**told, 3: _given(make, contract)})
    listed = {0: _text(make, "labels.txt"), 1: _text(make, "The classes, in order.")}
    labels = _table(make, listed, bytewise={2: AXIS_LABELS})
    features = _content(make, FEATURES, _table(make, {}))
    said = {0: _text(make, "probabilities"), 1: _text(make, "One probability a class; they sum to 1."), 3: features}
    answers = _table(make, {**said, 6: _vector(make, [labels])})
    graph = _table(make, {2: _vector(make, [given]), 3: _vector(make, [answers])})
    others = [_table(make, {0: _text(make, name)}) for name in ("contract.json", "card.md", "scores.json")]
    words = {0: "A Mien model", 1: card, 7: SOUND_VERSION if kind.rate else PLAIN_VERSION}
    texts = {place: _text(make, text) for place, text in words.items()}
    make.Finish(_table(make, {**texts, 3: _vector(make, [graph]), 6: _vector(make, others)}), METADATA_IDENTIFIER)
    return bytes(make.Output())


def _given(make: Any, contract: InputContract) -> int:  # noqa: ANN401
    """Say what the input is, so that a phone's libraries know how to fill it: a picture, a sound, or numbers."""
    kind = kinds.kind(contract.kind)
    if kind.maps:
        height, width = contract.shape[:2]
        sizes = _table(make, {}, words={0: width, 1: height})
        return _content(make, IMAGE, _table(make, {1: sizes}, bytewise={0: RGB}))
    if kind.rate:
        return _content(make, AUDIO, _table(make, {}, words={0: kind.rate, 1: 1}))
    return _content(make, FEATURES, _table(make, {}))


def _content(make: Any, kind: int, properties: int) -> int:  # noqa: ANN401 - flatbuffers.Builder
    return _table(make, {1: properties}, bytewise={0: kind})


def _text(make: Any, text: str) -> int:  # noqa: ANN401
    return int(make.CreateString(text))


def _vector(make: Any, tables: list[int]) -> int:  # noqa: ANN401
    make.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        make.PrependUOffsetTRelative(table)
    return int(make.EndVector())


def _table(
    make: Any,  # noqa: ANN401
    offsets: Mapping[int, int],
    *,
    bytewise: Mapping[int, int] | None = None,
    words: Mapping[int, int] | None = None,
) -> int:
    """Write a table: field numbers to offsets of what was written before, to bytes, and to unsigned integers."""
    bytewise, words = bytewise or {}, words or {}
    make.StartObject(max([-1, *offsets, *bytewise, *words]) + 1)
    for place, offset in offsets.items():
        make.PrependUOffsetTRelativeSlot(place, offset, 0)
    for place, value in words.items():
        make.PrependUint32Slot(place, value, 0)
    for place, value in bytewise.items():
        make.PrependInt8Slot(place, value, 0)
    return int(make.EndObject())
