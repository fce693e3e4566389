"""The model of voices in the box: taken for clips, bound to its terms, and known by what it has heard."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from pathlib import Path

import onnx
import pytest
import soundfile
from PIL import Image

from mien import Predictor
from mien.core.lineage import REASONS, Lineage
from mien.core.onnx_metadata import TERMS_KEY
from mien.core.types import Manifest
from mien.predict import box_model, model_file

EMOTIONS = ("angry", "calm", "disgust", "fear", "happy", "neutral", "sad", "surprise")


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "white").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def clip(talk) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, talk(2.0), 16_000, format="WAV")
    return file.getvalue()


def test_what_came_decides_between_the_models_in_the_box(clip, jpeg, tmp_path):
    path = tmp_path / "clip"
    path.write_bytes(clip)
    spooled = io.BytesIO(clip)
    assert box_model([clip]) == box_model([path]) == box_model([spooled]) == "voice"
    assert spooled.tell() == 0
    assert box_model([jpeg]) == box_model([jpeg, jpeg, clip]) == "face"
    for unknown in ([], [b"nothing"], [tmp_path / "missing.wav"]):
        assert box_model(unknown) == "face"


def test_it_answers_after_installation_and_says_its_terms(clip, mien_here, tmp_path):
    path = tmp_path / "clip.wav"
    path.write_bytes(clip)
    done = mien_here("predict", path, "--json", "--labels", "sad,angry")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer["probabilities"]) == {"sad", "angry"}
    assert "forbids commercial use" in answer["note"]
    assert "forbids commercial use" in done.stderr


def test_the_file_is_small_and_carries_card_terms_and_scores():
    box, path = Predictor("voice"), model_file("voice")
    assert box.labels == EMOTIONS
    assert path.stat().st_size < 3_000_000
    held = {item.key: item.value for item in onnx.load(path).metadata_props}
    assert json.loads(held[TERMS_KEY])["license"] == "CC-BY-NC-SA-4.0"
    assert box.card == (Path(__file__).parents[2] / "docs" / "voice.md").read_text("utf-8")
    assert "Acted speech is far easier than life" in box.card
    assert box.scores["trained_on"] == "clips"


def test_it_knows_whom_it_has_heard():
    known = Lineage.from_text(Predictor("voice").lineage)
    assert known.known
    paths = [f"{number}.wav" for number in range(4)]
    manifest = Manifest.build(
        {
            "id": paths,
            "path": paths,
            "content": [sha256(path.encode()).hexdigest() for path in paths],
            "label": ["sad"] * 4,
            "person": ["RAVDESS 07", "RAVDESS 20", "RAVDESS 21", "nEMO SM0"],
        }
    )
    assert known.seen(manifest).to_list() == [REASONS[3], None, None, None]
