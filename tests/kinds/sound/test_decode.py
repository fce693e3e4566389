"""One clip is the same samples, however it was saved; what cannot be decoded is refused in a sentence."""

from __future__ import annotations

import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import kinds
from mien.core.errors import MediaError
from mien.kinds.sound import _quiet, blocks

CLIP_WAYS = [  # how, and how far off the samples may be, in dB below the clip
    ({"subtype": "PCM_U8"}, -20),
    ({"subtype": "PCM_16"}, -70),
    ({"subtype": "PCM_24"}, -90),
    ({"subtype": "FLOAT"}, -90),
    ({"form": "FLAC", "subtype": "PCM_24"}, -90),
    ({"form": "AIFF", "subtype": "PCM_16"}, -70),
    ({"form": "CAF", "subtype": "ALAC_16"}, -70),
    ({"rate": 22_050}, -30),
    ({"rate": 44_100}, -30),
    ({"rate": 48_000, "form": "FLAC"}, -30),
    ({"rate": 192_000}, -30),
    ({"form": "OGG", "subtype": "VORBIS"}, -10),
    ({"rate": 48_000, "form": "OGG", "subtype": "OPUS"}, -10),
    ({"rate": 44_100, "form": "MP3"}, -10),
]


def decibels(found: np.ndarray, wanted: np.ndarray) -> float:
    length = min(len(found), len(wanted))
    off = found[:length] - wanted[:length]
    return 10 * np.log10(max(np.vdot(off, off), 1e-12) / np.vdot(wanted, wanted))


@pytest.mark.parametrize(("how", "most"), CLIP_WAYS, ids=str)
def test_the_samples_do_not_depend_on_the_file(sound, speak, save, how, most):
    clip = speak(1)
    found = sound.decode(save(clip, **how))
    assert (found.dtype, found.ndim) == (np.float32, 1)
    assert abs(len(found) - len(clip)) <= 2
    assert decibels(found, clip) < most  # aligned, or it would be about 3


@pytest.mark.parametrize(("form", "codec", "rate"), [("ipod", "aac", 44_100), ("webm", "libopus", 48_000)])
def test_what_phones_and_browsers_record_is_read_with_pyav(sound, speak, form, codec, rate, tmp_path):
    av = pytest.importorskip("av")
    clip = speak(1)
    import soxr

    samples = soxr.resample(clip, 16_000, rate)
    with av.open(str(tmp_path / "clip"), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        for start in range(0, len(samples), 960):
            part = np.ascontiguousarray(samples[None, start : start + 960])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame) if codec == "aac" else stream.encode(_packed(av, frame)))
        container.mux(stream.encode(None))
    found = sound.decode((tmp_path / "clip").read_bytes())
    assert abs(len(found) - len(clip)) < 1600
    assert decibels(found, clip) < -8


def _packed(av, frame):
    return av.AudioResampler(format="s16").resample(frame)[0]


def test_without_pyav_a_sentence_says_what_to_install(sound, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MediaError, match=r"M4A is read with PyAV.*pip install 'mien\[av\]'") as caught:
        sound.decode(b"\0\0\0\x20ftypM4A \0\0\2\0" + bytes(16))
    assert caught.value.issue == "unsupported"


def test_channels_are_averaged_but_a_dead_one_is_left_out(sound, speak, save):
    clip = speak(2)
    both = sound.decode(save(np.stack([clip, 0.5 * clip], axis=1), subtype="FLOAT"))
    np.testing.assert_allclose(both, 0.75 * clip, atol=1e-4)
    for silent in (np.zeros_like(clip), 0.001 * clip):
        alone = sound.decode(save(np.stack([silent, clip], axis=1), subtype="FLOAT"))
        np.testing.assert_allclose(alone, clip, atol=1e-4)


def test_a_channel_wired_the_wrong_way_round_does_not_erase_the_other(sound, speak, save):
    clip = speak(2)
    found = sound.decode(save(np.stack([clip, -clip], axis=1), subtype="FLOAT"))
    np.testing.assert_allclose(found, clip, atol=1e-4)


def test_floats_on_the_scale_of_16_bits_are_brought_back(sound, speak, save):
    found = sound.decode(save(speak(2) * 20_000, subtype="FLOAT"))
    assert np.abs(found).max() == pytest.approx(1, abs=1e-5)
    assert np.corrcoef(found, speak(2))[0, 1] > 0.9999


def test_a_long_recording_comes_in_pieces(sound, speak, save):
    data = save(np.tile(speak(3), 12), 44_100, form="FLAC")
    pieces = list(blocks(data))
    assert len(pieces) > 4
    np.testing.assert_array_equal(np.concatenate(pieces), sound.decode(data))


def _with(data: bytes, at: int, form: str, value: int) -> bytes:
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def bad(save, clip) -> dict[str, tuple[bytes, str, str]]:
    whole, gap = save(clip), np.where(np.arange(len(clip)) == 99, np.nan, clip).astype(np.float32)
    return {
        "empty": (b"", "empty", "empty"),
        "text": (b"This is no sound.\n" * 50, "unreadable", "no clip"),
        "a web page": (b"<!doctype html><title>404</title>" * 9, "unsupported", "a web page, not a clip"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "unsupported", "a PNG picture, not a clip"),
        "a video": (b"RIFF\x10\0\0\0AVI LIST" + bytes(99), "unsupported", "a video without a sound"),
        "notes": (b"MThd\0\0\0\6" + bytes(99), "unsupported", "a MIDI file"),
        "no samples": (save(clip[:0]), "unreadable", "holds no sound"),
        "no numbers": (save(gap, subtype="FLOAT"), "unreadable", "no numbers"),
        "one hertz": (_with(whole, 24, "<I", 1), "unreadable", "its rate is 1 Hz. Expected: 4,000 to"),
        "many channels": (_with(whole, 22, "<H", 65_535), "unreadable", "damaged"),
        "a WAV cut off": (whole[: len(whole) // 2], "truncated", "WAV ends before its sound is complete"),
        "a FLAC cut off": (_half(save(clip, form="FLAC")), "truncated", "FLAC ends before"),
        "an MP3 cut off": (_half(save(clip, form="MP3")), "truncated", "MP3 ends before"),
        "an Ogg cut off": (_half(save(clip, form="OGG")), "truncated", "Ogg file ends before"),
        "an AIFF cut off": (_half(save(clip, form="AIFF")), "truncated", "AIFF ends before"),
        "an AU cut off": (_half(save(clip, form="AU")), "truncated", "AU ends before"),
        "within its tags": (b"ID3\x04\0\0\0\0\x7f\x7f" + bytes(50), "truncated", "ends within its tags"),
        "eleven minutes": (save(np.zeros(660 * 16_000, np.int16), form="FLAC"), "bomb", "more than 10 minutes"),
    }


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def test_what_cannot_be_used_is_refused_in_a_sentence(sound, speak, save):
    for name, (data, issue, words) in bad(save, speak(4)).items():
        with pytest.raises(MediaError) as caught:
            sound.decode(data)
        assert (name, caught.value.issue) == (name, issue)
        assert words in str(caught.value), name


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_length_that_nobody_knew_when_it_was_written_is_no_fault(sound, speak, save, size):
    clip = speak(4)
    found = sound.decode(_with(_with(save(clip), 40, "<I", size), 4, "<I", size))
    assert decibels(found, clip) < -70


def test_nothing_is_printed(sound, speak, save, capfd):
    data = bytearray(save(speak(4), form="MP3"))
    for place in range(400, len(data), 211):
        data[place] ^= 0x55
    for wrong in (bytes(data), b"ID3\x03\0\0\0\0\x0f\x76TRCK\0\0\0\xff\0\0\1\xff\xfe" + bytes(2000) + bytes(data)):
        with suppress(MediaError):
            sound.decode(wrong)
    assert capfd.readouterr() == ("", "")


def test_threads_do_not_get_in_each_others_way(sound, speak, save):
    files = [save(speak(seed, 0.4), 44_100, form=form) for seed in range(8) for form in ("MP3", "FLAC", "OGG")]
    alone = [sound.decode(data) for data in files]
    with ThreadPoolExecutor(8) as pool:
        for found, wanted in zip(pool.map(sound.decode, files), alone, strict=True):
            np.testing.assert_array_equal(found, wanted)
    assert not _quiet._users


SMALL: dict[str, bytes] = {}


@settings(max_examples=150)
@given(
    form=st.sampled_from(["WAV", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "W64"]),
    flips=st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=4)), max_size=8),
    cut=st.none() | st.integers(0, 1 << 14),
)
def test_a_damaged_file_is_an_array_or_a_sentence(speak, save, form, flips, cut):
    data = bytearray(SMALL.setdefault(form, save(speak(5, 0.3), form=form)))
    for draw, value in flips:
        at = draw % (200 if draw % 2 else len(data))  # headers more often
        data[at : at + len(value)] = value
    with suppress(MediaError):
        found = kinds.kind("sound").decode(bytes(data[:cut]))
        assert found.dtype == np.float32
        assert np.abs(found).max() <= 1
