"""Pictures in a page: as data, with a size, and with words beside them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from mien.core.errors import SettingError
from mien.html._html import Html, tag

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def image(data: bytes, alt: str, *, width: int = 96, height: int = 96) -> Html:
    """Put a picture into the page.

    Parameters
    ----------
    data : bytes
        A WebP, AVIF, PNG or JPEG file.
    alt : str
        What it shows, for those who cannot see it.
    width, height : int
        Size on the page, CSS pixels: given, so that nothing moves while the page is drawn.

    Returns
    -------
    Html
        The picture as a data URI; nothing is requested.
    """
    kind = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), "image/webp")
    kind = "image/avif" if data[4:12] in (b"ftypavif", b"ftypavis") else kind
    source = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
    return tag("img", src=source, alt=alt, width=width, height=height, decoding="async")


def media(data: bytes, media_type: str, words: str) -> Html:
    """Put a picture or a sound into the page.

    Parameters
    ----------
    data : bytes
        A file.
    media_type : str
        ``image/...`` or ``audio/...``.
    words : str
        What it is, for those who cannot see it.

    Returns
    -------
    Html
        As data; nothing is requested.

    Raises
    ------
    SettingError
        If it is neither.
    """
    if media_type.startswith("image/"):
        return image(data, words)
    if not media_type.startswith("audio/"):
        raise SettingError(f"The preview of a sample came as '{media_type[:80]}'", expected="image/... or audio/...")
    source = f"data:{media_type};base64,{b64encode(data).decode('ascii')}"
    return tag("audio", controls=True, preload="none", src=source, aria_label=words)


def missing(words: str) -> Html:
    """Show that a picture is not there.

    Parameters
    ----------
    words : str
        Why, in a few words.

    Returns
    -------
    Html
        A frame of a picture's size with the words in it.
    """
    return tag("span", words, class_="missing")


def card(picture: Html, *words: object) -> Html:
    """Put a picture and its words together.

    Parameters
    ----------
    picture : Html
        What `image` or `missing` made.
    *words : object
        Lines under it.

    Returns
    -------
    Html
        One cell for `grid`.
    """
    caption = tag("figcaption", *(tag("span", line, class_="line") for line in words)) if words else None
    return tag("figure", picture, caption, class_="card")


def wide_card(picture: Html, *words: object) -> Html:
    """Put a picture and more than a few words side by side.

    Parameters
    ----------
    picture : Html
        What `image`, `missing` or `pair` made.
    *words : object
        Pieces beside it.

    Returns
    -------
    Html
        One cell for ``grid(..., wide=True)``.
    """
    return tag("figure", picture, tag("figcaption", *words), class_="card wide")


def grid(cells: Iterable[Html], *, about: str, wide: bool = False) -> Html:
    """Lay cards out in rows.

    Parameters
    ----------
    cells : iterable of Html
        What `card` or `wide_card` made.
    about : str
        What the pictures are, for those who cannot see them.
    wide : bool
        For wide cards.

    Returns
    -------
    Html
        A list that fits as many in a row as there is room for.
    """
    return tag("ul", *(tag("li", cell) for cell in cells), class_="grid wide" if wide else "grid", aria_label=about)


def pair(first: Html, second: Html, *, about: str) -> Html:
    """Show two pictures side by side, to compare them.

    Parameters
    ----------
    first, second : Html
        What `image`, `missing` or `card` made.
    about : str
        What is compared.

    Returns
    -------
    Html
        Both in one frame.
    """
    return tag("div", first, second, class_="pair", role="group", aria_label=about)
