"""Thumbnails for a page, read once and kept within a budget."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePath

from mien import html, media
from mien.core.errors import MediaError
from mien.core.threads import in_order
from mien.core.types import Manifest
from mien.kinds import Preview, kind

SIDE, SMALL = 144, 96  # pixels; the latter of CSS at which they are shown, so that they are sharp on fine screens too
MOST_PICTURES = 200
MOST_SOUND = 1_200_000  # bytes of what follows, so that there is room for pictures without sound
MOST_BYTES = 2_000_000  # before base64, which adds a third: the page stays under 3 MB


@dataclass
class Thumbnails:
    """The pictures of a page by id, None where one cannot be shown; how many are placed, and their bytes.

    `wide` says how many times as wide as high they are, `heard` how many of the bytes are sounds.
    """

    thumbnails: dict[str, Preview | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    wide: int = 1
    placed: int = 0
    weight: int = 0
    heard: int = 0

    @classmethod
    def read(cls, manifest: Manifest | None, ids: Collection[str]) -> Thumbnails:
        """Read and shrink the pictures of some rows; a file that is gone or broken leaves None."""
        if manifest is None:
            return cls()
        frame = manifest.frame
        rows = frame.filter(frame["id"].is_in(list(ids))).select("id", "path", "container")
        what = kind(manifest.kind)
        names = {one: _name(path, container) for one, path, container in rows.iter_rows()}
        thumbnails = cls(names=names, wide=what.wide)
        # In the manifest's order, in which an archive is read in one pass.
        contents = media.read_many([(path, container) for _, path, container in rows.iter_rows()])

        def preview(data: bytes | MediaError) -> Preview | None:
            return None if isinstance(data, MediaError) else what.preview(data, SIDE)

        thumbnails.thumbnails = dict(zip(rows["id"], in_order(preview, contents), strict=True))
        return thumbnails

    def picture(self, one: str, alt: str) -> html.Html:
        """Put a picture on the page, or a frame that says why it is not there."""
        preview, size = self.thumbnails.get(one), (SMALL * self.wide, SMALL)
        if preview is None:
            return html.missing("no picture can be shown", size=size)
        return self.place(preview, alt, size=size)

    def place(self, preview: Preview, alt: str, *, size: tuple[int, int] = (SMALL, SMALL)) -> html.Html:
        """Put any small picture, or sound, on the page, as long as there is room; `size` is in CSS pixels."""
        if self.placed >= MOST_PICTURES or self.weight + len(preview.data) > MOST_BYTES:
            return html.missing("left out to keep the page small", size=size)
        # Where there is room for the picture alone, it stays without its sound.
        heard = self.heard + len(preview.sound)
        fits = heard <= MOST_SOUND and self.weight + len(preview.data) + len(preview.sound) <= MOST_BYTES
        sound = preview.sound if fits else b""
        self.placed += 1
        self.weight += len(preview.data) + len(sound)
        self.heard += len(sound)
        return html.media(preview.data, preview.media_type, alt, size=size, sound=sound)

    def name(self, one: str) -> str:
        """Return the name of a picture's file without its folders; ``row 17`` for a row of a table."""
        return self.names.get(one, one)


def _name(path: str, container: str | None) -> str:
    if container is not None and path.isdigit():
        return f"row {path}"
    return PurePath(path).name or path
