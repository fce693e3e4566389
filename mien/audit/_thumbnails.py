"""Small pictures for the page, few enough that it stays under 3 MB."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mien import media
from mien.audit._look import Content, Row, Rows, in_order, open_sample
from mien.core.errors import SettingError
from mien.core.types import Manifest, Progress

# CSS shows them 96 pixels wide; a little more is kept for sharp screens.
_SIDE = 128
# Bytes of WebP; base64 adds a third, and the page's own text stays under 0.6 MB.
_BUDGET = 1_700_000


def thumbnails(manifest: Manifest, uses: Mapping[str, int], progress: Progress) -> dict[str, bytes]:
    """Read some rows again and make them small.

    `uses` says how often each stands on the page. Those that cannot be decoded are missing, and the last ones when they
    grow too many.
    """
    rows = manifest.frame.filter(pl.col("id").is_in(list(uses)))
    places = Rows(rows)
    made = in_order(_small, zip(places, media.read_many(places), strict=True))
    small: dict[str, bytes] = {}
    left = _BUDGET
    for name, data in zip(rows["id"], progress(made, total=rows.height, what="making thumbnails"), strict=True):
        if data is not None and uses[name] * len(data) <= left:
            small[name] = data
            left -= uses[name] * len(data)
    return small


def _small(item: tuple[Row, Content]) -> bytes | None:
    picture = open_sample(*item).picture
    if picture is None:
        return None
    try:
        return media.thumbnail(picture, _SIDE)
    except SettingError:  # longer than WebP can hold; the page names it instead
        return None
