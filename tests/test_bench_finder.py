"""What the training of a face detector rests on: its file says what the net says, views keep faces in their boxes."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def bench(monkeypatch):
    """The modules of bench/ that the detector is made of, by the last word of their names."""
    monkeypatch.syspath_prepend(str(BENCH))
    names = ("net", "onnx", "grade", "scenes", "targets", "torch", "views")
    return SimpleNamespace(**{name: importlib.import_module(f"_finder_{name}") for name in names})


@pytest.fixture
def trained(bench):
    """A net for 128 pixels that has statistics and answers of its own."""
    model, random = bench.net.build(128), np.random.default_rng(0)
    for layer in model.layers:
        if len(layer.weights) == 4:  # what normalises
            shape = layer.get_weights()[0].shape
            spread = [random.uniform(0.5, 1.5, shape), random.normal(0, 0.2, shape)]
            layer.set_weights([*spread, random.normal(0, 0.3, shape), random.uniform(0.5, 1.5, shape)])
        elif layer.name.startswith("answer"):
            kernel, bias = layer.get_weights()
            layer.set_weights([random.normal(0, 0.3, kernel.shape), bias])
    return model


def face(box, landmarks=None, *, side=64, learnt=True):
    pixels = np.zeros((side, side, 3), np.uint8)
    points = np.full((1, 5, 2), np.nan, np.float32) if landmarks is None else np.float32(landmarks)[None]
    return pixels, np.float32([box]), points, np.array([learnt])


def test_the_file_answers_as_the_net_does(bench, trained, monkeypatch):
    monkeypatch.setattr(bench.onnx, "PYRAMID", (1,))
    pixels = np.random.default_rng(1).integers(0, 256, (128, 128, 3)).astype(np.uint8)
    boxes, scores, landmarks = bench.grade.asking(bench.onnx.exported(trained, 0.5), 0.0)(pixels)
    said = np.asarray(trained(pixels[None].astype(np.float32)))[0]
    surest = int(said[:, 0].argmax())
    centres, steps = bench.net.cells(128, 128)
    reach = np.exp(np.clip(said[surest, 1:5], bench.targets.LOW, bench.targets.HIGH)) * steps[surest]
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-said[surest, 0])), abs=0.02)  # weights have eight bits
    np.testing.assert_allclose(boxes[0], np.r_[centres[surest] - reach[:2], reach[:2] + reach[2:]], rtol=0.05, atol=1)
    points = said[surest, 5:].reshape(5, 2) * steps[surest] + centres[surest]
    np.testing.assert_allclose(landmarks[0], points, atol=0.05 * steps[surest] + 1)


def test_the_net_that_is_trained_is_the_one_that_is_exported(bench):
    import torch

    net, random = bench.torch.Net(128), np.random.default_rng(2)
    for name, values in net.state_dict().items():
        if "normal" in name and "num_batches" not in name:
            values.copy_(torch.from_numpy(random.uniform(0.5, 1.5, values.shape).astype(np.float32)))
    pixels = random.integers(0, 256, (1, 128, 128, 3)).astype(np.float32)
    with torch.no_grad():
        wanted = net.eval()(torch.from_numpy(pixels).permute(0, 3, 1, 2)).numpy()
    found = np.asarray(bench.torch.into_keras(net.state_dict(), bench.net.build(128))(pixels))
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_the_weights_to_go_on_from_are_those_of_the_file_in_the_box(bench):
    from mien.faces import fcos_bytes
    from mien.samples.faces import draw, sample_parameters

    net = bench.torch.Net(64)
    bench.torch.load_weights(net, BENCH / "finder_weights.npz")
    file = bench.onnx.exported(bench.torch.into_keras(net.state_dict(), bench.net.build(64)), 0.5)
    pixels = np.full((160, 200, 3), 150, np.uint8)
    pixels[30:126, 40:136] = draw(sample_parameters(0, 1, "happy"), 96)
    found, wanted = (bench.grade.asking(content, 0.5)(pixels) for content in (file, fcos_bytes()))
    assert len(wanted[1]) == 1
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=0.5)
    np.testing.assert_allclose(found[1], wanted[1], atol=0.01)


def test_the_file_takes_any_size_is_small_and_keeps_no_two_boxes_over_one_another(bench, trained):
    content = bench.onnx.exported(trained, 0.5)
    assert len(content) <= 300_000
    assert [one.name for one in onnx.load_from_string(content).graph.input] == ["pixels", "least"]
    ask = bench.grade.asking(content, 0.0)
    for height, width in ((1, 1), (40, 300), (200, 130)):
        boxes, scores, landmarks = ask(np.full((height, width, 3), 90, np.uint8))
        assert boxes.shape == (len(scores), 4)
        assert landmarks.shape == (len(scores), 5, 2)
        assert (np.diff(scores) <= 0).all()
        shared = bench.scenes.overlaps(boxes, boxes) - np.eye(len(boxes))
        assert shared.max(initial=0) <= bench.onnx.OVERLAP + 1e-5


def test_a_view_moves_faces_with_their_pixels(bench):
    """A white square with five dots: wherever the view takes it, box and landmarks lie on it."""
    points = np.array([[50, 52], [78, 52], [64, 64], [54, 78], [74, 78]], np.float32)
    pixels = np.zeros((128, 128, 3), np.uint8)
    pixels[40:88, 40:88] = 255
    scene = bench.scenes.Scene(pixels, np.float32([[40, 40, 48, 48]]), points[None], np.array([True]))
    kept = 0
    for seed in range(40):
        found = bench.views._warped(scene, np.random.default_rng(seed))
        if not found.learnt.any():
            continue
        kept += 1
        (box,), (landmarks,) = found.boxes, found.landmarks
        inside = landmarks[((landmarks > 1) & (landmarks < bench.views.SIDE - 2)).all(1)]
        if box[2] > 12:
            assert (found.pixels[tuple(inside.round().astype(int).T[::-1])] > 128).all()
        assert (box[:2] >= 0).all()
        assert (box[:2] + box[2:] <= bench.views.SIDE + 1e-3).all()
        across = landmarks[1] - landmarks[0]
        nose, mouth = landmarks[2] - landmarks[:2].mean(0), landmarks[3:].mean(0) - landmarks[:2].mean(0)
        assert across[0] * mouth[1] > across[1] * mouth[0]  # also mirrored, the first eye is the one on the left
        assert nose @ mouth > 0
    assert kept > 20


def test_cells_learn_faces_of_their_size_and_nothing_where_nobody_knows(bench):
    def made(*box, learnt=True):
        return bench.targets.targets(bench.scenes.Scene(*face(box, learnt=learnt)))

    for side, step in ((16, 8), (50, 16), (150, 32)):
        rows = made(100, 100, side, side)
        faces = rows[:, 1] == 1
        assert set(bench.targets.STEPS[faces]) == {step}
        np.testing.assert_array_equal(rows[faces, 2:6], np.tile([100, 100, 100 + side, 100 + side], (faces.sum(), 1)))
        assert (rows[:, 0] == 1).all()
    for passed in (made(100, 100, 60, 60, learnt=False), made(40, 40, 230, 230)):
        assert passed[:, 1].sum() == 0
        assert (passed[:, 0] == 0).any()
    assert (made(0, 0, 300, 300)[:, 0] == 1).all()  # it is found in a smaller copy: here it is none


def cost(loss, truth, said):
    import torch

    return float(loss(torch.from_numpy(truth), torch.from_numpy(said)))


def test_what_is_right_costs_less_than_what_is_off(bench):
    truth = bench.targets.targets(bench.scenes.Scene(*face((100, 100, 50, 50), np.full((5, 2), 125))))[None]
    said = np.zeros((1, *truth.shape[1:2], 15), np.float32)
    said[..., 0] = -8
    rows = truth[0, :, 1] == 1
    centres, steps = bench.targets.CENTRES[rows], bench.targets.STEPS[rows][:, None]
    said[0, rows, 0] = 8
    said[0, rows, 1:5] = np.log(np.concatenate([centres - 100, 150 - centres], 1) / steps)
    said[0, rows, 5:] = ((truth[0, rows, 6:16].reshape(-1, 5, 2) - centres[:, None]) / steps[..., None]).reshape(-1, 10)
    right = cost(bench.targets.loss, truth, said)
    assert right < 0.01
    for column in range(15):
        off = said.copy()
        off[0, rows, column] -= 3 if column else 12
        assert cost(bench.targets.loss, truth, off) > right + 0.05


def test_grades_count_what_is_found_missed_and_wrong(bench):
    boxes = np.float32([[10, 10, 30, 30], [100, 10, 40, 40], [200, 10, 10, 10]])
    scene = bench.scenes.Scene(
        np.zeros((64, 300, 3), np.uint8), boxes, np.full((3, 5, 2), np.nan), np.array([True, True, True])
    )
    answers = np.float32([[11, 11, 30, 30], [12, 12, 30, 30], [200, 10, 10, 10], [250, 10, 40, 40]])

    def find(_):
        return answers, np.array([0.9, 0.8, 0.7, 0.6]), np.zeros((4, 5, 2))

    found = bench.grade.graded(find, [scene])
    np.testing.assert_array_equal(found.scores, [0.9, 0.8, 0.6])  # the small face is not asked for, nor held against it
    np.testing.assert_array_equal(found.right, [True, False, False])
    assert (found.recall(0.0), found.precision(0.0), found.precision(0.85)) == (0.5, pytest.approx(1 / 3), 1.0)
    assert found.recall(0.0, (35, 50)) == 0.0
    assert found.score_at(0.9) == 0.9
