"""A lineage as text that rides in a model file: 42 bytes a sample before they are squeezed and written as letters."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import ModelFileError
from mien.core.neighbours import LENGTH

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    from mien.core.neighbours import Signatures

    Bytes = npt.NDArray[np.uint8]

FORMAT = 1
MOST = 10_000_000  # samples; what a text declares is checked before anything is unpacked
_PIXELS, _PERSON = 6, 4  # bytes
_STEP = 7  # of a signature's 127, so that 4 bits hold most of its numbers: the cosine moves by less than 0.01
_ROW = _PIXELS + LENGTH // 2 + _PERSON + 1


def to_text(frame: pl.DataFrame, *, known: bool, roles: tuple[str, ...]) -> str:
    """Write a lineage."""
    counts = {role: int((frame["role"] == role).sum()) for role in roles}
    frame = frame.select("pixels", "signature", "person", "role").unique().sort("pixels", "role", "person")
    rows = np.zeros((frame.height, _ROW), np.uint8)
    rows[:, :_PIXELS] = _hashes(frame["pixels"], _PIXELS)
    rows[:, _PIXELS : _PIXELS + LENGTH // 2] = _halved(frame["signature"])
    rows[:, -1 - _PERSON : -1] = _hashes(frame["person"], _PERSON)
    rows[:, -1] = [roles.index(role) for role in frame["role"]]
    # Column by column: what does not change from row to row is squeezed away.
    packed = base64.b85encode(zlib.compress(rows.T.tobytes(), 9)).decode()
    return json.dumps({"format": FORMAT, "known": known, **counts, "samples": len(rows), "rows": packed})


def from_text(text: str, roles: tuple[str, ...]) -> tuple[dict[str, Any], bool]:
    """Read what `to_text` wrote."""
    if not text:
        return {}, False
    try:
        fields = json.loads(text)
        version, count = int(fields["format"]), int(fields["samples"])
        if version > FORMAT:
            raise ModelFileError(f"The lineage in the model file has format {version}", todo="Install a newer Mien")
        size = min(max(count, 0), MOST) * _ROW
        data = zlib.decompressobj().decompress(base64.b85decode(fields["rows"]), size + 1)
        rows = np.frombuffer(data, np.uint8).reshape(_ROW, count).T
        kinds = [roles[number] for number in rows[:, -1]]
        known = bool(fields["known"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, zlib.error) as error:
        raise ModelFileError("The lineage in the model file is damaged", todo="Export it again") from error
    return {
        "pixels": _named(rows[:, :_PIXELS]),
        "signature": _doubled(rows[:, _PIXELS : _PIXELS + LENGTH // 2]),
        "person": _named(rows[:, -1 - _PERSON : -1]),
        "role": kinds,
    }, known


def _hashes(column: pl.Series, length: int) -> Bytes:
    data = b"".join(bytes.fromhex(value) if value else bytes(length) for value in column)
    return np.frombuffer(data, np.uint8).reshape(-1, length)


def _named(rows: Bytes) -> list[str | None]:
    text = rows.tobytes().hex()
    return _cut(text, len(text) // max(len(rows), 1), rows)


def _cut(whole: Any, width: int, rows: Bytes) -> list[Any]:  # noqa: ANN401 - text or bytes, as they come
    """Cut what stands in one piece into one a row; None for a row that is all zero."""
    return [whole[width * place : width * (place + 1)] if there else None for place, there in enumerate(rows.max(1))]


def stacked(column: pl.Series) -> Signatures:
    """Put signatures one below the other, int8 ``[N, 64]``; a null is all zero."""
    return np.frombuffer(b"".join(value or bytes(LENGTH) for value in column), np.int8).reshape(-1, LENGTH)


def _halved(column: pl.Series) -> Bytes:
    steps = np.rint(stacked(column) / _STEP).clip(-7, 7).astype(np.int8)
    nibbles: Bytes = np.bitwise_and(steps.view(np.uint8), 15, dtype=np.uint8)
    packed: Bytes = np.bitwise_or(nibbles[:, ::2] << 4, nibbles[:, 1::2], dtype=np.uint8)
    return packed


def _doubled(rows: Bytes) -> list[bytes | None]:
    steps = np.empty((len(rows), LENGTH), np.int8)
    steps[:, ::2], steps[:, 1::2] = rows >> 4, rows & 15
    steps[steps > 7] -= 16
    return _cut((steps * np.int8(_STEP)).tobytes(), LENGTH, rows)
