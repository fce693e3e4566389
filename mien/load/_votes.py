"""Soft labels: what several annotators said, beside the one label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien.core.errors import SettingError, did_you_mean
from mien.core.types import Manifest

if TYPE_CHECKING:
    from mien.core.types import Targets


def one_hot(manifest: Manifest, labels: Sequence[str]) -> Targets:
    """Turn labels into shares: 1 for the label, 0 for the others. Returns float32 [samples, classes], rows sum to 1."""
    named = manifest.frame["label"]
    for label in named.unique():
        if label not in labels:
            raise SettingError(f"The label '{label}' is not in the contract", todo=did_you_mean(str(label), labels))
    numbers = named.replace_strict(list(labels), list(range(len(labels))), return_dtype=pl.Int64).to_numpy()
    targets: Targets = np.eye(len(labels), dtype=np.float32)[numbers]
    return targets


def soft_labels(manifest: Manifest, labels: Sequence[str], votes: Sequence[str], share: float) -> Targets:
    """Blend labels with annotators' votes.

    `votes` are ``label=column``, their `share` in the blend is 0..1. Returns float32 [samples, classes]; a sample
    without a vote for one of the classes keeps its label.
    """
    hard = one_hot(manifest, labels)
    if not votes:
        return hard
    counts = np.zeros_like(hard)
    for vote in votes:
        label, _, column = vote.partition("=")
        counts[:, list(labels).index(label)] += _counts(manifest, column)
    total = counts.sum(1, keepdims=True)
    softened = np.where(total > 0, counts / np.maximum(total, 1e-9), hard)
    return (share * softened + (1 - share) * hard).astype(np.float32)


def _counts(manifest: Manifest, column: str) -> np.ndarray:
    if column not in manifest.groups:
        raise SettingError(f"votes names the column '{column}'", todo=did_you_mean(column, manifest.groups))
    try:
        found = manifest.frame[column].cast(pl.Float32).fill_null(0).to_numpy()
    except pl.exceptions.PolarsError as error:
        raise SettingError(f"The column '{column}' holds no counts of votes", expected="numbers from 0") from error
    if not (np.isfinite(found).all() and found.min() >= 0):
        raise SettingError(f"The column '{column}' holds {found.min()}", expected="counts of votes, from 0")
    return found
