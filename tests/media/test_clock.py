"""Times of a video whose timestamps fall back, stand still, jump, or are missing."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mien import media
from mien.media._clock import LONGEST, Clock
from mien.media._silence import hush_videos

SHORT, COUNT, RATE = 1 / 20, 30, 20


def times(rate, stamps):
    clock = Clock(rate)
    return [round(clock.time(stamp), 3) for stamp in stamps]


@pytest.mark.parametrize(
    ("rate", "stamps", "expected"),
    [
        (10, [5.0, 5.1, 5.3, 5.35], [0, 0.1, 0.3, 0.35]),  # as they are, from the first on
        (10, [0, 0.1, 0.2, 0, 0.1, 0.3], [0, 0.1, 0.2, 0.25, 0.25, 0.3]),  # out of order
        (10, [*np.arange(9) / 10, *np.arange(9) / 10], np.arange(18) / 10),  # nine are another part
        (25, [0, 0.08, 0.04, 0.12, 0.16], [0, 0.08, 0.1, 0.12, 0.16]),
        (25, [-0.2, -0.16, -0.12], [0, 0.04, 0.08]),
        (25, [0, 0.04, 7200, 7200.04, 3, 3.04], [0, 0.04, 0.08, 0.12, 0.16, 0.2]),  # by hours, and back
        (25, [95443.6, 95443.64, 0.01, 0.05], [0, 0.04, 0.08, 0.12]),  # 33 bits of 90 kHz are over
        (25, [0, 0.04, 2.0, 30.0], [0, 0.04, 2.0, 30.0]),  # a rate that varies: still pictures last
        (25, [0, 0, 0.04, 0.04, 0.08, 0.08], [0, 0.02, 0.04, 0.06, 0.08, 0.1]),  # each frame twice
        (25, [0, 0.04, None, None, 0.16], [0, 0.04, 0.08, 0.12, 0.16]),
        (25, [None, None, 9.0, 9.04], [0, 0.04, 0.08, 0.12]),
        (0, [None, None, None], [0, 0.04, 0.08]),
        (1000, [0, None, 0.066], [0, 0.04, 0.066]),  # the unit of a clock, not a rate
        (0.01, [0, 100, 200, 900], [0, 100, 200, 900]),  # time lapse
    ],
)
def test_cases(rate, stamps, expected):
    assert times(rate, stamps) == pytest.approx(list(expected), abs=0.0201)
    assert (np.diff(times(rate, stamps)) > 0).all()


def test_parts_of_two_frames_do_not_stop_the_clock():
    assert 20 < times(10, [0, 0.1] * 200)[-1] < 40


def test_timestamps_that_stand_still_are_counted():
    assert times(20, [0.0] * 41)[-1] == pytest.approx(2, abs=0.1)


stamp = st.one_of(st.none(), st.floats(-1e9, 1e9), st.floats(-2, 2), st.sampled_from([0.0, 0.04, 1e9, -1e9]))


@given(st.sampled_from([0, 0.5, 25, 90_000]), st.lists(stamp, min_size=1, max_size=60))
def test_time_always_goes_on_and_never_runs_away(rate, stamps):
    clock = Clock(rate)
    found = [clock.time(stamp) for stamp in stamps]
    assert found[0] == 0
    assert (np.diff(found) > 0).all()
    assert (np.diff(found) <= LONGEST * 1.001).all()


@given(st.floats(-1e6, 1e6), st.lists(st.floats(0.002, 50), max_size=40))
def test_timestamps_that_are_right_are_kept(begin, gaps):
    stamps = begin + np.cumsum([0, *gaps])
    assert [Clock(25).time(stamps[0])] == [0]
    clock = Clock(25)
    assert [clock.time(stamp) for stamp in stamps] == pytest.approx(list(stamps - begin), abs=1e-3)


# Videos.


def frame(number):
    pixels = np.full((64, 96, 3), 120, np.uint8)
    pixels[:, 4 * (number % 20) : 4 * (number % 20) + 8] = (30, 30, 220)
    return pixels


def video(path, codec="MPG2", count=COUNT):
    hush_videos()
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*codec), RATE, (96, 64))
    for number in range(count):
        writer.write(frame(number))
    writer.release()
    return path


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    return video(tmp_path_factory.mktemp("streams") / "part.ts").read_bytes()


def retimed(data, change):
    """Give the pictures of a stream other timestamps: `change` takes seconds and which picture it is (ISO 13818-1)."""
    data, seen = bytearray(data), 0
    for at in range(0, len(data) - 187, 188):
        body = at + 4 + (1 + data[at + 4] if data[at + 3] & 0x20 else 0)
        if not data[at + 1] & 0x40 or data[body : body + 3] != b"\0\0\1" or data[body + 3] & 0xF0 != 0xE0:
            continue
        for place in (body + 9, body + 14)[: (data[body + 7] >> 6) - 1]:
            head = data[place]
            ticks = (head & 14) << 29 | data[place + 1] << 22 | (data[place + 2] & 254) << 14 | data[place + 3] << 7
            found = round(change((ticks | data[place + 4] >> 1) / 90_000, seen) * 90_000) % (1 << 33)
            data[place] = head & 0xF1 | found >> 29 & 14
            data[place + 1 : place + 5] = ((found >> 15 & 0x7FFF) << 1 | 1).to_bytes(2) + (
                (found & 0x7FFF) << 1 | 1
            ).to_bytes(2)
        seen += 1
    return bytes(data)


def seen(path):
    with media.Video(str(path)) as opened:
        frames = list(opened)
    return frames, opened


CHANGES = {
    "nothing": lambda time, number: time,
    "all at once": lambda time, number: 5.0,
    "a jump of five hours": lambda time, number: time + (18_000 if number >= 15 else 0),
    "a jump back": lambda time, number: time + (0 if number >= 15 else 7200),
    "a counter that is full": lambda time, number: time + (2**33 / 90_000 - 2),
    "half of them": lambda time, number: time if number % 2 else time - 0.05,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_stream_with_odd_timestamps(stream, change, tmp_path):
    (tmp_path / "odd.ts").write_bytes(retimed(stream, change))
    frames, _ = seen(tmp_path / "odd.ts")
    found = [one.time for one in frames]
    assert len(found) >= COUNT - 2
    assert found[0] == 0
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(len(found) * SHORT, abs=0.5)


def test_parts_that_were_joined_follow_one_another(stream, tmp_path):
    (tmp_path / "joined.ts").write_bytes(stream * 3)
    frames, opened = seen(tmp_path / "joined.ts")
    assert len(frames) >= 3 * COUNT - 3
    assert [one.time for one in frames] == pytest.approx([number * SHORT for number in range(len(frames))], abs=0.11)
    assert opened.end == ""


def test_a_video_of_one_frame(tmp_path):
    for name, codec in (("one.mp4", "mp4v"), ("one.avi", "MJPG"), ("one.mkv", "mp4v")):
        frames, opened = seen(video(tmp_path / name, codec, 1))
        assert [(one.number, one.time) for one in frames] == [(0, 0.0)]
        assert opened.end == ""


def test_a_video_that_counts_by_its_fastest_rate_is_not_called_cut_off(tmp_path):
    """MPEG-1 in a stream: 30 frames of 23.976 a second, declared as 59 of 47.95."""
    frames, opened = seen(video(tmp_path / "odd.ts", "mpg1"))
    assert opened.frames > len(frames) / 0.95
    assert opened.end == ""


def test_a_browsers_recording_does_not_say_its_rate(tmp_path, monkeypatch):
    path = video(tmp_path / "recorded.webm", "VP80")
    plain = cv2.VideoCapture

    class Recorded:
        """OpenCV's word for a WebM without a rate: the unit of its clock, and as many frames as it has units."""

        def __init__(self, *given):
            self._capture = plain(*given)

        def get(self, what):
            odd = {cv2.CAP_PROP_FPS: 1000.0, cv2.CAP_PROP_FRAME_COUNT: 1500.0}
            return odd.get(what, self._capture.get(what))

        def __getattr__(self, name):
            return getattr(self._capture, name)

    monkeypatch.setattr(cv2, "VideoCapture", Recorded)
    frames, opened = seen(path)
    assert (opened.rate, opened.frames, opened.end) == (0, 0, "")
    assert frames[-1].time == pytest.approx(29 * SHORT, abs=0.01)


def test_a_camcorders_stream_is_a_video(stream):
    packets = (b"\0\0\0\0" + stream[at : at + 188] for at in range(0, len(stream), 188))
    assert media.is_video(b"".join(packets))
    assert media.is_video(stream)


def test_a_gif_is_a_picture_whatever_stands_in_it():
    file = io.BytesIO()
    Image.new("L", (9, 9)).save(file, "GIF")
    data = bytearray(file.getvalue().ljust(600, b"G"))
    data[188] = data[376] = ord("G")
    assert not media.is_video(bytes(data))
