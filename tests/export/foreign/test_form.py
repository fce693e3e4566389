"""What a model comes as is told by its bytes; what can run code is refused before anything reads it."""

from __future__ import annotations

import io
import pickle
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mien.core.errors import MienError, ModelFileError
from mien.core.run import Run
from mien.export.foreign._form import form_of
from mien.export.foreign._unpack import extract, unpack
from mien.predict import model_file


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/").replace("DOT", "."), data)
    return path


def test_forms_are_told_by_their_bytes(tmp_path, saved):
    (tmp_path / "a.bin").write_bytes(b"\x89HDF\r\n\x1a\n and more")
    assert form_of(tmp_path / "a.bin") == "hdf5"
    assert form_of(saved()) == "onnx"
    assert form_of(packed(tmp_path / "k", configDOTjson=b"{}", modelDOTweightsDOTh5=b"")) == "keras"
    assert form_of(packed(tmp_path / "t.zip", keras_modelDOTh5=b"", labelsDOTtxt=b"")) == "zip"
    (tmp_path / "tm").mkdir()
    (tmp_path / "tm" / "keras_model.h5").write_bytes(b"")
    assert form_of(tmp_path / "tm") == "zip"
    (tmp_path / "tm" / "saved_model.pb").write_bytes(b"")
    assert form_of(tmp_path / "tm") == "saved-model"


def test_mien_s_own_files_and_what_is_none_are_left_to_others(tmp_path):
    (tmp_path / "noise").write_bytes(b"\x3a\x05 no model")
    assert form_of(model_file("face")) is None
    assert form_of(tmp_path / "noise") is None
    assert form_of(tmp_path / "missing.h5") is None
    assert form_of(tmp_path) is None


def test_a_run_that_is_not_finished_is_no_folder_of_a_model(tmp_path):
    run = Run.create(tmp_path / "run")
    run.teacher.write_bytes(b"")
    assert form_of(run.folder) is None


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_is_refused_unopened(tmp_path, protocol):
    (tmp_path / "model.h5").write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
    with pytest.raises(ModelFileError, match="a pickle, which can run any code"):
        form_of(tmp_path / "model.h5")


def test_so_is_the_zip_that_pytorch_wraps_around_one(tmp_path):
    with pytest.raises(ModelFileError, match="a pickle"):
        form_of(packed(tmp_path / "net.pt", net__dataDOTpkl=b"\x80\x02."))


def test_tensorflow_lite_and_a_zip_of_pictures_are_named(tmp_path):
    (tmp_path / "m.tflite").write_bytes(b"\x1c\0\0\0TFL3 and more")
    with pytest.raises(ModelFileError, match="TensorFlow Lite"):
        form_of(tmp_path / "m.tflite")
    with pytest.raises(ModelFileError, match="a zip without a model"):
        form_of(packed(tmp_path / "faces.zip", happy__1DOTpng=b""))


def test_a_name_in_a_zip_never_leads_out_of_our_folder(tmp_path):
    inside = tmp_path / "ours"
    inside.mkdir()
    slip = packed(tmp_path / "slip.zip", **{"__etc__..__..__keras_modelDOTh5": b"x", "..__..__labelsDOTtxt": b"0 a\n"})
    found = unpack(slip, inside)
    assert found.read_bytes() == b"x"
    assert {item.relative_to(tmp_path).parts[0] for item in tmp_path.rglob("*")} == {"ours", "slip.zip"}
    assert found.resolve().is_relative_to(inside)


def test_a_zip_of_two_models_asks_which(tmp_path):
    with pytest.raises(ModelFileError, match="holds 2 models"):
        unpack(packed(tmp_path / "two.zip", aDOTh5=b"", bDOTkeras=b""), tmp_path)


def test_a_zip_that_unpacks_to_too_much_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.export.foreign._unpack.MAX_BYTES", 1 << 20)
    bomb = packed(tmp_path / "bomb.zip", aDOTh5=bytes(3 << 20))
    with pytest.raises(ModelFileError, match="unpacks to more than"):
        extract(bomb, {"a.h5": tmp_path / "a.h5"})
    assert (tmp_path / "a.h5").stat().st_size <= 1 << 20


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as _zip:
    _zip.writestr("keras_model.h5", b"\x89HDF\r\n\x1a\n" + bytes(200))
    _zip.writestr("labels.txt", "0 a\n1 b\n")


@settings(max_examples=60, deadline=None)
@example(at=0, byte=0x50, cut=60)
@given(at=st.integers(0, len(WHOLE.getvalue()) - 1), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_damaged_zip_is_a_sentence(tmp_path_factory, at, byte, cut):
    folder = tmp_path_factory.mktemp("zip")
    data = bytearray(WHOLE.getvalue())
    data[at] = byte
    (folder / "z.zip").write_bytes(bytes(data[: max(cut, 1)] if cut < len(data) // 2 else data))
    with suppress(MienError):
        if form_of(folder / "z.zip"):
            unpack(folder / "z.zip", folder)
