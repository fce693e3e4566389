"""Whatever Python calls a sample becomes a path, a file's bytes, or an array; all else is refused in a sentence.

No library is imported to find out what came: its own signs tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mien import media
from mien.core.errors import MediaError, SettingError
from mien.kinds import Kind, article

_LONGEST_PATH = 4096  # letters, as Linux has it


def load(sample: Any, kind: Kind) -> Any:  # noqa: ANN401 - that is the question
    """Make of a sample what can be decoded or judged: its path, a file's bytes, or what `Kind.decode` makes of it.

    It may be a path, ``file:`` or ``data:`` address; bytes of any kind, or base64 text, of a file; an open file; a dict
    with ``bytes`` or ``path``, as Hugging Face's data sets have them; or what `Kind.convert` takes. What is nothing of
    the kind is a `SettingError`: what came is named, never quoted at length.
    """
    for is_one, make in _LOADERS:
        if is_one(sample):
            return make(sample, kind)
    return kind.convert(sample)


def name_of(sample: Any, kind: Kind) -> str:  # noqa: ANN401
    """Return the path of a sample, to call it by in its answer; ``-`` for one that has none."""
    if isinstance(sample, os.PathLike):
        return os.fsdecode(sample)
    return sample if isinstance(sample, str) and not _is_sample_text(sample, kind) else "-"


def with_names(samples: Any, kind: Kind) -> Iterator[tuple[str | None, Any]]:  # noqa: ANN401
    """Walk through samples, and pairs of a name and a sample, with the name of each that has one.

    One path, or bytes, is one sample; what cannot be walked through is a `SettingError`.
    """
    if isinstance(samples, str | bytes | os.PathLike):
        samples = [samples]
    if not isinstance(samples, Iterable) or hasattr(samples, "read") or isinstance(samples, Mapping):
        came, expected = f"{article(samples)} came", f"a list of {kind.many}, or of pairs (name, {kind.one})"
        raise SettingError(came, expected=expected)
    for item in samples:
        pair = isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
        name, sample = item if pair else (None, item)
        yield name if pair else _name_or_none(sample, kind), sample


def _name_or_none(sample: Any, kind: Kind) -> str | None:  # noqa: ANN401
    try:
        return name_of(sample, kind)
    except MediaError:
        return None


def _from_text(text: str, kind: Kind) -> Path | bytes:
    if _is_sample_text(text, kind):
        return kind.unwrap(text.encode("ascii"))
    if text.startswith(("http://", "https://")):
        came = "An address of the web came, and Mien fetches nothing"
        raise SettingError(came, expected=kind.accepted, todo="Fetch it, then give its bytes")
    if len(text) > _LONGEST_PATH:
        came = f"A text of {len(text):,} letters came, no path and no {kind.one} in base64"
        raise SettingError(came, expected=kind.accepted)
    return Path(unquote(urlsplit(text).path) if text.startswith("file://") else text)


def _is_sample_text(text: str, kind: Kind) -> bool:
    """Tell base64 from a path: a file of that name comes first."""
    if text.startswith("data:"):
        return text.isascii()
    if not text.isascii() or (len(text) <= _LONGEST_PATH and os.path.lexists(text)):
        return False
    head = text.encode("ascii")
    return kind.unwrap(head) is not head


def _from_string_tensor(sample: Any, kind: Kind) -> Any:  # noqa: ANN401 - what tf.io.read_file gives
    content = sample.numpy() if hasattr(sample, "numpy") else None
    return kind.unwrap(content) if isinstance(content, bytes) else kind.convert(sample)


def _from_dict(sample: Mapping[str, Any], kind: Kind) -> Any:  # noqa: ANN401
    content = sample.get("bytes") or sample.get("path")
    return load(content, kind) if isinstance(content, bytes | str) else kind.convert(sample)


def _is_buffer(sample: Any) -> bool:  # noqa: ANN401
    """Say whether it is plain bytes in some wrapping: a view, a map of a file, an array of the standard library."""
    if isinstance(sample, bytes):
        return True
    try:
        view = memoryview(sample)
    except (TypeError, ValueError, BufferError):  # the last two: numbers that Python has no letter for
        return False
    return view.ndim == 1 and view.format in ("B", "b", "c") and not hasattr(sample, "dtype")


def _read(file: Any) -> bytes:  # noqa: ANN401
    data = file.read(media.MAX_BYTES + 1)
    if not data and hasattr(file, "seek"):  # written just now, and not wound back
        file.seek(0)
        data = file.read(media.MAX_BYTES + 1)
    if not isinstance(data, bytes | bytearray | memoryview):
        came = f"A file that gives {type(data).__name__} came"
        raise SettingError(came, expected="one that gives bytes", todo="Open it with 'rb'")
    return bytes(data)


_LOADERS: tuple[tuple[Callable[[Any], bool], Callable[[Any, Kind], Any]], ...] = (
    (lambda value: isinstance(value, str), _from_text),
    (lambda value: isinstance(value, os.PathLike), lambda value, _: Path(os.fsdecode(value))),
    (_is_buffer, lambda value, kind: kind.unwrap(bytes(value))),
    (lambda value: isinstance(value, Mapping), _from_dict),
    (lambda value: hasattr(value, "read"), lambda value, kind: kind.unwrap(_read(value))),
    (lambda value: "string" in str(getattr(value, "dtype", "")), _from_string_tensor),
)
