"""Pictures in, answers out."""

import io
import math
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from mien import Predictor
from mien.core.errors import MediaError


@pytest.fixture(scope="module")
def predictor(colours):
    return Predictor(colours)


def coded(picture, kind="PNG", **settings):
    file = io.BytesIO()
    (Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture).save(file, kind, **settings)
    return file.getvalue()


RED, BLUE = np.full((40, 30, 3), (230, 0, 0), np.uint8), np.full((40, 30, 3), (0, 0, 230), np.uint8)


@pytest.mark.parametrize(("pixels", "label"), [(RED, "red"), (BLUE, "blue")], ids=["red", "blue"])
def test_rgb_is_rgb(predictor, pixels, label, tmp_path):
    (tmp_path / "face.png").write_bytes(coded(pixels))
    answers = [
        predictor.predict(source)
        for source in (pixels, coded(pixels), tmp_path / "face.png", str(tmp_path / "face.png"))
    ]
    assert {answer.label for answer in answers} == {label}
    assert [answer.path for answer in answers] == ["-", "-", *[str(tmp_path / "face.png")] * 2]
    for answer in answers:
        assert list(answer.probabilities) == ["blue", "red"]
        assert answer.probabilities[label] > 0.5
        assert math.isclose(sum(answer.probabilities.values()), 1, abs_tol=1e-6)
        assert answer.error is None
        # An array, its file and its bytes are one picture.
        assert answer.probabilities == pytest.approx(answers[0].probabilities, abs=1e-6)


KINDS = {
    "jpeg": coded(RED, "JPEG", quality=95),
    "webp": coded(RED, "WEBP"),
    "bmp": coded(RED, "BMP"),
    "cmyk": coded(Image.fromarray(RED).convert("CMYK"), "JPEG", quality=95),
    "palette": coded(Image.fromarray(RED).convert("P", palette=Image.Palette.ADAPTIVE)),
    "alpha": coded(np.dstack([RED, np.full(RED.shape[:2], 255, np.uint8)])),
    "1x1": coded(RED[:1, :1]),
    "wide": coded(np.full((1, 3000, 3), RED[0, 0])),
}


@pytest.mark.parametrize("data", KINDS.values(), ids=KINDS)
def test_every_kind_of_picture_keeps_its_colour(predictor, data):
    assert predictor.predict(data).label == "red"


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (9, 9), 128),
        Image.new("LA", (9, 9), (128, 20)),
        Image.new("1", (9, 9), 1),
        Image.new("I;16", (9, 9), 30_000),
    ],
    ids=lambda picture: picture.mode,
)
def test_a_picture_without_colours_is_answered_too(predictor, picture):
    answer = predictor.predict(coded(picture))
    assert answer.label in predictor.labels
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-6)


def test_what_is_transparent_is_white(predictor):
    hidden = np.dstack([RED, np.zeros(RED.shape[:2], np.uint8)])
    white = predictor.predict(np.full((40, 30, 3), 255, np.uint8))
    assert predictor.predict(coded(hidden)).probabilities == pytest.approx(white.probabilities, abs=1e-6)


def test_any_number_of_pictures(predictor, plain_picture):
    pixels = np.stack([plain_picture(("red", "blue")[seed % 2], seed) for seed in range(71)])
    whole = predictor.probabilities(pixels)
    assert (whole.shape, whole.dtype) == ((71, 2), np.float32)
    one_by_one = np.concatenate([predictor.probabilities(pixels[place : place + 1]) for place in range(71)])
    np.testing.assert_allclose(whole, one_by_one, atol=1e-6)
    np.testing.assert_allclose(whole.sum(1), 1, atol=1e-5)
    assert (whole.argmax(1) == 1 - np.arange(71) % 2).all()
    assert predictor.probabilities(pixels[:0]).shape == (0, 2)


def test_a_view_is_answered_as_its_copy(predictor):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 24, 24, 3), np.uint8)
    turned = pixels[:, ::-1, :, :]
    np.testing.assert_array_equal(predictor.probabilities(turned), predictor.probabilities(turned.copy()))


def test_one_bad_input_does_not_cost_the_others(predictor, tmp_path):
    (tmp_path / "empty.png").write_bytes(b"")
    inputs = [("a", coded(RED)), ("b", tmp_path / "none.png"), ("c", tmp_path / "empty.png"), ("d", coded(BLUE))]
    answers = list(predictor.answers(inputs))
    assert [(answer.path, answer.label) for answer in answers] == [
        ("a", "red"),
        ("b", None),
        ("c", None),
        ("d", "blue"),
    ]
    assert "There is no file" in answers[1].error
    assert all(answer.probabilities is None and answer.error.endswith(".") for answer in answers[1:3])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(90_000)))


BAD = {
    "nothing": (b"", "empty"),
    "text": (b"not a picture, just words", "unreadable"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported"),
    "truncated": (coded(np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8))[:4000], "truncated"),
    "30,000 x 30,000": (huge_png(30_000, 30_000), "bomb"),
}


@pytest.mark.parametrize(("data", "issue"), BAD.values(), ids=BAD)
def test_what_is_no_picture_is_answered_with_a_sentence(predictor, data, issue):
    with pytest.raises(MediaError) as caught:
        predictor.predict(data)
    assert caught.value.issue == issue


def test_the_scores_and_the_card_travel_along(predictor):
    assert 0 <= predictor.scores["accuracy"]["value"] <= 1
    assert "blue, red" in predictor.card


HEAVY = {"cv2", "fastapi", "keras", "onnx", "polars", "pydantic", "rich", "tensorflow", "torch", "typer"}


def test_a_prediction_loads_nothing_it_does_not_need(colours, tmp_path):
    (tmp_path / "face.png").write_bytes(coded(RED))
    code = (
        "import sys; from mien import Predictor\n"
        f"print(Predictor({str(colours)!r}).predict({str(tmp_path / 'face.png')!r}).label)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    label, modules = done.stdout.splitlines()
    assert label == "red"
    assert "onnxruntime" in modules.split()
    assert HEAVY & set(modules.split()) == set()
