"""The device says what the server says: the same faces, the same crops, the same weights."""

from __future__ import annotations

import base64
import hashlib

import cv2
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien import Predictor, faces
from mien.explain import occlusion
from mien.faces import _fcos
from mien.faces._crop import LANDMARKS
from mien.kinds.picture import _parts

# Largest difference of a weight, device against server. Measured: 0.000 where nothing was enlarged; else the pixels
# differ by one step in 255 here and there (OpenCV enlarges in fixed point), and so do the weights, a little.
NEAR = 0.03
ASK = """async ([data, name, finder, inputs]) => {
  const { Device } = await import("/device.js");
  window.device ??= new Device();
  const config = await (await fetch("/mien.json")).json();
  const model = config.models.find((one) => one.name === name);
  const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const options = { finder: finder ?? config.finder, check: config.check, inputs };
  return window.device.ask("predict", { sample, model, options });
}"""
# What the finder sees, before the face check.
FIND = """async ([data, finder]) => {
  const [{ session, run }, { plainly }, { find }] = await Promise.all(
    ["sessions", "check", "fcos"].map((name) => import(`/engine/${name}.js`)));
  const blob = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { alpha: false });
  canvas.drawImage(bitmap, 0, 0);
  const picture = { ...{ width: bitmap.width, height: bitmap.height, channels: 4 },
    data: canvas.getImageData(0, 0, bitmap.width, bitmap.height).data };
  const net = await session(finder, plainly);
  return find(picture, (pixels, dims) => run(net, "pixels", pixels, dims));
}"""
SIZES = [(600, 900), (480, 480), (1200, 1600), (3000, 2250), (333, 500), (256, 256)]


def on_device(page, data: bytes, name: str = "face-int8", finder: dict | None = None, inputs: str = "auto") -> dict:
    return page.evaluate(ASK, [base64.b64encode(data).decode(), name, finder, inputs])


def asked(page, serving, data: bytes) -> dict:
    """What the server says."""
    return page.request.post(serving() + "/v1/predict?model=face-int8", data=data).json()["answers"][0]


def same_boxes(found: dict, answer: dict) -> None:
    """A box of the device may lie one pixel of the looked-at picture beside the server's: see `NEAR`."""
    boxes = [[face["box"] for face in one["faces"]] for one in (found, answer)]
    assert len(boxes[0]) == len(boxes[1])
    np.testing.assert_allclose(*boxes, atol=max(1, max(found["width"], found["height"]) / 640))


def differences(first: dict, second: dict) -> float:
    assert set(first) == set(second)
    return max(abs(first[label] - second[label]) for label in first)


@pytest.mark.parametrize(("height", "width"), SIZES, ids=str)
def test_the_device_finds_the_same_faces_and_weighs_them_alike(desk, give, serving, height, width):
    faces = [("happy", 0, 0.5, 2.5), ("angry", 1, 7.5, 1.5)] if width > height else [("sad", 2, 4.5, 2.5)]
    data = give.encoded(give.scene(*faces, height=height, width=width))
    answer = asked(desk, serving, data)
    found = on_device(desk, data)
    assert len(answer["faces"]) == len(faces)
    same_boxes(found, answer)
    for mine, other in zip(found["faces"], answer["faces"], strict=True):
        assert differences(mine["probabilities"], other["probabilities"]) < NEAR


@pytest.mark.parametrize("name", ["face", "face-int8"])
@pytest.mark.parametrize("side", [30, 48, 97, 144, 500])
def test_a_whole_picture_weighs_alike(desk, give, name, side):
    data = give.encoded(give.drawn("happy", 4, side))
    wanted = Predictor(name, inputs="faces").predict(data).probabilities
    assert differences(on_device(desk, data, name, inputs="faces")["probabilities"], wanted) < NEAR


def certain(*boxes: tuple[int, int, int]) -> bytes:
    """A file with the inputs and outputs of the detector's that finds faces in these squares: left, top, side."""
    squares = np.array([(left, top, side, side) for left, top, side in boxes], np.float32)
    values = {"scores": np.full(len(boxes), 0.9, np.float32), "boxes": squares}
    values["landmarks"] = squares[:, None, :2] + LANDMARKS * squares[:, None, 2:]
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value)) for name, value in values.items()
    ]
    given = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["H", "W", 3])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in values.items()]
    graph = helper.make_graph(nodes, "certain", [given], outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()


def test_what_is_no_face_is_refused_alike(desk, give, tmp_path, monkeypatch):
    """A detector sees one in a drawn face, one in noise; and a crop is noise."""
    picture = give.scene(("happy", 0, 0.5, 2.5), height=427, width=640)
    picture[100:, 400:] = np.random.default_rng(0).integers(0, 256, (327, 240, 3))
    (tmp_path / "certain.onnx").write_bytes(certain((21, 107, 213), (420, 150, 200)))
    monkeypatch.setattr(_fcos, "FILE", tmp_path / "certain.onnx")
    _fcos._session.cache_clear()
    wanted = faces.checked(faces.detector()).find(picture)
    assert (len(faces.detector().find(picture)), len(wanted)) == (2, 1)
    _fcos._session.cache_clear()
    content = _fcos.fcos_bytes()
    desk.route("**/models/certain.onnx*", lambda route: route.fulfill(body=content))
    finder = {"name": "fcos", "file": "models/certain.onnx", "sha256": hashlib.sha256(content).hexdigest()}
    found = on_device(desk, give.encoded(picture), finder=finder)
    assert [face["box"] for face in found["faces"]] == [list(face.box) for face in wanted]
    crop = give.encoded(picture[200:260, 500:560])
    assert Predictor("face-int8", inputs="faces").predict(crop).label is None
    refused = on_device(desk, crop, inputs="faces")
    assert (refused["label"], refused["reason"]) == (None, "not-a-face")
    words = desk.evaluate("async (one) => (await import('/view/words.js')).headline(one)", refused)
    assert words == "This does not look like a face"


@pytest.mark.parametrize("doubt", ["faint", "blurred", "covered"])
def test_what_forbids_to_be_sure_is_the_same(desk, give, doubt):
    face = give.drawn("happy", 0, 200)[20:190, 15:185]
    made = cv2.GaussianBlur(face, (0, 0), 10) if doubt == "blurred" else (face * 0.06 + 150).astype(np.uint8)
    if doubt == "covered":
        made = face.copy()
        made[int(0.55 * len(face)) :, 15:-15] = 200
    data = give.encoded(made)
    answer = Predictor("face-int8", inputs="faces").predict(data)
    found = on_device(desk, data, inputs="faces")
    assert list(answer.doubts) == found["doubts"] == [doubt]
    words = desk.evaluate("async (one) => (await import('/view/words.js')).headline(one)", found)
    assert words == answer.sentence
    said = "covered too much" if doubt == "covered" else f"too {doubt}"
    assert words.endswith(f"; it is {said} to be sure")


def test_a_photo_from_a_phone_is_turned_and_read_alike(desk, give, serving):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.ascontiguousarray(np.rot90(give.scene(*give.one)))
    data = give.encoded(lying, "JPEG", quality=95, exif=exif.tobytes())
    answer = asked(desk, serving, data)
    found = on_device(desk, data)
    assert (found["width"], found["height"]) == (900, 600)
    np.testing.assert_allclose(found["faces"][0]["box"], answer["faces"][0]["box"], atol=1)
    assert differences(found["probabilities"], answer["probabilities"]) < NEAR


def test_transparency_lies_on_white(desk):
    clear = np.zeros((60, 60, 4), np.uint8)
    clear[20:40, 20:40] = (90, 90, 90, 128)
    data = cv2.imencode(".png", clear)[1].tobytes()
    wanted = Predictor("face-int8", inputs="whole").predict(data).probabilities
    assert differences(on_device(desk, data, inputs="whole")["probabilities"], wanted) < NEAR


@pytest.mark.parametrize(("height", "width"), [(300, 400), (480, 480), (700, 500), (1000, 1400), (90, 2000)], ids=str)
def test_boxes_points_and_scores_are_those_of_the_server(desk, give, height, width):
    """Many faces of all sizes, over one another too: look, decoding, and suppression."""
    rng, picture = np.random.default_rng(height), np.full((height, width, 3), 120, np.uint8)
    for number in range(12):
        side = int(rng.integers(24, min(height, width) // 2))
        y, x = (int(rng.integers(0, end - side)) for end in (height, width))
        picture[y : y + side, x : x + side] = give.drawn("happy", number, side)
    wanted = faces.detector().find(picture)
    config = desk.request.get(desk.url.split("#")[0] + "mien.json").json()
    found = desk.evaluate(FIND, [base64.b64encode(give.encoded(picture)).decode(), config["finder"]])
    assert len(wanted) > 1
    assert len(found) == len(wanted)
    np.testing.assert_allclose([one["box"] for one in found], [one.box for one in wanted], atol=1)
    np.testing.assert_allclose([one["score"] for one in found], [one.score for one in wanted], atol=0.01)
    np.testing.assert_allclose([one["points"] for one in found], [one.landmarks for one in wanted], atol=0.5)


def test_a_file_of_another_hash_is_not_run(desk, give):
    finder = {"name": "fcos", "file": "models/face.onnx", "sha256": "0" * 64}
    with pytest.raises(Exception, match="other-file"):
        on_device(desk, give.encoded(give.scene(*give.one)), finder=finder)


def test_what_mattered_is_what_mien_explain_says(desk, give):
    """The page keeps the drop of each patch; spread over the pixels they are the map."""
    picture = give.drawn("happy", 0, 48)
    data = base64.b64encode(give.encoded(picture)).decode()
    model = Predictor("face-int8")
    label = int(model.probabilities(picture[None])[0].argmax())
    drops = desk.evaluate(
        """async ([data, label]) => {
          const { Device } = await import("/device.js");
          const config = await (await fetch("/mien.json")).json();
          const model = config.models.find((one) => one.name === "face-int8");
          const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
          const asked = { sample, model, index: 0, label: model.labels[label], options: { inputs: "faces" } };
          return (await new Device().ask("explain", asked)).grid;
        }""",
        [data, label],
    )
    bumps = _parts._bumps(48, 8)
    share = bumps / bumps.sum(axis=0)
    heat = share.T @ np.array(drops) @ share
    np.testing.assert_allclose(heat, occlusion(model.probabilities, picture), atol=0.02)
