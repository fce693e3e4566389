"""What scripts that train teachers rest on: a reader of other people's files, folds that leak nothing, packed faces."""

from __future__ import annotations

import importlib
import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def load(monkeypatch):
    """Import a module of bench/ by its name."""
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module


class Named:
    """A name of PyTorch's in a pickle, without PyTorch."""

    def __init__(self, module: str, name: str, *given: object) -> None:
        self.module, self.name, self.given = module, name, given


class Writer(pickle._Pickler):  # the one written in Python: names can be put in that are not there
    def persistent_id(self, obj):
        return obj[1:] if isinstance(obj, tuple) and obj[:1] == ("kept",) else None

    def save(self, obj, save_persistent_id=True):
        if not isinstance(obj, Named):
            super().save(obj, save_persistent_id)
            return
        self.write(f"c{obj.module}\n{obj.name}\n".encode())
        if obj.given:
            super().save(obj.given)
            self.write(pickle.REDUCE)


def torch_file(
    path: Path, tensors: dict[str, np.ndarray], name: tuple[str, str] = ("torch._utils", "_rebuild_tensor_v2")
):
    """Write what PyTorch before 1.6 wrote; the last axis first in memory, so that strides count."""
    state: OrderedDict[str, Named] = OrderedDict()
    storages = {}
    for number, (key, value) in enumerate(tensors.items()):
        storages[str(number)] = value.T.ravel()
        storage = ("kept", "storage", Named("torch", "FloatStorage"), str(number), "cpu", value.size, None)
        steps = tuple(int(np.prod(value.shape[:axis])) for axis in range(value.ndim))
        state[key] = Named(*name, storage, 0, value.shape, steps, False, OrderedDict())
    with path.open("wb") as file:
        for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, state, sorted(storages)):
            Writer(file, 2).dump(one)
        for key in sorted(storages):
            file.write(struct.pack("<q", storages[key].size) + storages[key].astype("<f4").tobytes())


def test_tensors_of_a_pytorch_file_are_read_without_pytorch(load, tmp_path):
    written = {"a.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4), "b": np.float32([1.5, -2])}
    torch_file(tmp_path / "some.pth", written)
    found = load("_torch_file").tensors((tmp_path / "some.pth").read_bytes())
    assert found.keys() == written.keys()
    for name, value in written.items():
        np.testing.assert_array_equal(found[name], value)


def test_a_pytorch_file_that_asks_for_more_than_tensors_is_refused(load, tmp_path):
    torch_file(tmp_path / "bad.pth", {"a": np.float32([1])}, name=("os", "system"))
    with pytest.raises(pickle.UnpicklingError, match=r"os\.system"):
        load("_torch_file").tensors((tmp_path / "bad.pth").read_bytes())


def some_faces(load, count: int = 1203):
    draw = np.random.default_rng(0)
    return load("_teacher_faces").Faces(
        pixels=draw.integers(0, 256, (count, 48, 48), np.uint8),
        rows=np.arange(count, dtype=np.int32),
        labels=draw.integers(0, 7, count).astype(np.int8),
        votes=draw.integers(0, 2, (count, 7)).astype(np.uint8),
        units=(np.arange(count, dtype=np.int32) // 3) * 3,
        chosen=np.arange(count) % 9 < 3,
    )


def test_packed_faces_come_back_to_the_bit(load, tmp_path):
    faces = some_faces(load)
    load("_teacher_faces").save(faces, tmp_path / "faces.npz")
    found = load("_teacher_faces").read(tmp_path / "faces.npz")
    for name, value in vars(faces).items():
        np.testing.assert_array_equal(getattr(found, name), value)


def test_copies_are_held_out_by_the_same_fold_and_the_validation_side_by_all(load):
    faces = some_faces(load)
    folds = faces.folds(4)
    assert set(folds[faces.chosen]) == {-1}
    assert set(folds[~faces.chosen]) == {0, 1, 2, 3}
    assert all(len(set(folds[faces.units == unit])) == 1 for unit in faces.units)


def test_a_label_without_votes_stays_what_it_is(load):
    faces = some_faces(load)
    found, none = faces.targets(0.3), faces.votes.sum(1) == 0
    assert none.any()
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-6)
    np.testing.assert_array_equal(found[none], np.eye(7, dtype=np.float32)[faces.labels[none]])


def test_batches_go_on_in_the_middle_of_an_epoch_to_the_bit(load):
    faces = some_faces(load)
    batches = load("_teacher_faces").Batches(faces, faces.targets(0.3), 96, 200, seed=1, threads=2)
    whole, rest = list(batches.epoch(3)), list(batches.epoch(3, 2))
    assert len(whole) == len(batches) == 6
    for (pixels, targets), (again, others) in zip(whole[2:], rest, strict=True):
        np.testing.assert_array_equal(pixels, again)
        np.testing.assert_array_equal(targets, others)


def test_a_face_that_is_not_moved_is_enlarged_as_it_is_in_use(load, monkeypatch):
    made = load("_teacher_faces")

    class Still:  # draws the middle of every range, and nothing that is by chance
        def random(self):
            return 1.0

        def uniform(self, low, high, size=None):
            middle = 1.0 if (low, high) in {(0.88, 1.14), (0.75, 1.25)} else (low + high) / 2
            return middle if size is None else np.full(size, middle)

    smooth = np.add.outer(np.arange(48), np.arange(48)).astype(np.uint8)[None]
    apart = made.varied(smooth, 96, Still()).astype(int) - made.enlarged(smooth, 96)
    assert abs(apart[:, 2:-2, 2:-2]).max() <= 1


@pytest.mark.parametrize(("size", "kernel", "stride"), [(7, 3, 2), (8, 3, 2), (8, 5, 2), (9, 5, 2), (8, 5, 1)])
def test_a_depthwise_layer_pads_as_the_weights_were_trained(load, size, kernel, stride):
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    layer = load("_teacher_nets")._depthwise_layer()(kernel, stride, padding="same", use_bias=False)
    draw = np.random.default_rng(0)
    picture, weights = draw.normal(size=(1, size, size, 2)), draw.normal(size=(kernel, kernel, 2, 1))
    layer.build(picture.shape)
    layer.set_weights([weights])
    out = -(-size // stride)
    padding = max((out - 1) * stride + kernel - size, 0)  # an odd one more behind than before
    before = (padding // 2, padding - padding // 2)
    padded = np.pad(picture, ((0, 0), before, before, (0, 0)))
    expected = np.zeros((1, out, out, 2))
    for down in range(out):
        for right in range(out):
            part = padded[0, down * stride : down * stride + kernel, right * stride : right * stride + kernel]
            expected[0, down, right] = (part * weights[..., 0]).sum((0, 1))
    np.testing.assert_allclose(np.asarray(layer(picture.astype(np.float32))), expected, atol=1e-4)


def tiny(nets, size):
    """Build a network of a few weights with all that a teacher has: normalisation, dropout, a depthwise filter."""
    import keras

    inputs = keras.Input((size, size, 1), dtype="uint8")
    values = nets._convolved(keras.layers.Rescaling(1 / 128, -1)(inputs), 4, 3, 4, "stem")
    values = nets._depthwise(values, 3, 2, "block_depthwise")
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="pooled")(values))


class KilledError(Exception):
    pass


def test_a_killed_training_goes_on_to_the_same_answers(load, tmp_path, monkeypatch):
    script, nets = load("teacher_net"), load("_teacher_nets")
    monkeypatch.setattr(nets, "build", lambda name, size, drop: tiny(nets, size))
    weights = {one.name: one.get_weights() for one in tiny(nets, 48).layers if one.get_weights()}
    nets.save_weights(weights, tmp_path / "tiny.npz")
    faces = some_faces(load, 40)
    plan = script.Plan("tiny", epochs=3, batch=8, size=48, ema=0.9, threads=1)
    monkeypatch.setattr(script, "CHECKPOINT_STEPS", 4)
    whole = script.answered(script.fitted(plan, faces, tmp_path, tmp_path / "whole.npz"), faces.pixels, 48)
    keep = script._keep

    def keep_and_die(model, path, done):
        keep(model, path, done)
        raise KilledError

    monkeypatch.setattr(script, "_keep", keep_and_die)
    for _ in range(3):  # after steps 4, 8 and 12 of 15, the middle of each epoch
        with pytest.raises(KilledError):
            script.fitted(plan, faces, tmp_path, tmp_path / "killed.npz")
    monkeypatch.setattr(script, "_keep", keep)
    again = script.answered(script.fitted(plan, faces, tmp_path, tmp_path / "killed.npz"), faces.pixels, 48)
    np.testing.assert_allclose(again, whole, atol=1e-6)
    assert whole.std(0).max() > 1e-4
