"""The fingerprint of every sample's bytes, read in parallel and in order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import polars as pl

from mien import media
from mien.core.errors import MediaError, SourceError
from mien.core.threads import in_order
from mien.core.types import Manifest, Progress

_CHUNK = 65_536  # rows turned into a column at once: a million Python strings would be 120 MB
_SHARE = 32  # files a thread takes at once; SHA-256 and reading let the others run
_THREADS = min(8, 2 * (os.cpu_count() or 1))

_UNREADABLE = "unreadable:"

Row = tuple[str, str | None]


def fingerprint(manifest: Manifest, progress: Progress) -> Manifest:
    """Fill ``content``: the SHA-256 of the bytes in hexadecimal, or ``unreadable:`` and the id."""
    frame = manifest.frame
    digests = _digests(frame.select("path", "container").iter_rows(), loose=frame["container"].is_null().all())
    shown = progress(digests, total=frame.height, what="fingerprinting files")
    contents = pl.concat(list(_columns(shown)) or [pl.Series(dtype=pl.String)])
    _check_there(frame, contents)
    unreadable = contents.str.starts_with(_UNREADABLE)
    content = pl.when(unreadable).then(_UNREADABLE + frame["id"]).otherwise(contents)
    return manifest.with_frame(frame.with_columns(content=content))


def _columns(digests: Iterable[str]) -> Iterator[pl.Series]:
    digests = iter(digests)
    while chunk := list(islice(digests, _CHUNK)):
        yield pl.Series(chunk, dtype=pl.String)


def _check_there(frame: pl.DataFrame, contents: pl.Series) -> None:
    used = frame["aside"].is_null()
    if used.any() and (contents == f"{_UNREADABLE}missing").filter(used).all():
        came = f"None of the {used.sum()} files is there, such as '{frame['path'].filter(used)[0]}'"
        raise SourceError(came, expected="paths relative to the table's folder", todo="Check the column of paths")


def _digests(rows: Iterator[Row], *, loose: bool) -> Iterator[str]:
    """Loose files are read by several threads; what lies in one archive is read by one, in the archive's order."""
    if not loose:
        yield from map(_digest, media.read_many(rows))
        return
    shares = iter(lambda: list(islice(rows, _SHARE)), [])
    yield from chain.from_iterable(in_order(_digest_share, shares, threads=_THREADS))


def _digest_share(rows: list[Row]) -> list[str]:
    return [_digest(data) for data in media.read_many(rows)]


def _digest(data: bytes | MediaError) -> str:
    return f"{_UNREADABLE}{data.issue}" if isinstance(data, MediaError) else hashlib.sha256(data).hexdigest()
