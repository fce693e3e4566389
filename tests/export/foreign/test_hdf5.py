"""An HDF5 file is looked through before Keras reads it; nothing here starts Keras."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mien.core.errors import MienError, ModelFileError
from mien.export.foreign._hdf5 import check_hdf5
from mien.export.foreign._keras import _checked_hdf5

CONFIG = {"class_name": "Sequential", "config": {"name": "net", "layers": []}}


def weights(path: Path, config: object = CONFIG) -> Path:
    with h5py.File(path, "w") as file:
        file.create_group("model_weights").create_dataset("kernel", data=np.ones((4, 4), np.float32))
        if config is not None:
            file.attrs["model_config"] = json.dumps(config)
    return path


def test_what_keras_reads_is_a_copy_with_the_description_that_was_walked(tmp_path):
    path = weights(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        file.attrs["training_config"] = "{lr}"
        file.create_group("extra")
    copy, facts = _checked_hdf5(path, tmp_path)
    assert facts.names == ("net",)
    with h5py.File(copy) as file:
        assert list(file) == ["model_weights"]
        assert json.loads(file.attrs["model_config"]) == CONFIG
        assert "training_config" not in file.attrs


@pytest.mark.parametrize("form", ["external link", "soft link", "external table", "virtual table"])
def test_what_lies_elsewhere_is_refused(tmp_path, form):
    path = weights(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        inside = file["model_weights"]
        if form == "external link":
            inside["x"] = h5py.ExternalLink("/etc/passwd", "/")
        elif form == "soft link":
            inside["x"] = h5py.SoftLink("/model_weights")
        elif form == "external table":
            inside.create_dataset("x", (4,), "u1", external=[("/etc/passwd", 0, 4)])
        else:
            layout = h5py.VirtualLayout((4, 4), "f4")
            layout[:] = h5py.VirtualSource("other.h5", "x", (4, 4))
            inside.create_virtual_dataset("x", layout)
    with pytest.raises(ModelFileError, match="points to what lies outside"):
        _checked_hdf5(path, tmp_path)


def test_a_small_file_that_says_it_is_huge_is_refused(tmp_path):
    path = weights(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        file["model_weights"].create_dataset("x", (1 << 15, 1 << 15), "f4", chunks=(1024, 1024), compression="gzip")
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ModelFileError, match="unpack to more than 1 GiB"):
        _checked_hdf5(path, tmp_path)


def test_weights_alone_are_no_model(tmp_path):
    with pytest.raises(ModelFileError, match="holds weights, and no network"):
        _checked_hdf5(weights(tmp_path / "a.h5", None), tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return weights(tmp_path_factory.mktemp("h5") / "a.h5").read_bytes()


@settings(max_examples=60, deadline=None)
@example(at=0.0, byte=0, cut=1.0)
@example(at=0.9, byte=1, cut=0.5)
@given(at=st.floats(0, 0.999), byte=st.integers(0, 255), cut=st.floats(0.05, 1))
def test_a_damaged_file_is_a_sentence(whole, tmp_path_factory, at, byte, cut):
    folder = tmp_path_factory.mktemp("damaged")
    data = bytearray(whole[: int(len(whole) * cut)])
    data[int(len(data) * at)] = byte
    (folder / "a.h5").write_bytes(bytes(data))
    with suppress(MienError):
        _checked_hdf5(folder / "a.h5", folder)


def test_the_walk_ends_where_groups_hold_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.export.foreign._hdf5.MOST", 50)
    path = weights(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        file["model_weights/again"] = file["model_weights"]  # a hard link to itself
    with h5py.File(path) as file, pytest.raises(ModelFileError, match="points to"):
        check_hdf5(file, path)
