"""Entries of an ONNX file's metadata, named or taken out without the onnx library, which serving does not have.

An ONNX file is one protobuf message (https://protobuf.dev/programming-guides/encoding/); its metadata are entries of
the field 14, each a message of a key (field 1) and a value (field 2) (onnx/onnx.proto, ModelProto.metadata_props).
"""

from __future__ import annotations

from collections.abc import Iterator

LINEAGE_KEY = "mien.lineage"  # of the entry that says what a model has seen: `core.lineage.Lineage.to_text`
TERMS_KEY = "mien.terms"  # of what its use is bound to: `core.terms.Terms.to_json`
_GRAPH, _METADATA, _KEY = 7, 14, 1
_LENGTHS = {1: 8, 5: 4}  # wire types of a fixed length, bytes


def without(data: bytes, *keys: str) -> bytes:
    r"""Return the file without some entries of its metadata, the rest byte for byte; as it is where there are none.

    Examples
    --------
    >>> without(b"\x08\x08" + b"\x72\x06\x0a\x01a\x12\x01b", "a")
    b'\x08\x08'
    """
    kept, at = [], 0
    for field, start, inner, end in _fields(data, 0, len(data)):
        if field == _METADATA and _key_of(data, inner, end) in keys:
            kept.append(data[at:start])
            at = end
    return b"".join([*kept, data[at:]])


def keys(data: bytes) -> frozenset[str] | None:
    r"""Name the entries of the file's metadata; None where the bytes are no whole ONNX file, or one without a graph.

    Examples
    --------
    >>> sorted(keys(b"\x08\x08" + b"\x3a\x00" + b"\x72\x06\x0a\x01a\x12\x01b"))
    ['a']
    """
    found, graph, done = set(), False, 0
    for field, _, inner, end in _fields(data, 0, len(data)):
        graph, done = graph or field == _GRAPH, end
        if field == _METADATA:
            found.add(_key_of(data, inner, end) or "")
    return frozenset(found) if graph and done == len(data) else None


def _key_of(data: bytes, start: int, end: int) -> str | None:
    keys = (data[inner:stop] for field, _, inner, stop in _fields(data, start, end) if field == _KEY)
    return next((key.decode("utf-8", "replace") for key in keys), None)


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the number of each field, where it starts, where its content starts, and where it ends."""
    while at < end:
        start = at
        tag, at = _varint(data, at, end)
        kind = tag & 7
        if kind == 2:
            length, at = _varint(data, at, end)
        elif kind in _LENGTHS:
            length = _LENGTHS[kind]
        elif kind == 0:
            length = _varint(data, at, end)[1] - at
        else:
            return
        if at < start or length < 0 or at + length > end:
            return
        yield tag >> 3, start, at, at + length
        at += length


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for place in range(at, min(at + 10, end)):
        value |= (data[place] & 127) << 7 * (place - at)
        if data[place] < 128:
            return value, place + 1
    return 0, -1
