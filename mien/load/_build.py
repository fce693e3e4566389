"""Decode every sample once, in threads, into a cache that outlives the run."""

from __future__ import annotations

import dataclasses
import glob
import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from mien import kinds, media
from mien.core.deprecated import renamed_argument
from mien.core.errors import MediaError, SettingError, SourceError
from mien.core.threads import in_order
from mien.core.types import InputContract, Manifest, Progress, silent
from mien.faces import Detector
from mien.load._cache import Cache
from mien.load._store import FORMAT, Partial, Place, exclusive

# Failures that the next build may find mended; every other one follows from the bytes themselves.
_PASSING = ("missing", "changed")

PIECE = 4096  # rows that are looked at at once

Failure = tuple[int, str, str]  # row, issue, why
Result = tuple[int, MediaError | None]  # row, why it could not be decoded


@renamed_argument("finder", "detector")
def build(
    manifest: Manifest,
    contract: InputContract,
    folder: Path | str,
    *,
    detector: Detector | None = None,
    cut_already: bool = False,
    progress: Progress = silent,
) -> Cache:
    """Decode the samples in use into a memory-mapped cache, or open it if it is there.

    Each content is decoded once, twins included. What another cache in the folder already holds is not decoded
    again. Ctrl-C or a kill costs seconds: the next call goes on. Samples that cannot be decoded do not stop it;
    they are in the cache's `failed`.

    Parameters
    ----------
    manifest : Manifest
        Rows set aside are left out.
    contract : InputContract
        Its kind and shape decide; of pictures the size, whether it takes both, and with a detector its margin, and the
        cache is always RGB.
    folder : path
        Where caches live; made if missing.
    detector : Detector, optional
        Cuts the largest face out of each picture, from `faces.detector`. A picture without one counts as failed, unless
        the contract takes both. Without a detector, pictures are taken whole.
    cut_already : bool
        The pictures are face crops: what `kinds.picture.rows` makes of that. Without a detector alone.
    progress : Progress
        Told of each sample.

    Returns
    -------
    Cache
        With a row for each content that could be decoded.

    Raises
    ------
    SourceError
        If no sample is in use, or none can be decoded.
    SettingError
        If the manifest is of another kind than the contract, or that kind is not installed.
    StorageError
        If the cache does not fit on the disk or cannot be written.
    """
    kind = kinds.kind(contract.kind)
    wanted = _wanted(manifest, kind)
    stem = kind.stem(contract, detector, cut_already=cut_already)
    place = Place(Path(folder), stem, _key(wanted["content"], contract), contract)
    found = _ready(place, wanted)
    if found is None:
        with exclusive(place.folder):
            cutter = _Cutter(kind, contract, detector, cut_already)
            found = _ready(place, wanted) or _make(place, wanted, cutter, progress)
    return _opened(*found, manifest)


def _wanted(manifest: Manifest, kind: kinds.Kind) -> pl.DataFrame:
    """Each content once: `content`, `path`, `container`, and `row`, its rank among the sorted contents."""
    used = manifest.used.frame
    others = used.filter(pl.col("kind") != kind.name)
    if others.height:
        came = f"The cache was asked for {others['kind'][0]}s"
        raise SettingError(came, expected=kind.many, todo=f"Train a family that takes the kind {others['kind'][0]}")
    found = used.drop_nulls("content").unique("content", keep="first", maintain_order=True)
    if not found.height:
        raise SourceError(f"No {kind.one} is in use", todo="See in the audit why they were set aside")
    rank = pl.col("content").rank("ordinal").cast(pl.Int64) - 1
    return found.select("content", "path", "container", row=rank)


def _key(contents: pl.Series, contract: InputContract) -> str:
    digest = hashlib.sha256(f"{FORMAT} {contract.kind} {contract.size}".encode())
    for part in contents.sort().to_frame().iter_slices(10_000):
        digest.update("\n".join(["", *part.to_series()]).encode())
    return digest.hexdigest()[:16]


def _neighbours(place: Place) -> Iterator[tuple[Place, pl.DataFrame]]:
    """Yield the caches of this size in the folder, this one first."""
    names = sorted(path.stem for path in place.folder.glob(f"{glob.escape(place.stem)}*.parquet"))
    keys = [name.removeprefix(place.stem) for name in names]
    for key in sorted((key for key in keys if "-" not in key), key=lambda key: key != place.key):
        other = dataclasses.replace(place, key=key)
        index = other.read_index()
        if index is not None:
            yield other, index


def _ready(place: Place, wanted: pl.DataFrame) -> tuple[Place, pl.DataFrame] | None:
    """Find a cache that holds everything wanted."""
    for other, index in _neighbours(place):
        held = wanted.select("content", "path", "container").join(index, on="content", how="inner")
        passing = held.filter(pl.col("issue").is_in(_PASSING)).select(pl.coalesce("container", "path")).to_series()
        if held.height == wanted.height and not any(Path(path).exists() for path in passing):
            return other, index
    return None


@dataclass(frozen=True)
class _Cutter:
    """What becomes of a sample's bytes."""

    kind: kinds.Kind
    contract: InputContract
    detector: Detector | None
    cut_already: bool

    def __call__(self, data: bytes) -> Any:  # noqa: ANN401 - array [*contract.shape]
        found = self.kind.prepare(data, self.contract, self.detector, most=1, cut_already=self.cut_already).rows
        if not len(found):
            raise MediaError("No face was found in the picture", issue="faceless", todo="Look at it, or leave it out")
        return found[0]


def _make(place: Place, wanted: pl.DataFrame, cut: _Cutter, progress: Progress) -> tuple[Place, pl.DataFrame]:
    partial = Partial(place, wanted.height)
    try:
        _borrow(partial, place, wanted)
        todo = wanted.filter(partial.done[wanted["row"].to_numpy()] == 0)
        index = _index(wanted, _decode(partial, todo, cut, progress), cut.kind)
        if place.contract.inputs == "both" and cut.detector:
            index = _without_face(partial, index)
        partial.finish(index)
    finally:
        partial.close()
    return place, index


def _borrow(partial: Partial, place: Place, wanted: pl.DataFrame) -> None:
    """Copy the rows that another cache has already decoded."""
    for other, index in _neighbours(place):
        missing = wanted.filter(partial.done[wanted["row"].to_numpy()] == 0)
        shared = missing.join(index.filter(pl.col("why").is_null()), on="content", how="inner")
        rows = other.rows(index.height)
        for to, row in shared.select("row", "row_right").iter_rows():
            partial.write(to, rows[row])
            partial.done[to] = 1
            partial.save()


def _decode(partial: Partial, todo: pl.DataFrame, cut: _Cutter, progress: Progress) -> list[Failure]:
    failed = []
    work = _decoded(partial, todo, cut)
    try:
        with closing(work):
            for row, error in progress(work, total=todo.height, what=f"decoding {cut.kind.many}"):
                if error is None:
                    partial.done[row] = 1
                else:
                    failed.append((row, error.issue, str(error)))
                partial.save()
    except BaseException:
        # Ctrl-C or a full disk: keep what is done, so that the next call goes on from here.
        partial.save(now=True)
        raise
    return failed


def _decoded(partial: Partial, todo: pl.DataFrame, cut: _Cutter) -> Generator[Result]:
    """Read in one thread, decode in several (Pillow lets go of the GIL), never far ahead."""
    # Lazily, row by row: a million tuples would be 200 MB.
    contents = media.read_many(todo.select("path", "container").iter_rows())
    rows = zip(todo.select("row", "content").iter_rows(), contents, strict=True)

    def work(item: tuple[tuple[int, str], bytes | MediaError]) -> Result:
        (row, content), data = item
        return _one(partial, row, content, data, cut)

    return in_order(work, rows, threads=max(2, min(8, os.cpu_count() or 2)))


def _one(partial: Partial, row: int, content: str, data: bytes | MediaError, cut: _Cutter) -> Result:
    try:
        if isinstance(data, MediaError):
            return row, data
        # Under a wrong key the wrong sample would be found for good.
        if hashlib.sha256(data).hexdigest() != content:
            return row, MediaError("The file has changed since it was collected", issue="changed", todo="Collect anew")
        partial.write(row, cut(data))
    except MediaError as error:
        return row, error
    return row, None


def _index(wanted: pl.DataFrame, failed: list[Failure], kind: kinds.Kind) -> pl.DataFrame:
    if len(failed) == wanted.height:
        raise SourceError(f"None of {len(failed):,} {kind.many} could be decoded; the first: {failed[0][2]}")
    why = pl.DataFrame(failed, schema={"row": pl.Int64, "issue": pl.String, "why": pl.String}, orient="row")
    return wanted.select("row", "content").join(why, on="row", how="left").sort("row")


def _without_face(partial: Partial, index: pl.DataFrame) -> pl.DataFrame:
    """Note which rows hold the whole picture alone."""
    size, read = partial.place.contract.size, partial.rows()
    pieces = range(0, len(read), PIECE)
    black = [~read[at : at + PIECE, :size].any((1, 2, 3)) for at in pieces]
    alone = pl.Series(np.concatenate(black)) & index["why"].is_null()
    return index.with_columns(issue=pl.when(alone).then(pl.lit("faceless")).otherwise(pl.col("issue")))


def _opened(place: Place, index: pl.DataFrame, manifest: Manifest) -> Cache:
    used = manifest.used.frame.select("id", "content")
    lost = used.join(index.filter(pl.col("why").is_not_null()), on="content", how="inner").select("id", "why")
    unread = used.filter(pl.col("content").is_null()).select("id", why=pl.lit("It could not be read when collected."))
    failed: dict[str, Any] = dict(pl.concat([lost, unread]).iter_rows())
    rows = index.filter(pl.col("why").is_null()).select("content", "row")
    faceless = used.join(index.filter(pl.col("issue") == "faceless"), on="content", how="semi")["id"]
    return Cache(place.data, place.contract, failed, frozenset(faceless), place.rows(index.height), rows)
