"""What some bytes are is said by the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import kinds, media
from mien.kinds.sound._mpeg import after_id3, frame_length

TAG = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10)


@pytest.mark.parametrize(
    ("form", "subtype", "name"),
    [
        ("WAV", "PCM_16", "wav"),
        ("WAVEX", "PCM_24", "wav"),
        ("RF64", "PCM_16", "wav"),
        ("FLAC", "PCM_16", "flac"),
        ("OGG", "VORBIS", "ogg"),
        ("OGG", "OPUS", "opus"),
        ("MP3", "MPEG_LAYER_III", "mp3"),
        ("AIFF", "PCM_16", "aiff"),
        ("AU", "PCM_16", "au"),
        ("CAF", "PCM_16", "caf"),
        ("W64", "PCM_16", "w64"),
    ],
)
def test_each_format_that_is_written_is_known_and_is_no_picture(sound, save, speak, form, subtype, name):
    data = save(speak(0, 0.4), form=form, subtype=subtype)
    assert sound.sniff(data) == name
    assert sound.sniff(data[:4096]) == name
    assert media.sniff(data) is None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\0\0\0\x20ftypM4A \0\0\2\0", "m4a"),
        (b"\0\0\0\x20ftypisom\0\0\2\0moov hdlr soun", "m4a"),
        (b"\0\0\0\x20ftypisom\0\0\2\0moov hdlr vide hdlr soun", "mp4"),
        (b"\0\0\0\x20ftypisom\0\0\2\0moov hdlr vide", None),
        (b"\0\0\0\x20ftypheic\0\0\2\0", None),
        (b"\x1aE\xdf\xa3\x9fB\x82\x84webm tracks A_OPUS", "webm"),
        (b"\x1aE\xdf\xa3\x9fB\x82\x84webm tracks V_VP9", None),
        (b"\xff\xf1\x50\x80\x04\x3f\xfc" + bytes(26), "aac"),
        (b"RIFF\x10\0\0\0AVI LIST", None),
        (b"RIFF\x10\0\0\0WEBPVP8 ", None),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", None),
        ("\ufeffhello, in UTF-16".encode("utf-16-le"), None),
        (TAG + b"fLaC", "flac"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_each_is_known_for_what_it_is(sound, data, name):
    assert sound.sniff(data) == name


def test_an_mp3_needs_two_frames_of_one_kind(sound, save, speak):
    data = save(speak(0, 0.5), form="MP3")
    length = frame_length(data, 0)
    assert sound.sniff(data) == "mp3"
    assert sound.sniff(data[:length] + b"not a frame" * 9) is None
    assert sound.sniff(TAG + data) == "mp3"
    assert after_id3(TAG + data) == len(TAG)


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"RIFF", b"OggS", b"ID3\x04", b"\xff\xfb\x90", b"\0\0\0\x18ftyp"])
)
def test_anything_may_be_asked_about(rest, mark):
    name = kinds.kind("sound").sniff(mark + rest)
    assert name is None or isinstance(name, str)
