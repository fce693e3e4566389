"""The golden faces in the browser: onnxruntime-web says what Keras says. The others: tests/golden/test_runtimes.py."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from mien import media

ASK = """async ([faces, name]) => {
  const { Device } = await import("/device.js");
  const device = new Device();
  const config = await (await fetch("/mien.json")).json();
  const model = config.models.find((one) => one.name === name);
  const answers = [];
  for (const data of faces) {
    const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
    const options = { finder: null, inputs: "faces" };
    const { probabilities } = await device.ask("predict", { sample, model, options });
    answers.push(model.labels.map((label) => probabilities[label]));
  }
  return answers;
}"""


@pytest.mark.parametrize(("name", "near"), [("face", 1e-4), ("face-int8", 0.1)])
def test_the_browser_says_what_keras_says(desk, golden_faces, name, near):
    crops, expected, _ = golden_faces
    found = desk.evaluate(ASK, [[base64.b64encode(media.encode_png(crop)).decode() for crop in crops], name])
    np.testing.assert_allclose(found, expected, atol=near)
    assert (np.argmax(found, 1) == np.argmax(expected, 1)).all()
