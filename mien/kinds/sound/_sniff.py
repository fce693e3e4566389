"""Which sound format some bytes are, by what they hold: an ending can lie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mien.kinds.sound._mpeg import after_id3, is_adts, is_mpeg

if TYPE_CHECKING:
    from mien.kinds.sound._source import Source

BY_SNDFILE = ("wav", "flac", "ogg", "opus", "mp3", "aiff", "au", "caf", "w64")
BY_PYAV = ("m4a", "mp4", "aac", "webm", "wma", "oggflac", "speex", "ogv", "amr")
ENDINGS = (
    *("wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "mp2", "aiff", "aif", "aifc", "au", "snd", "caf", "w64"),
    *("rf64", "bwf", "m4a", "m4b", "aac", "weba", "webm", "mka", "wma", "spx", "amr"),
)

_HEAD = 1 << 16
_OGG_CODECS = ((b"\x01vorbis", "ogg"), (b"OpusHead", "opus"), (b"\x7fFLAC", "oggflac"), (b"Speex   ", "speex"))
_W64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_ASF = b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel"
_ASF_SOUND = b"\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
_TRACK = re.compile(rb"A_[A-Z]")  # codec names of Matroska: A_OPUS, A_VORBIS, A_AAC
_M4A = (b"M4A ", b"M4B ", b"M4P ", b"F4A ")


def sniff(data: Source) -> str | None:
    """Say what some bytes are; see `Kind.sniff`.

    One of `BY_SNDFILE` or `BY_PYAV`: ``mp3`` is MPEG audio of any layer, ``ogg`` holds Vorbis, ``mp4`` and
    ``ogv`` are videos with sound, ``webm`` any Matroska with sound.

    Examples
    --------
    >>> sniff(b"RIFF    WAVEfmt "), sniff(b"fLaC"), sniff(b"hello")
    ('wav', 'flac', None)
    """
    head = bytes(data[:12])
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"RIFX"):
        return "wav" if head[8:12] == b"WAVE" else None
    if head[:4] == b"FORM":
        return "aiff" if head[8:12] in (b"AIFF", b"AIFC") else None
    if head[:4] == b"OggS":
        return _ogg(bytes(data[:_HEAD]))
    known = next((name for mark, name in _MARKS if head.startswith(mark[:12]) and data.startswith(mark)), None)
    return known or _sniff_deeper(data)


_MARKS = (
    (b"fLaC", "flac"),
    (b".snd", "au"),
    (b"dns.", "au"),
    (b"caff", "caf"),
    (_W64, "w64"),
    (b"#!AMR", "amr"),
)


def _sniff_deeper(data: Source) -> str | None:
    if data[4:8] == b"ftyp":
        return _mp4(data)
    if data.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if _TRACK.search(data[:_HEAD]) else None
    if data.startswith(_ASF):
        return "wma" if _ASF_SOUND in data[:_HEAD] else None
    start = after_id3(data)
    if start and (start >= len(data) or data[start : start + 4] == b"fLaC"):
        return "flac" if data[start : start + 4] == b"fLaC" else "mp3"
    if is_adts(data, start):
        return "aac"
    return "mp3" if start or is_mpeg(data, start) else None


def _ogg(head: bytes) -> str | None:
    """Tell by the first packet of the first page; a video's sound is announced by a later one (RFC 3533)."""
    packet = 27 + head[26] if len(head) > 26 else 0
    first = next((name for mark, name in _OGG_CODECS if packet and head.startswith(mark, packet)), None)
    if first or not head.startswith(b"\x80theora", packet):
        return first
    return "ogv" if b"\x01vorbis" in head or b"OpusHead" in head else None


def _mp4(data: Source) -> str | None:
    if data[8:12] in _M4A:
        return "m4a"
    if b"soun" not in data:  # the handler of a sound track (ISO 14496-12, 12.2)
        return None
    return "mp4" if b"vide" in data else "m4a"
