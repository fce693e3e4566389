"""Videos and cameras: frames one by one, whatever the file is."""

import io
import tracemalloc
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mien import media
from mien.core.errors import MediaError, SettingError


def frame(number, size=(64, 96)):
    """Return a grey frame, uint8 [H, W, 3], with a red bar that moves: the bar's place says which frame it is."""
    pixels = np.full((*size, 3), 120, np.uint8)
    pixels[:, 4 * (number % 20) : 4 * (number % 20) + 8] = (220, 30, 30)
    return pixels


def write(path, count, rate=20):
    with media.write_video(path, rate) as add:
        for number in range(count):
            add(frame(number))
    return path


def bar(pixels):
    return int((pixels[..., 0].astype(int) - pixels[..., 1]).mean(0).argmax()) // 4


@pytest.fixture(scope="module", params=["mp4", "avi"])
def clip(request, tmp_path_factory):
    return write(tmp_path_factory.mktemp("videos") / f"clip.{request.param}", 30)


def test_a_video_comes_back_frame_by_frame(clip):
    with media.Video(str(clip)) as video:
        frames = list(video)
    assert [found.number for found in frames] == list(range(30))
    assert {found.pixels.shape for found in frames} == {(64, 96, 3)}
    assert [found.time for found in frames] == pytest.approx([number / 20 for number in range(30)], abs=0.026)
    assert abs(bar(frames[0].pixels) - 0) <= 1
    assert abs(bar(frames[10].pixels) - 10) <= 1
    red = frames[0].pixels[30, 3]
    assert red[0] > 150 > red[2]  # RGB, not BGR
    assert (video.rate, video.live, video.end) == (pytest.approx(20), False, "")


def test_its_content_makes_it_a_video_and_not_its_name(clip, tmp_path):
    lying = tmp_path / "photo.jpg"
    lying.write_bytes(clip.read_bytes())
    assert media.is_moving(str(lying))
    with media.Video(str(lying)) as video:
        assert len(list(video)) == 30
    picture = tmp_path / "clip.mp4"
    Image.fromarray(frame(0)).save(picture, "PNG")
    assert not media.is_moving(str(picture))
    with pytest.raises(MediaError, match="is no video"):
        media.Video(str(picture))


@pytest.mark.parametrize("kind", ["heic", "avif", "gif"])
def test_a_picture_in_a_video_like_box_is_a_picture(kind):
    if kind == "gif":
        file = io.BytesIO()
        Image.fromarray(frame(0)).save(file, "GIF", save_all=True, append_images=[Image.fromarray(frame(1))])
        assert not media.is_video(file.getvalue())
        return
    assert not media.is_video(b"\0\0\0\x18ftyp" + {"heic": b"heic", "avif": b"avif"}[kind] + bytes(100))


@given(st.binary(max_size=300))
def test_no_bytes_confuse_the_question(data):
    assert media.is_video(data) in (True, False)


def test_a_video_that_is_cut_off_says_so(tmp_path):
    whole = write(tmp_path / "whole.avi", 60).read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 2])
    with media.Video(str(tmp_path / "cut.avi")) as video:
        seen = len(list(video))
    assert 0 < seen < 60
    assert "ends, or is damaged, after" in video.end


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_damage_is_a_sentence_or_fewer_frames_but_never_a_crash(tmp_path, place):
    data = bytearray(write(tmp_path / "whole.mp4", 40).read_bytes())
    start = int(len(data) * place)
    data[start : start + 400] = np.random.default_rng(0).integers(0, 256, 400, np.uint8).tobytes()
    (tmp_path / "bad.mp4").write_bytes(data)
    with suppress(MediaError), media.Video(str(tmp_path / "bad.mp4")) as video:
        assert all(found.pixels.dtype == np.uint8 for found in video)


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        (b"", "unsupported"),
        (b"\0\0\0\x20ftypisom" + bytes(500), "unreadable"),
        (b"RIFF\0\0\0\0AVI LIST" + b"\xff" * 500, "unreadable"),
        (b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "unsupported"),  # a play list would make FFmpeg fetch
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "unsupported"),
    ],
    ids=["empty", "mp4", "avi", "m3u8", "concat"],
)
def test_what_is_no_video_is_answered_with_a_sentence(tmp_path, data, issue):
    path = tmp_path / "x.mp4"
    path.write_bytes(data)
    with pytest.raises(MediaError) as caught, media.Video(str(path)) as video:
        list(video)
    assert caught.value.issue == issue


def test_missing_videos_folders_and_cameras_are_answered_with_a_sentence(tmp_path):
    for source in (tmp_path / "none.mp4", tmp_path):
        assert not media.is_moving(str(source))
        with pytest.raises(MediaError, match="cannot be read"):
            media.Video(str(source))
    with pytest.raises(MediaError, match=r"Camera 93 cannot be opened.*plugged in"):
        media.Video("camera:93")
    with pytest.raises(SettingError, match=r"'camera:front' is no camera.*camera:0 for the first"):
        media.Video("camera:front")


def test_memory_does_not_grow_with_the_video(tmp_path):
    def peak(count):
        path = write(tmp_path / f"{count}.avi", count)
        tracemalloc.start()
        with media.Video(str(path)) as video:
            for _ in video:
                pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(5)
    assert peak(200) < peak(20) + 64 * 96 * 3 * 4


def test_a_camera_that_vanishes_ends_the_video_with_a_sentence(tmp_path):
    # The capture of a file that ends stands for a camera that is pulled out: OpenCV reports both in the same way.
    video = media.Video(str(write(tmp_path / "clip.avi", 8)))
    video.live = True
    video._pictures = lambda: iter([frame(0), frame(1)])
    assert len(list(video)) == 2
    assert video.end.startswith("The camera gave no more pictures after")


def test_a_video_of_a_camera_that_gives_nothing_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.media._video._WAIT", 0.05)
    video = media.Video(str(write(tmp_path / "clip.avi", 3)))
    video.live = True
    assert len(list(video)) == 3  # then the end of the file looks like a camera that hangs


def test_odd_sides_lose_a_pixel_and_nothing_else(tmp_path):
    with media.write_video(tmp_path / "odd.mp4", 10) as add:
        for number in range(3):
            add(frame(number, (65, 97)))
    with media.Video(str(tmp_path / "odd.mp4")) as video:
        assert video.size == (96, 64)


def test_a_video_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"earlier")

    def stopped():
        with media.write_video(path, 10) as add:
            add(frame(0))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        stopped()
    assert path.read_bytes() == b"earlier"
    assert [item.name for item in tmp_path.iterdir()] == ["out.mp4"]


def test_a_name_that_no_video_has_is_refused(tmp_path):
    with pytest.raises(SettingError, match=r"ending in .mp4 or .avi"):
        media.check_video_name(tmp_path / "video.png")


def test_a_video_with_huge_frames_is_refused_before_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.media._video.MAX_DECODED", 64 * 96 - 1)
    with pytest.raises(MediaError, match="frames of 96 x 64 pixels"):
        media.Video(str(write(tmp_path / "clip.mp4", 2)))


def test_opencv_keeps_quiet(tmp_path, capfd):
    (tmp_path / "x.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(500))
    with pytest.raises(MediaError):
        media.Video(str(tmp_path / "x.mp4"))
    assert capfd.readouterr().err == ""
    assert cv2.__version__.startswith("4.")
