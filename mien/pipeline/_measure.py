"""Measure a model file on data, and show why it answered: what `mien evaluate` and `mien explain` do."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import audit, collect, evaluate, explain, load, media
from mien.core.errors import SettingError, SourceError
from mien.core.files import write_bytes
from mien.core.run import Run
from mien.core.types import Batches, Manifest, Predict, Progress, silent
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities

CHUNK = 64  # pictures per call
MOST_VALUES = 12  # a group column with more different values than this is no group


@dataclass(frozen=True)
class Measured:
    """How good a model file is on data, and whether it had seen the data before.

    Parameters
    ----------
    scores : Scores
        On what was measured.
    left_out : int
        Samples that were not measured because the model was trained or chosen on them.
    known : bool
        Whether the run's manifest lay beside the model file, so that seen and unseen could be told apart.
    faceless : int
        Samples that were not measured because no face was found in them.
    """

    scores: evaluate.Scores
    left_out: int
    known: bool
    faceless: int = 0

    @property
    def sentence(self) -> str:
        """The accuracy in words; never "it had never seen" where that is not known."""
        lost = f" In {self.faceless:,} more no face was found; they have no answer." if self.faceless else ""
        if not self.known:
            doubt = "Whether it was trained on some of them is not known: no run lies beside the model file."
            return f"{self.scores.sentence(what='faces')} {doubt}{lost}"
        left = f" {self.left_out:,} that it was trained or chosen on were left out." if self.left_out else ""
        return self.scores.sentence() + left + lost

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        told = {"left_out": self.left_out, "known": self.known, "faceless": self.faceless, "sentence": self.sentence}
        return {**self.scores.to_dict(), **told}


def measure(
    model: Path | str,
    source: Path | str,
    *,
    labels: Sequence[str] = (),
    names: Sequence[str] = (),
    crop: str = "auto",
    progress: Progress = silent,
) -> Measured:
    """Measure a model file on labelled data.

    Parameters
    ----------
    model : path
        A model file, or the folder of a run. Where the run's manifest lies beside the file, what the model was
        trained or chosen on is left out.
    source : path
        Anything that `collect.scan` reads. Where it has a ready-made test side, only that side counts.
    labels : sequence of str
        The classes to measure, as `Predictor` takes them; samples of others are left out. Empty means all.
    names : sequence of str
        Names of classes that are numbers in the data, as `collect.scan` takes them.
    crop : str
        As `Predictor` takes it: ``none`` where the pictures are face crops already.
    progress : Progress
        Shown while reading.

    Returns
    -------
    Measured
        Scores with intervals, and what was left out.

    Raises
    ------
    SettingError
        If the data has no class of the model's, or the model has seen all of it.
    MienError
        If model or data cannot be read.
    """
    file = model_file(model)
    predictor = Predictor(file, labels=labels, crop=crop)
    manifest = collect.scan(source, names=names, progress=progress)
    manifest = audit.clean(manifest, audit.check(manifest, progress=progress)).used
    test = manifest.of("test")
    manifest = _known(test if len(test) else manifest, predictor.labels)
    seen = _seen(file)
    unseen = manifest if seen is None else Manifest(manifest.frame.filter(~manifest.frame["content"].is_in(list(seen))))
    if not len(unseen):
        raise SettingError(f"The model was trained or chosen on all of '{source}'", expected="data it has not seen")
    with tempfile.TemporaryDirectory(prefix="mien-") as folder:
        cache = load.build(unseen, predictor.contract, folder, finder=predictor.finder, progress=progress)
        readable = unseen.set_aside(dict.fromkeys(cache.failed, "unreadable")).used
        side = cache.batches(readable, labels=predictor.labels, batch=CHUNK)
        truth, weights = answers(predictor.probabilities, side, progress)
    scores = evaluate.score(truth, weights, predictor.labels)
    return Measured(scores, len(manifest) - len(unseen), seen is not None, len(cache.faceless))


def explain_picture(model: Path | str, picture: Path | str, path: Path | str, *, crop: str = "auto") -> str:
    """Draw which part of a picture moved the answer.

    Parameters
    ----------
    model : path
        A model file, or the folder of a run.
    picture : path
        The picture.
    path : path
        The PNG to write: the picture as the model sees it, and beside it what spoke for the answer.
    crop : str
        As `Predictor` takes it.

    Returns
    -------
    str
        A sentence.

    Raises
    ------
    MediaError
        If the picture cannot be read, or has no face where one was looked for.
    """
    predictor = Predictor(model, crop=crop)
    seen = predictor.sees(Path(picture))
    weights = predictor.probabilities(seen[None])[0]
    heat = explain.occlusion(predictor.probabilities, seen)
    both = np.concatenate([seen, explain.overlay(seen, heat)], axis=1)
    larger = np.repeat(np.repeat(both, _times(len(seen)), axis=0), _times(len(seen)), axis=1)
    write_bytes(path, media.encode_png(larger))
    label = predictor.labels[int(weights.argmax())]
    return f"'{picture}' looks {label} ({weights.max():.0%}). What spoke for it is drawn in '{path}'."


def answers(predict: Predict, side: Batches, progress: Progress = silent) -> tuple[Integers, Probabilities]:
    """Ask a model about one side of a split.

    Parameters
    ----------
    predict : Predict
        The model.
    side : Batches
        In order.
    progress : Progress
        Shown per batch.

    Returns
    -------
    tuple of (int64 [N], float32 [N, classes])
        Class numbers, and weights whose rows sum to 1.
    """
    batches = progress(side.epoch(0), total=len(side), what="measuring")
    pairs = [(targets.argmax(1), predict(pixels)) for pixels, targets in batches]
    return np.concatenate([numbers for numbers, _ in pairs]), np.concatenate([weights for _, weights in pairs])


def groups(manifest: Manifest) -> dict[str, list[Any]]:
    """Pick the columns that are worth a table: few different values, more than one.

    Parameters
    ----------
    manifest : Manifest
        One side.

    Returns
    -------
    dict of str to list
        Column name to its values.
    """
    frame = manifest.frame
    fit = [name for name in manifest.groups if 2 <= frame[name].n_unique() <= MOST_VALUES]
    return {name: frame[name].to_list() for name in fit}


def _seen(file: Path) -> set[str] | None:
    beside = Run(file.parent).manifest
    if not beside.exists():
        return None
    frame = Manifest.read(beside).frame
    seen = set(frame.filter(frame["split"].is_in(["train", "val"]))["content"])
    earlier = Run(file.parent).seen
    if earlier.exists():
        import polars as pl

        seen |= set(pl.read_parquet(earlier)["content"])
    return seen


def _known(manifest: Manifest, labels: tuple[str, ...]) -> Manifest:
    shared = [label for label in manifest.labels if label in labels]
    if not shared:
        raise SettingError(
            f"The data has the classes {', '.join(manifest.labels)}", expected=f"some of {', '.join(labels)}"
        )
    found = manifest.with_labels(shared)
    if not len(found):
        raise SourceError("No sample of the data can be used", todo="See: mien audit SOURCE")
    return found


def _times(side: int) -> int:
    return max(1, 256 // side)
