"""Pictures that travel as text: base64, and ``data:`` addresses."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote_to_bytes

from mien.core.errors import MediaError
from mien.media._sniff import sniff

_HEAD = 1024  # letters that show whether there is a picture in a text
_DATA = re.compile(rb"\s*data:([^,]{0,200}),", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_BLANKS = b" \t\r\n\f\v"
_WEB = bytes.maketrans(b"-_", b"+/")  # the alphabet for addresses (RFC 4648, section 5)


def unwrapped(data: bytes) -> bytes:
    r"""Take a picture out of its base64 text or ``data:`` address; anything else is returned as it is.

    `MediaError` (``unreadable``) if the text breaks off or is damaged.

    >>> unwrapped(b"data:image/gif;base64,R0lGODlhAQ==")
    b'GIF89a\x01'
    >>> unwrapped(b"hello")
    b'hello'
    """
    address = _DATA.match(data)
    if address:
        body = data[address.end() :]
        return _decoded(body) if b";base64" in address[1].lower() else unquote_to_bytes(body)
    if sniff(data) is not None:
        return data
    head = data[:_HEAD].translate(_WEB, _BLANKS)
    if not _BASE64.fullmatch(head) or sniff(base64.b64decode(head[: len(head) // 4 * 4])) in (None, "pixels"):
        return data
    return _decoded(data)


def _decoded(text: bytes) -> bytes:
    plain = text.translate(_WEB, _BLANKS).rstrip(b"=")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except ValueError as error:
        came = f"The base64 text of {len(text):,} letters is damaged"
        raise MediaError(came, issue="unreadable", todo="Encode the file anew") from error
