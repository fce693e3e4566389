"""Photos of one burst: taken right after each other by one camera, in one size."""

from __future__ import annotations

import polars as pl

APART = 3.0  # seconds from one photo of a burst to the next


def bursts(files: pl.DataFrame) -> pl.Series:
    """Return the id of the first photo of each row's burst; null where it stands alone. `taken` is in seconds.

    >>> moments = pl.DataFrame({"id": ["a", "b", "c"], "taken": [0.0, 2.5, 60.0], "camera": ["x"] * 3})
    >>> bursts(moments).to_list()
    ['a', 'a', None]
    """
    known = files.select("id", "taken", "camera").drop_nulls().sort("camera", "taken", "id")
    begins = (pl.col("taken").diff().over("camera") > APART).fill_null(value=True)
    known = known.with_columns(number=begins.cum_sum())
    first = pl.when(pl.len().over("number") > 1).then(pl.col("id").first().over("number"))
    found = known.select("id", burst=first)
    return files.select("id").join(found, on="id", how="left", maintain_order="left")["burst"]
