"""What is seen in each format; the expected colours are those that were drawn."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from threading import Thread

import numpy as np
import pytest
from PIL import Image

from mien import media
from mien.core.errors import MediaError, SettingError

# EXIF orientation: the Image.Transpose that stores an upright picture so (6: the camera was turned a quarter right).
HOW_STORED = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


def corners(picture):
    """The colour in the middle of each quarter: top left, top right, bottom left, bottom right."""
    high, wide = picture.shape[:2]
    rows, columns = (high // 4, 3 * high // 4), (wide // 4, 3 * wide // 4)
    return np.array([picture[row, column] for row in rows for column in columns], int)


def test_every_golden_picture_shows_what_was_drawn(golden, pictures):
    for name, expected in golden.items():
        picture = media.decode(pictures[name])
        assert picture.dtype == np.uint8
        assert picture.flags.c_contiguous
        assert picture.shape == ((24, 24, 3) if name == "values.txt" else (24, 32, 3)), name
        assert np.abs(corners(picture) - expected["colours"]).max() <= expected["tolerance"], name


def test_every_golden_picture_is_stretched_to_a_square(golden, pictures):
    for name, expected in golden.items():
        for size in (16, 64):
            picture = media.decode(pictures[name], size)
            assert picture.shape == (size, size, 3), name
            assert np.abs(corners(picture) - expected["colours"]).max() <= expected["tolerance"] + 3, name


def test_frames(golden, pictures):
    assert {name: media.frames(pictures[name]) for name in golden} == {n: e["frames"] for n, e in golden.items()}


@pytest.mark.parametrize("orientation", HOW_STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_orientation(kind, orientation, pictures):
    upright = Image.open(BytesIO(pictures["plain.png"]))
    how = HOW_STORED[orientation]
    stored = upright if how is None else upright.transpose(Image.Transpose(how))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = BytesIO()
    stored.save(file, kind, exif=exif, **({"quality": 95} if kind in ("JPEG", "WEBP", "AVIF") else {}))
    picture = media.decode(file.getvalue())
    assert picture.shape == (24, 32, 3)
    assert np.abs(corners(picture) - corners(np.array(upright))).max() <= 12


def test_a_picture_of_one_pixel():
    data = media.encode_png(np.array([[[1, 2, 3]]], np.uint8))
    assert media.decode(data).tolist() == [[[1, 2, 3]]]
    assert (media.decode(data, 48) == (1, 2, 3)).all()


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    for kind in ("PNG", "TIFF"):
        file = BytesIO()
        Image.fromarray(ramp).save(file, kind)
        assert media.decode(file.getvalue())[:, :, 1].ravel().tolist() == list(range(256))


@pytest.mark.parametrize(("kind", "top"), [("F", 1.0), ("F", 255.0), ("I", 255), ("I", 65535), ("F", np.inf)])
def test_deep_grey_takes_the_range_its_values_need(kind, top):
    finite = 1.0 if top == np.inf else top
    values = np.array([[0, finite], [finite, top]], np.float32 if kind == "F" else np.int32)
    file = BytesIO()
    Image.fromarray(values).save(file, "TIFF")
    assert media.decode(file.getvalue())[:, :, 0].tolist() == [[0, 255], [255, 255]]


def test_damaged_metadata_does_not_cost_the_picture(pictures):
    whole = pictures["upright.jpg"]
    at = whole.index(b"Exif\0\0") + 6
    broken = whole[:at] + b"\xff" * 12 + whole[at + 12 :]
    assert media.decode(broken).shape == (32, 24, 3)  # not turned, but there


def test_the_same_bytes_give_the_same_pixels(pictures):
    for name in ("plain.jpg", "upright.heic", "plain.avif", "cmyk.jpg"):
        assert (media.decode(pictures[name], 20) == media.decode(pictures[name], 20)).all()


def test_an_array_is_fitted_as_a_file_is(pictures):
    whole = media.decode(pictures["plain.png"])
    assert (media.fit(whole, 20) == media.decode(pictures["plain.png"], 20)).all()


def test_shrinking_is_antialiased():
    board = np.indices((512, 512)).sum(0)[..., None].repeat(3, 2) % 2 * np.uint8(255)
    small = media.decode(media.encode_png(board.astype(np.uint8)), 32).astype(int)
    assert np.abs(small - 127).max() <= 2


def test_a_large_jpeg_is_shrunk_while_it_is_decoded():
    file = BytesIO()
    Image.new("L", (9000, 8000), 77).save(file, "JPEG", quality=30)
    assert np.abs(media.decode(file.getvalue(), 8).astype(int) - 77).max() <= 2
    assert media.decode(file.getvalue()).shape == (4000, 4500, 3)


def test_many_threads(golden, pictures):
    alone = {name: media.decode(pictures[name], 24) for name in golden}
    wrong = []

    def work():
        for name in golden:
            if not (media.decode(pictures[name], 24) == alone[name]).all():
                wrong.append(name)

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("size", [0, -1, 8001])
def test_a_size_that_is_none(size, pictures):
    with pytest.raises(SettingError, match="1 to 8000"):
        media.decode(pictures["plain.png"], size)


def test_a_plain_prediction_loads_neither_polars_nor_the_heic_library(pictures):
    script = (
        "import sys; from mien import media; media.decode(sys.stdin.buffer.read(), 48);"
        "print([name for name in ('polars', 'pillow_heif', 'cv2', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], input=pictures["plain.jpg"], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
@pytest.mark.parametrize("use", [media.encode_png, media.encode_webp, lambda a: media.thumbnail(a, 8)])
def test_what_is_no_picture_is_not_written(use, picture):
    with pytest.raises(SettingError, match="uint8"):
        use(picture)


def test_writing(pictures):
    picture = media.decode(pictures["plain.png"])
    assert (media.decode(media.encode_png(picture)) == picture).all()
    assert np.abs(corners(media.decode(media.encode_webp(picture, 95))) - corners(picture)).max() <= 12
    assert media.decode(media.thumbnail(picture, 16)).shape == (12, 16, 3)
    assert media.decode(media.thumbnail(picture, 500)).shape == (24, 32, 3)
    with pytest.raises(SettingError, match="side of 0"):
        media.thumbnail(picture, 0)
    with pytest.raises(SettingError, match="16383"):
        media.encode_webp(np.zeros((1, 16384, 3), np.uint8))


def test_values_as_text():
    assert media.decode(b"[[0, 1], [2, 255]]")[:, :, 2].tolist() == [[0, 1], [2, 255]]
    for text, words in ((b"1 2 3", "3 numbers"), (b"1 2 3 256", "up to 256"), (b"1 2 3 4 x" + b"1" * 5000, "picture")):
        with pytest.raises(MediaError, match=words) as caught:
            media.decode(text)
        assert caught.value.issue == "unreadable"


def test_near_shrinks_a_jpeg_by_its_own_transform_and_keeps_its_shape():
    file = BytesIO()
    Image.new("RGB", (1600, 800), (200, 60, 20)).save(file, "JPEG")
    picture = media.decode(file.getvalue(), near=48)
    assert picture.shape == (100, 200, 3)
    assert np.abs(picture.reshape(-1, 3).mean(0) - (200, 60, 20)).max() < 3
