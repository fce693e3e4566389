"""Groups that count alike in training, and in each of them each class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien.core.errors import SettingError, did_you_mean
from mien.core.types import Manifest

if TYPE_CHECKING:
    from mien.core.types import Integers

MOST = 12  # groups: of more, each has so few samples of a class that they would be learnt by heart


def cells(manifest: Manifest, labels: Sequence[str], column: str) -> Integers | None:
    """Give each pair of group and class that there is a number from 0: int64 [samples]; None without a column.

    Samples of which the group is not known are a group too.
    """
    if not column:
        return None
    known = [*manifest.groups, "person"]
    if column not in known:
        raise SettingError(f"even_groups names the column '{column}'", todo=did_you_mean(column, known))
    group = manifest.frame[column].cast(pl.String).fill_null("")
    if not 2 <= group.n_unique() <= MOST:
        came = f"even_groups names the column '{column}', which has {group.n_unique():,} different values"
        raise SettingError(came, expected=f"2 to {MOST}", todo="Add a column of fewer, wider groups to the data")
    numbers = manifest.frame["label"].replace_strict(list(labels), list(range(len(labels))), return_dtype=pl.Int64)
    pairs = np.stack([group.rank("dense").to_numpy().astype(np.int64), numbers.to_numpy()], axis=1)
    found: Integers = np.unique(pairs, axis=0, return_inverse=True)[1].astype(np.int64)
    return found
