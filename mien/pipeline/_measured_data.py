"""The data that a model is measured on: read, what the model has seen left out, decoded as it takes it."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien import audit, collect, evaluate, kinds, load
from mien.core import lineage
from mien.core.errors import SettingError
from mien.core.lineage import Lineage
from mien.core.persons import Persons
from mien.core.run import Run
from mien.core.types import Batches, Manifest, Predict, Progress, silent
from mien.pipeline._groups import chosen
from mien.pipeline._known_labels import known_labels
from mien.pipeline._words import noun
from mien.predict import Predictor

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities
    from mien.kinds import Kind

CHUNK = 64  # pictures per call
_COPIES = lineage.REASONS[:3]
_PERSON = lineage.REASONS[3]


@dataclass(frozen=True)
class DataOptions:
    """How data is read, and what a model is asked about it: arguments of `measure`."""

    labels: Sequence[str] = ()
    names: Sequence[str] = ()
    groups: Sequence[str] = ()
    persons: Persons = Persons()  # noqa: RUF009 - frozen
    inputs: str = "auto"


@dataclass(frozen=True)
class Unseen:
    """Samples of a model's classes that it has not seen.

    `samples` is how many the data holds, `left_out` how many of them were seen, and how; `seen` is a word of
    `evaluate.Basis`, `matched` classes of the data to what the model calls them.
    """

    manifest: Manifest
    samples: int
    left_out: dict[str, int]
    seen: str
    matched: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """Decoded samples: `side` has the batches, `readable` their rows, `taken` says what the samples are.

    `cache` is open for as long as they are.
    """

    side: Batches
    readable: Manifest
    faceless: int
    taken: str
    cache: load.Cache

    def of(self, readable: Manifest, labels: tuple[str, ...]) -> Opened:
        """Keep some of the samples."""
        side = self.cache.batches(readable, labels=labels, batch=CHUNK)
        return dataclasses.replace(self, side=side, readable=readable)

    def basis(self, seen: str) -> evaluate.Basis:
        """Say on what is measured."""
        return dataclasses.replace(basis_of(self.readable, inputs=self.taken), seen=seen)


def gathered(source: Path | str, options: DataOptions, kind: Kind, progress: Progress) -> Manifest:
    """Read the data, clean, and of a ready-made split the test side alone."""
    manifest = collect.scan(source, names=options.names, persons=options.persons, progress=progress)
    if manifest.kind != kind.name:
        came = f"The model takes {kind.many}, and '{source}' holds {kinds.kind(manifest.kind).many}"
        raise SettingError(came, expected=f"data of {kind.many}")
    manifest = audit.clean(*audit.check(manifest, progress=progress)).used
    test = manifest.of("test")
    return test if len(test) else manifest


def find_unseen(
    predictor: Predictor, file: Path, manifest: Manifest, options: DataOptions, source: Path | str
) -> Unseen:
    """Keep the samples of a model's classes that it has not seen; `SettingError` where nothing is left."""
    manifest, matched = known_labels(manifest, predictor.labels)
    unseen, left_out, seen = _unseen(manifest, lineage_of(file), source)
    chosen(unseen, predictor.contract, options.groups, predictor.detector)  # a wrong name is said before the work
    return Unseen(unseen, len(manifest), left_out, seen, matched)


@contextmanager
def opened(predictor: Predictor, manifest: Manifest, inputs: str, progress: Progress) -> Iterator[Opened]:
    """Decode samples as a model takes them, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="mien-") as folder:
        eats, already = predictor.contract, inputs == "faces"
        cache = load.build(manifest, eats, folder, detector=predictor.detector, cut_already=already, progress=progress)
        faceless = cache.faceless if inputs == "photos" else cache.faceless & set(cache.failed)
        readable = manifest.set_aside(dict.fromkeys({*cache.failed, *faceless}, "unreadable")).used
        side = cache.batches(readable, labels=predictor.labels, batch=CHUNK)
        cut = predictor.contract.inputs in ("faces", "both")  # what such a model takes whole was cut out before
        taken = "photos" if predictor.detector else "faces" if cut else "whole"
        yield Opened(side, readable, len(faceless), taken, cache)


def left_out_words(left_out: Mapping[str, int], samples: int, faceless: int) -> list[str]:
    """Say in sentences what of some samples was not measured, and why."""
    words, copies = [], sum(left_out.get(reason, 0) for reason in _COPIES)
    if copies:
        words.append(f"{copies:,} of these {samples:,}, or near copies of them, were trained on and are left out.")
    if left_out.get(_PERSON):
        words.append(f"{left_out[_PERSON]:,} show people that it was trained on and are left out.")
    if faceless:
        words.append(f"In {faceless:,} more no face was found; they have no answer.")
    return words


def lineage_of(file: Path) -> Lineage:
    """Say what a model file has seen; the run beside it knows the places of its pictures too, and comes first."""
    beside = Run(file.parent)
    if file == beside.model and beside.manifest.exists():
        return Lineage.of_run(beside)
    return Lineage.from_text(Predictor(file, inputs="faces").lineage)


def basis_of(manifest: Manifest, *, inputs: str, rounds: int = 0) -> evaluate.Basis:
    """Say on what a model is measured."""
    known = manifest.frame["person"].drop_nulls().n_unique() > 0
    what = noun(manifest, inputs)
    return evaluate.Basis(what, evaluate.NEW, rounds, "people" if known else what, manifest.kind)


def _unseen(manifest: Manifest, known: Lineage, source: Path | str) -> tuple[Manifest, dict[str, int], str]:
    """Leave out what the model has seen; where it knows everybody, measure on their new pictures and say so."""
    if not known.known:
        return manifest, {}, evaluate.UNKNOWN
    seen = known.seen(manifest, kinds.kind(manifest.kind).confirm_copies)
    new = manifest.with_frame(manifest.frame.filter(seen.is_null()))
    counts = {reason: int((seen == reason).sum()) for reason in lineage.REASONS if (seen == reason).any()}
    if len(new):
        return new, counts, evaluate.NEW
    people = manifest.with_frame(manifest.frame.filter(seen == _PERSON))
    if not len(people):
        came = f"The model was trained or chosen on all of '{source}', or on near copies of it"
        raise SettingError(came, expected="data it has not seen")
    counts.pop(_PERSON)
    return people, counts, evaluate.PEOPLE


def answers(predict: Predict, side: Batches, progress: Progress = silent) -> tuple[Integers, Probabilities]:
    """Ask a model about one side: class numbers, int64 [N], and probabilities, float32 [N, classes]."""
    batches = progress(side.epoch(0), total=len(side), what="measuring")
    return side.numbers, np.concatenate([predict(rows) for rows, _ in batches])
