"""What Python programs have at hand is answered as its file is, or refused in one short sentence."""

from __future__ import annotations

import array
import base64
import gc
import io
import mmap
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien import Predictor
from mien.core.errors import MediaError, MienError, SettingError
from mien.kinds import kind
from mien.predict import _input

load, name_of = (partial(one, kind=kind()) for one in (_input.load, _input.name_of))

SHADES = np.arange(0, 240, 4, np.uint8)[:60]
PICTURE = np.stack([np.tile(SHADES, (40, 1)), np.full((40, 60), 30, np.uint8), np.full((40, 60), 9, np.uint8)], axis=-1)
FILE = io.BytesIO()
Image.fromarray(PICTURE).save(FILE, "PNG")
DATA = FILE.getvalue()
TEXT = base64.b64encode(DATA).decode()


@pytest.fixture(scope="module")
def predictor(colours):
    return Predictor(colours)


@pytest.fixture(scope="module")
def expected(predictor):
    return predictor.predict(PICTURE).probabilities


def written() -> io.BytesIO:
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "PNG")
    return file  # at its end


def mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Library:
    """An array of some library: all that is known of it is that NumPy can read it."""

    def __init__(self, values):
        self._values = values

    def __array__(self, dtype=None, copy=None):
        return self._values


WAYS = {
    "str": str,
    "Path": lambda path: path,
    "file: address": lambda path: path.as_uri(),
    "bytes": lambda path: DATA,
    "bytearray": lambda path: bytearray(DATA),
    "memoryview": lambda path: memoryview(DATA),
    "every second byte": lambda path: memoryview(bytes(pair for byte in DATA for pair in (byte, 0)))[::2],
    "array": lambda path: array.array("B", DATA),
    "mmap": mapped,
    "np.bytes_": lambda path: np.bytes_(DATA),
    "BytesIO": lambda path: io.BytesIO(DATA),
    "BytesIO at its end": lambda path: written(),
    "open file": lambda path: path.open("rb"),
    "base64": lambda path: TEXT,
    "base64 in bytes": lambda path: TEXT.encode(),
    "base64 in lines": lambda path: base64.encodebytes(DATA).decode(),
    "base64 for addresses": lambda path: base64.urlsafe_b64encode(DATA).decode().rstrip("="),
    "data: address": lambda path: f"data:image/png;base64,{TEXT}",
    "Hugging Face": lambda path: {"bytes": DATA, "path": "x.png"},
    "Hugging Face, on disk": lambda path: {"bytes": None, "path": str(path)},
    "PIL": lambda path: Image.fromarray(PICTURE),
    "PIL, not read yet": Image.open,
    "float 0..1": lambda path: PICTURE / 255,
    "float 0..255": lambda path: PICTURE.astype(np.float32),
    "float16": lambda path: (PICTURE / 255).astype(np.float16),
    "int64": lambda path: PICTURE.astype(np.int64),
    "uint16": lambda path: PICTURE.astype(np.uint16) * 257,
    "RGBA": lambda path: np.dstack([PICTURE, np.full(PICTURE.shape[:2], 255, np.uint8)]),
    "channels first": lambda path: np.moveaxis(PICTURE, -1, 0),
    "a batch of one": lambda path: PICTURE[None],
    "lists": lambda path: PICTURE.tolist(),
    "another library": lambda path: Library(PICTURE),
    "mirrored twice": lambda path: PICTURE[:, :, ::-1].copy()[:, :, ::-1],
    "Fortran's order": lambda path: np.asfortranarray(PICTURE),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_picture_in_any_wrapping_has_one_answer(predictor, expected, way, tmp_path):
    (tmp_path / "a.png").write_bytes(DATA)
    given_one = way(tmp_path / "a.png")
    answer = predictor.predict(given_one)
    assert answer.probabilities == pytest.approx(expected, abs=1e-3)
    assert answer.path in ("-", str(tmp_path / "a.png"), (tmp_path / "a.png").as_uri())
    if hasattr(given_one, "close"):
        given_one.close()
    gc.collect(1)  # what this test left open; whatever lived before it is others'


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "I;16", "La", "PA"]
)
def test_a_pil_image_of_any_mode(predictor, mode):
    steps = {"I;16": ("L", "I", "I;16"), "La": ("LA", "La"), "PA": ("P", "PA")}.get(mode, (mode,))
    image = Image.fromarray(PICTURE)
    for step in steps:
        image = image.convert(step)
    assert predictor.predict(image).label


def test_a_pil_image_is_turned_as_its_file_is(predictor):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(PICTURE).save(file, "PNG", exif=exif)
    assert load(Image.open(file)).shape == (60, 40, 3)
    assert load(Image.open(file).convert("RGB")).shape == (60, 40, 3)


def test_grey_is_grey():
    for grey in (PICTURE[..., 0], PICTURE[..., :1], PICTURE[None, ..., 0], PICTURE[..., 0].tolist()):
        found = load(grey)
        assert found.shape == PICTURE.shape
        assert (found[..., 2] == PICTURE[..., 0]).all()
    assert load(list(range(16)))[:, :, 1].tolist() == np.arange(16).reshape(4, 4).tolist()
    assert set(np.unique(load(PICTURE[..., 0] > 100))) == {0, 255}


def test_what_is_transparent_is_white():
    assert (load(np.zeros((4, 4, 4), np.uint8)) == 255).all()


@pytest.mark.parametrize("library", ["torch", "jax", "tensorflow"])
def test_tensors(predictor, expected, library, tmp_path):
    if library == "torch":
        torch = pytest.importorskip("torch")
        whole = torch.from_numpy(PICTURE.copy())
        tensors = [whole, whole.permute(2, 0, 1) / 255, (whole / 255).requires_grad_(), (whole / 255).bfloat16()]
    elif library == "jax":
        numpy = pytest.importorskip("jax.numpy")
        tensors = [numpy.asarray(PICTURE), numpy.asarray(PICTURE / 255, dtype=numpy.bfloat16)]
    else:
        tf = pytest.importorskip("tensorflow")
        (tmp_path / "a.png").write_bytes(DATA)
        tensors = [
            tf.constant(PICTURE),
            tf.constant(PICTURE, tf.float32) / 255,
            tf.io.read_file(str(tmp_path / "a.png")),
        ]
        tensors.append(tf.cast(tensors[1], tf.bfloat16))
    for tensor in tensors:
        assert predictor.predict(tensor).probabilities == pytest.approx(expected, abs=0.02)


LONG = "x" * 3_000_000
REFUSED = {
    "None": (None, "None came.*imread"),
    "a number": (5, "An int came"),
    "an object": (object(), "An object came"),
    "a function": (print, "A builtin_function_or_method came"),
    "a set": ({1, 2}, "A set came"),
    "a dict": ({"a": LONG}, "A dict came"),
    "a generator": ((one for one in [1]), "A generator came"),
    "paths": (["a.jpg", "b.jpg"], r"A list came.*answers\(pictures\)"),
    "files": ([DATA, DATA], r"A list came.*answers\(pictures\)"),
    "uneven rows": ([[1, 2], [3]], "A list came"),
    "many numbers": (list(range(100_001)), r"shape \[100001\]"),
    "a batch": (np.stack([PICTURE] * 2), r"shape \[2, 40, 60, 3\].*one by one"),
    "two channels": (PICTURE[..., :2], r"An array of uint8 and shape \[40, 60, 2\] came.*uint8 \[H, W, 3\]"),
    "no pixels": (PICTURE[:0], r"shape \[0, 60, 3\]"),
    "normed": (PICTURE / 127.5 - 1, r"from -1 to .*0..255, or 0..1"),
    "no numbers": (PICTURE * np.nan, "from nan to nan"),
    "too bright": (PICTURE.astype(int) * 100, "with values from 0"),
    "complex": (PICTURE.astype(complex), "An array came"),
    "words": (np.array(["a", "b"]), "An array came"),
    "long text": (LONG, r"3,000,000 letters came"),
    "an address": ("https://example.org/face.jpg", "fetches nothing"),
    "text file": (io.StringIO("words"), "gives str.*'rb'"),
}


@pytest.mark.parametrize(("picture", "words"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_in_one_short_sentence(predictor, picture, words):
    with pytest.raises(SettingError, match=words) as caught:
        predictor.predict(picture)
    assert len(str(caught.value)) < 320


@pytest.mark.parametrize(
    "picture", [TEXT[:101], TEXT[:-6] + "!!", "data:image/png;base64,%%%", LONG.encode(), b"", "a\0b"]
)
def test_damaged_texts_are_short_sentences_too(predictor, picture):
    with pytest.raises(MediaError) as caught:
        predictor.predict(picture)
    assert len(str(caught.value)) < 250


def test_a_file_comes_before_base64(tmp_path, monkeypatch):
    """A file may be called as a picture's text begins."""
    monkeypatch.chdir(tmp_path)
    name = base64.b64encode(DATA[:30]).decode().replace("/", "_")
    assert name_of(name) == "-"
    Path(name).write_bytes(DATA)
    assert load(name) == Path(name)
    assert name_of(name) == name


def test_answers_take_pictures_and_pairs(predictor, tmp_path):
    (tmp_path / "a.png").write_bytes(DATA)
    path = tmp_path / "a.png"
    found = list(predictor.answers([path, ("named", path), str(path), DATA, PICTURE, None, "none.png"]))
    assert [answer.path for answer in found] == [
        str(tmp_path / "a.png"),
        "named",
        str(tmp_path / "a.png"),
        "-",
        "-",
        "-",
        "none.png",
    ]
    assert [bool(answer.label) for answer in found] == [True] * 5 + [False] * 2
    assert found[5].error.startswith("None came")
    assert "There is no file" in found[6].error


def test_answers_to_one_path_or_a_batch(predictor, tmp_path):
    (tmp_path / "a.png").write_bytes(DATA)
    for one in (str(tmp_path / "a.png"), tmp_path / "a.png", DATA, (name for name in [tmp_path / "a.png"])):
        assert len(list(predictor.answers(one))) == 1
    assert len(list(predictor.answers(np.stack([PICTURE] * 3)))) == 3
    for wrong in (None, 5, {"a": DATA}, io.BytesIO(DATA)):
        with pytest.raises(SettingError, match="a list of pictures"):
            list(predictor.answers(wrong))


anything = st.recursive(
    st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=40), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None)
@given(anything)
def test_nothing_raises_but_a_sentence(picture):
    try:
        found = load(picture)
    except MienError as error:
        found = str(error)
    assert found is not None


def test_the_other_verbs_take_the_same(predictor):
    assert predictor.faces(DATA) == ()
    assert predictor.model_input(TEXT).shape == (24, 24, 3)
    for wrong in ([[1, 2]], None, PICTURE):
        with pytest.raises(SettingError, match=r"Expected: uint8 \[N, 24, 24, 3\]"):
            predictor.probabilities(wrong)
