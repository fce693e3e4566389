"""What people really type and have: each answered with a sentence, exit code 2, and nothing left behind."""

import resource
import shutil
import struct
import zlib

import onnx
import pytest
from onnx import helper
from PIL import Image


@pytest.fixture
def refused(mien, mien_here, tmp_path, monkeypatch):
    """Run a command that must fail in one sentence with these words, leaving no trace."""

    monkeypatch.chdir(tmp_path)

    def call(*arguments, words, **settings):  # `settings` are those of a process of its own
        before = sorted(tmp_path.rglob("*"))
        done = mien(*arguments, cwd=tmp_path, **settings) if settings else mien_here(*arguments)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        sentence = done.stderr.splitlines()[-1]
        assert sentence.startswith("mien: ")
        for word in words:
            assert word in sentence
        assert sentence.endswith((".", "?"))
        assert sorted(tmp_path.rglob("*")) == before
        assert done.stdout == ""

    return call


def test_no_such_path(refused, tmp_path):
    refused("run", tmp_path / "faecs", "--out", tmp_path / "out", words=["There is nothing at", "faecs", "a folder"])


def test_an_empty_folder(refused, tmp_path):
    (tmp_path / "faces").mkdir()
    refused("run", "faces", "--out", "out", words=["is empty", "one folder for each class"])


def test_one_class(refused, lay_faces, tmp_path):
    lay_faces(tmp_path / "faces", ("happy",), each=5)
    refused("run", "faces", "--out", "out", words=["only the class 'happy'", "at least 2 classes"])


def test_a_class_with_too_few_samples(refused, lay_faces, tmp_path):
    lay_faces(tmp_path / "faces", each=9)
    for picture in sorted((tmp_path / "faces" / "sad").iterdir())[2:]:
        picture.unlink()
    refused("run", "faces", "--out", "out", words=["The class 'sad' has 2 samples", "at least 3", "Add pictures"])


def test_only_unreadable_files(refused, tmp_path):
    for label in ("happy", "sad"):
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(5):
            (tmp_path / "faces" / label / f"{number}.jpg").write_text(f"no picture {label} {number}")
    refused("run", "faces", "--out", "out", words=["None of the 10 pictures can be used", "10 unreadable"])


def test_two_labels_that_differ_in_case(refused, lay_faces, tmp_path):
    lay_faces(tmp_path / "faces", ("Happy", "sad"), each=4)
    shutil.copytree(tmp_path / "faces" / "sad", tmp_path / "faces" / "happy")
    refused("run", "faces", "--out", "out", words=["'Happy' and 'happy'", "one spelling"])


@pytest.mark.parametrize("out", ["file/run", "file", "/proc/run"])
def test_a_place_that_cannot_be_written(refused, small_faces, tmp_path, out):
    (tmp_path / "file").write_text("in the way")
    refused("run", small_faces, "--out", out, words=["Choose another", "--out"])
    refused("collect", small_faces, "--out", f"{out}/m.parquet", words=["could not be written", "--out"])


@pytest.mark.parametrize("room", [10, 200, 3_000])
def test_a_full_disk(refused, small_faces, room):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    refused("run", small_faces, "--size", 24, "--out", "out", words=["could not be written"], preexec_fn=limit)


def test_a_run_goes_into_no_folder_of_someone_elses(refused, small_faces, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("dear diary")
    for flags in ([], ["--replace"]):
        refused("run", small_faces, *flags, "--out", "out", words=["is not empty", "Choose another --out"])


def test_a_recipe_with_an_unknown_key(refused, small_faces, tmp_path):
    (tmp_path / "r.toml").write_text("epoch = 3\n")
    words = ["The recipe has no key 'epoch'", "Did you mean 'epochs'?"]
    refused("run", small_faces, "--recipe", "r.toml", "--out", "out", words=words)


def test_a_recipe_that_is_none(refused, small_faces, tmp_path):
    (tmp_path / "r.toml").write_text("epochs: 3\n")
    refused("run", small_faces, "--recipe", "r.toml", "--out", "out", words=["is not TOML"])
    refused("run", small_faces, "--recipe", "none.toml", "--out", "out", words=["cannot be read", "Check the path"])


def test_an_unknown_model_name(refused, small_faces):
    words = ["There is no model 'compakt'", "Did you mean 'compact'?"]
    refused("run", small_faces, "--model", "compakt", "--out", "out", words=words)


def test_a_label_that_is_not_there(refused, small_faces):
    words = ["'hapy' is not in the data", "Did you mean 'happy'?"]
    refused("run", small_faces, "--labels", "hapy,sad", "--out", "out", words=words)


def test_what_is_no_run_cannot_go_on(refused, small_faces):
    refused("run", "--resume", small_faces, words=["is not a run"])
    refused("export", "nowhere", words=["is not a run"])


@pytest.fixture
def spoilt(small_run, tmp_path):
    """Paths of model files that are none."""
    data = small_run.model.read_bytes()
    (tmp_path / "text.onnx").write_text("hello")
    (tmp_path / "truncated.onnx").write_bytes(data[: len(data) // 2])
    newer = onnx.load_from_string(data)
    properties = {item.key: item.value for item in newer.metadata_props}
    properties["mien.contract"] = properties["mien.contract"].replace('"format": 2', '"format": 9')
    helper.set_model_props(newer, properties)
    (tmp_path / "newer.onnx").write_bytes(newer.SerializeToString())


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("text.onnx", ["is not a model file"]),
        ("truncated.onnx", ["is not a model file, or it is damaged", "Export it anew"]),
        ("newer.onnx", ["has format 9", "Install a newer Mien"]),
        ("none.onnx", ["There is no model file"]),
    ],
)
@pytest.mark.usefixtures("spoilt")
def test_a_model_file_that_is_none(refused, small_faces, file, words):
    refused("predict", small_faces / "sad" / "00.png", "--model", file, words=words)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png():
    """30,000 x 30,000 pixels, as its header says; 2.7 GB if anyone believed it."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    lines = zlib.compress(bytes(90_001 * 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def small_memory():
    # A fifth of what the picture would need; address space, so that no page has to be touched.
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))


def test_a_picture_of_30000_by_30000(mien, small_run, tmp_path):
    (tmp_path / "huge.png").write_bytes(huge_png())
    done = mien("predict", tmp_path / "huge.png", "--model", small_run.model, "--csv", preexec_fn=small_memory)
    assert (done.returncode, done.stderr) == (2, "")
    assert "declares 30000 x 30000 pixels, more than can be decoded safely" in done.stdout


def test_among_others_it_costs_only_itself(mien_here, lay_faces, tmp_path):
    faces = lay_faces(tmp_path / "faces", each=5)
    (faces / "sad" / "huge.png").write_bytes(huge_png())
    Image.new("RGB", (1, 1), (3, 5, 8)).save(faces / "sad" / "tiny.png")
    done = mien_here("split", faces, "--json")
    assert done.returncode == 0, done.stderr
    assert '"set_aside": {' in done.stdout
    assert "tiny" not in done.stderr


def test_a_picture_of_1_by_1_has_an_answer(mien_here, small_run, tmp_path):
    Image.new("RGB", (1, 1), (200, 40, 30)).save(tmp_path / "tiny.png")
    done = mien_here("predict", tmp_path / "tiny.png", "--model", small_run.model, "--csv")
    assert done.returncode == 0
    assert done.stderr.startswith("This model judges whole pictures; it did not look for faces.")
