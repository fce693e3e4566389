"""What the ending of a clip's name promises."""

from __future__ import annotations

from mien.kinds._ending import wrong_ending
from mien.kinds.sound._stream import shown

_OGG, _MP4, _MPEG = ("ogg", "opus", "oggflac", "speex", "ogv"), ("m4a", "mp4"), ("mp3",)
# What each ending promises, in the words of `sniff`.
_PROMISE = {
    **dict.fromkeys(("wav", "wave", "bwf", "rf64"), ("wav",)),
    **dict.fromkeys(("ogg", "oga", "opus", "spx"), _OGG),
    **dict.fromkeys(("mp3", "mp2"), _MPEG),
    **dict.fromkeys(("aif", "aiff", "aifc"), ("aiff",)),
    **dict.fromkeys(("au", "snd"), ("au",)),
    **dict.fromkeys(("m4a", "m4b"), _MP4),
    **dict.fromkeys(("webm", "weba", "mka"), ("webm",)),
    **{name: (name,) for name in ("flac", "caf", "w64", "aac", "wma", "amr")},
}

CHECK = wrong_ending(_PROMISE, shown)
