"""Pictures in a page: as data, with a size, and with words beside them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from mien.core.errors import SettingError
from mien.html._html import Html, tag

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def image(data: bytes, alt: str, *, width: int = 96, height: int = 96) -> Html:
    """Put a WebP, AVIF, PNG or JPEG file into the page as a data URI; nothing is requested.

    `alt` says what it shows to those who cannot see it. Width and height, CSS pixels, are written so that nothing moves
    while the page is drawn.
    """
    kind = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), "image/webp")
    kind = "image/avif" if data[4:12] in (b"ftypavif", b"ftypavis") else kind
    source = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
    return tag("img", src=source, alt=alt, width=width, height=height, decoding="async")


def media(data: bytes, media_type: str, words: str, *, size: tuple[int, int] = (96, 96), sound: bytes = b"") -> Html:
    """Put a picture or a sound into the page as data; `SettingError` unless it is ``image/...`` or ``audio/...``.

    `size` is a picture's, CSS pixels: one that is no square grows to the width that there is. `sound` is an MP3 file
    that it is the picture of, to be played below it.
    """
    if media_type.startswith("image/"):
        picture = image(data, words, width=size[0], height=size[1])
        if size[0] == size[1]:
            return picture
        player = _player(sound, "audio/mpeg", words) if sound else None
        return tag("span", picture, player, class_="heard")
    if not media_type.startswith("audio/"):
        raise SettingError(f"The preview of a sample came as '{media_type[:80]}'", expected="image/... or audio/...")
    return _player(data, media_type, words)


def _player(data: bytes, media_type: str, words: str) -> Html:
    source = f"data:{media_type};base64,{b64encode(data).decode('ascii')}"
    menu = "nodownload noplaybackrate"  # which is all that it would hold
    return tag("audio", controls=True, controlslist=menu, preload="none", src=source, aria_label=words)


def missing(words: str, *, size: tuple[int, int] = (96, 96)) -> Html:
    """Show that a picture is not there, and why: a frame of a picture's size with the words in it."""
    frame = tag("span", words, class_="missing")
    return frame if size[0] == size[1] else tag("span", frame, class_="heard")


def card(picture: Html, *words: object) -> Html:
    """Put a picture and the lines under it together: one cell for `grid`."""
    caption = tag("figcaption", *(tag("span", line, class_="line") for line in words)) if words else None
    return tag("figure", picture, caption, class_="card")


def wide_card(picture: Html, *words: object) -> Html:
    """Put a picture and more than a few words side by side: one cell for ``grid(..., wide=True)``."""
    return tag("figure", picture, tag("figcaption", *words), class_="card wide")


def grid(cells: Iterable[Html], *, about: str, wide: bool = False, broad: bool = False) -> Html:
    """Lay cards out in rows, as many in each as there is room for; `about` says what the pictures are.

    `wide` is for cards with more than a few words, `broad` for those with drawings that are to be read too.
    """
    kind = "grid wide broad" if broad else "grid wide" if wide else "grid"
    return tag("ul", *(tag("li", cell) for cell in cells), class_=kind, aria_label=about)


def pair(first: Html, second: Html, *, about: str) -> Html:
    """Show two pictures side by side in one frame, to compare them."""
    return tag("div", first, second, class_="pair", role="group", aria_label=about)
