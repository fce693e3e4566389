"""The votes of annotators that ride along with the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien import collect
from mien.core.types import Manifest

if TYPE_CHECKING:
    from mien.core.types import Floats


def votes(manifest: Manifest, labels: Sequence[str], named: Sequence[str] = ()) -> Floats | None:
    """Count votes for each class, float64 [N, classes]; None where a class has no column.

    `named` are a recipe's ``label=column``; without them the columns of FER+ are looked for.
    """
    import polars as pl

    own = dict(one.partition("=")[::2] for one in named)
    columns = own or {label: name for name, label in collect.votes_of(manifest.frame).items() if label}
    if not set(labels) <= set(columns):
        return None
    chosen = (pl.col(columns[label]).cast(pl.Float64, strict=False).fill_null(0).alias(label) for label in labels)
    found: Floats = manifest.frame.select(chosen).to_numpy()
    return found
