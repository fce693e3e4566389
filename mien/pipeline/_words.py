"""What the samples of a run are called."""

from __future__ import annotations

from mien import kinds
from mien.core.types import Manifest

DRAWN = "drawn"  # the column of a manifest that says which samples Mien itself has made
MARKS = (DRAWN, "burst")  # columns that the audit adds: they group no faces


def noun(manifest: Manifest, inputs: str) -> str:
    """Name the samples, in the plural: ``drawn faces``, ``photos``, ``face crops``, or by their kind."""
    if is_drawn(manifest):
        return kinds.kind(manifest.kind).made_here
    if not kinds.kind(manifest.kind).faces:
        return kinds.kind(manifest.kind).many
    return {"photos": "photos", "both": "photos", "faces": "face crops"}.get(inputs, "pictures")


def is_drawn(manifest: Manifest) -> bool:
    """Say whether Mien has made most of the samples."""
    frame = manifest.frame
    return DRAWN in frame.columns and int((frame[DRAWN] == "true").sum()) * 2 > frame.height
