"""Small pictures for the page, few enough that it stays under 3 MB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from mien import media
from mien.audit._look import Content, Rows
from mien.core.threads import in_order
from mien.core.types import Manifest, Progress
from mien.kinds import Preview, kind

# CSS shows them 96 pixels wide; a little more is kept for sharp screens.
_SIDE = 128
# Bytes of pictures and sounds; base64 adds a third, and the page's own text stays under 0.6 MB.
_BUDGET = 1_700_000


def thumbnails(manifest: Manifest, uses: Mapping[str, int], progress: Progress) -> dict[str, Preview]:
    """Read some rows again and make them small.

    `uses` says how often each stands on the page. Those that cannot be shown are missing, and the last ones when they
    grow too many.
    """
    rows, what = manifest.frame.filter(pl.col("id").is_in(list(uses))), kind(manifest.kind)

    def preview(content: Content) -> Preview | None:
        return what.preview(content, _SIDE) if isinstance(content, bytes) else None

    made = in_order(preview, media.read_many(Rows(rows)))
    small: dict[str, Preview] = {}
    left = _BUDGET
    for name, one in zip(rows["id"], progress(made, total=rows.height, what="making thumbnails"), strict=True):
        if one is None or uses[name] * len(one.data) > left:
            continue
        fits = uses[name] * (len(one.data) + len(one.sound)) <= left  # else it stays without its sound
        small[name] = one if fits else replace(one, sound=b"")
        left -= uses[name] * (len(one.data) + len(small[name].sound))
    return small
