"""The device says what the server says: the same faces, the same crops, the same weights."""

from __future__ import annotations

import base64
import hashlib

import cv2
import numpy as np
import pytest
from onnx import TensorProto, helper

from mien import Predictor, faces
from mien.explain import occlusion
from mien.faces import _fetch
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
  const options = { finder: finder ?? config.finder, check: finder ? null : config.check, inputs };
  return window.device.ask("predict", { sample, model, options });
}"""
# Frames of samples: height, width, and the finder's look at which a mark is one cell.
SIZES = [(600, 900), (480, 480), (1200, 1600), (3000, 2250), (333, 500), (256, 256)]


def on_device(page, data: bytes, name: str = "face-int8", finder: dict | None = None, inputs: str = "auto") -> dict:
    return page.evaluate(ASK, [base64.b64encode(data).decode(), name, finder, inputs])


def differences(first: dict, second: dict) -> float:
    assert set(first) == set(second)
    return max(abs(first[label] - second[label]) for label in first)


@pytest.mark.parametrize(("height", "width"), SIZES, ids=str)
def test_the_device_finds_the_same_faces_and_weighs_them_alike(desk, give, serving, height, width):
    faces = [("happy", 0, 4, 3), ("angry", 1, 11, 2)] if width > height else [("sad", 2, 8, 3)]
    data = give.encoded(give.marked(*faces, height=height, width=width))
    answer = desk.request.post(serving() + "/v1/predict?model=face-int8", data=data).json()["answers"][0]
    found = on_device(desk, data)
    assert len(answer["faces"]) == len(faces)
    assert [face["box"] for face in found["faces"]] == [face["box"] for face in answer["faces"]]
    for mine, other in zip(found["faces"], answer["faces"], strict=True):
        assert differences(mine["probabilities"], other["probabilities"]) < NEAR


@pytest.mark.parametrize("name", ["face", "face-int8"])
@pytest.mark.parametrize("side", [30, 48, 97, 144, 500])
def test_a_whole_picture_weighs_alike(desk, give, name, side):
    data = give.encoded(give.drawn("happy", 4, side))
    wanted = Predictor(name, inputs="faces").predict(data).probabilities
    assert differences(on_device(desk, data, name, inputs="faces")["probabilities"], wanted) < NEAR


def test_what_is_no_face_is_refused_alike(desk, give, serving):
    """One mark lies over a drawn face, one over nothing, and a crop is noise."""
    picture = give.marked(("happy", 0, 4, 3), ("angry", 1, 11, 2))
    picture[100:, 500:] = np.random.default_rng(0).integers(0, 256, (500, 400, 3))
    picture[:, 560:][give.marked(("angry", 1, 11, 2))[:, 560:, 1] == 255] = (0, 255, 0)
    answer = desk.request.post(serving() + "/v1/predict?model=face-int8", data=give.encoded(picture)).json()["answers"][
        0
    ]
    found = on_device(desk, give.encoded(picture))
    assert len(answer["faces"]) == 1
    assert [face["box"] for face in found["faces"]] == [face["box"] for face in answer["faces"]]
    crop = give.encoded(picture[200:260, 600:660])
    assert Predictor("face-int8", inputs="faces").predict(crop).label is None
    refused = on_device(desk, crop, inputs="faces")
    assert (refused["label"], refused["reason"]) == (None, "not-a-face")
    words = desk.evaluate("async (one) => (await import('/view/words.js')).headline(one)", refused)
    assert words == "This does not look like a face"


@pytest.mark.parametrize("doubt", ["faint", "blurred", "covered"])
def test_what_forbids_to_be_sure_is_the_same(desk, give, serving, doubt):
    picture = give.marked(("happy", 0, 8, 2))
    (left, top, width, height) = on_device(desk, give.encoded(picture))["faces"][0]["box"]
    around = slice(top - height // 4, top + 5 * height // 4), slice(left - width // 4, left + 5 * width // 4)
    face, green = picture[around], np.all(picture[around] == (0, 255, 0), axis=2)
    made = cv2.GaussianBlur(face, (0, 0), width / 14) if doubt == "blurred" else (face * 0.06 + 150).astype(np.uint8)
    if doubt == "covered":
        made = face.copy()
        made[int(0.55 * len(face)) :, width // 8 : -width // 8] = 200
    picture[around] = np.where(green[..., None], face, made)
    answer = desk.request.post(serving() + "/v1/predict?model=face-int8", data=give.encoded(picture)).json()["answers"][
        0
    ]
    found = on_device(desk, give.encoded(picture))
    assert answer["faces"][0]["doubts"] == found["faces"][0]["doubts"] == [doubt]
    words = desk.evaluate("async (one) => (await import('/view/words.js')).headline(one)", found)
    assert words == answer["sentence"]
    said = "covered too much" if doubt == "covered" else f"too {doubt}"
    assert words.endswith(f"; it is {said} to be sure")


def test_a_photo_from_a_phone_is_turned_and_read_alike(desk, give, serving):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.ascontiguousarray(np.rot90(give.marked(("happy", 0, 8, 2))))
    data = give.encoded(lying, "JPEG", quality=95, exif=exif.tobytes())
    answer = desk.request.post(serving() + "/v1/predict?model=face-int8", data=data).json()["answers"][0]
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


def noisy_net(conftest_finished, conftest_head) -> bytes:
    """A net that sees faces of all sizes everywhere, many over one another: random weights on each cell's colours."""
    rng = np.random.default_rng(3)
    nodes, weights, outputs = [], [], {}
    for stride in (8, 16, 32):
        pool = {"kernel_shape": [stride] * 2, "strides": [stride] * 2}
        nodes.append(helper.make_node("AveragePool", ["input"], [f"mean_{stride}"], **pool))
        for name, count, size in (("cls", 1, 0.06), ("obj", 1, 0.06), ("bbox", 4, 0.01), ("kps", 10, 0.01)):
            table = rng.normal(0, size, (count, 3, 1, 1)).astype(np.float32)
            table -= table.mean(axis=1, keepdims=True)
            fixed = np.full(count, {"cls": 1.2, "obj": 1.2, "bbox": 0.6}.get(name, 0.0), np.float32)
            conftest_head(f"{name}_{stride}", stride, table, fixed, nodes, weights)
            outputs[f"{name}_{stride}"] = helper.make_tensor_value_info(
                f"{name}_{stride}", TensorProto.FLOAT, [1, None, count]
            )
    return conftest_finished(nodes, weights, outputs)


@pytest.fixture(scope="session")
def crowd(net_parts) -> bytes:
    return noisy_net(*net_parts)


@pytest.mark.parametrize(("height", "width"), [(300, 400), (480, 480), (700, 500), (1000, 1400), (90, 2000)], ids=str)
def test_boxes_points_and_scores_are_those_of_opencv(desk, give, crowd, tmp_path, monkeypatch, height, width):
    """Hundreds of boxes over one another: decoding, threshold and suppression, by OpenCV and by the page."""
    digest = hashlib.sha256(crowd).hexdigest()
    monkeypatch.setattr(_fetch, "SHA256", digest)
    monkeypatch.setattr(_fetch, "BYTES", len(crowd))
    (tmp_path / "crowd.onnx").write_bytes(crowd)
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path / "crowd.onnx"))
    desk.route("**/models/crowd.onnx*", lambda route: route.fulfill(body=crowd))
    rng = np.random.default_rng(height)
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    wanted = faces.detector("yunet").find(picture)
    finder = {"name": "yunet", "file": "models/crowd.onnx", "sha256": digest}
    found = on_device(desk, give.encoded(picture), finder=finder)["faces"]
    assert len(wanted) > 8
    assert len(found) == len(wanted)
    np.testing.assert_allclose([one["box"] for one in found], [one.box for one in wanted], atol=1)
    np.testing.assert_allclose([one["score"] for one in found], [one.score for one in wanted], atol=1e-4)
    np.testing.assert_allclose([one["points"] for one in found], [one.landmarks for one in wanted], atol=0.1)


def test_a_file_of_another_hash_is_not_run(desk, give):
    finder = {"name": "yunet", "file": "models/face.onnx", "sha256": "0" * 64}
    with pytest.raises(Exception, match="other-file"):
        on_device(desk, give.encoded(give.marked(*give.one)), finder=finder)


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
