"""A server of a model that takes sounds: what is read, what is refused and how, and what an inbox keeps of them."""

from __future__ import annotations

import base64
import io
import json
import sys
from functools import cache

import numpy as np
import pytest
import soundfile
import soxr

from mien import Predictor, collect, kinds
from mien.core.errors import MediaError
from mien.kinds.sound._open import LONGEST, MAX_SAMPLES, bounded
from mien.kinds.sound._stream import Stream
from mien.samples.voices import sample_parameters, synthesise
from mien.serve.api._schema import PredictOut

RATE = 48_000


@cache
def clip(seed: int = 0) -> np.ndarray:
    """A synthesised voice, int16 [T], 48 kHz."""
    made = sample_parameters(3, seed, "happy")
    samples = soxr.resample(synthesise(made), made.recording.rate, RATE)[: round(1.4 * RATE)]
    return (np.clip(samples, -1, 1) * 32_767).astype(np.int16)


def saved(form: str, subtype: str | None = None, samples: np.ndarray | None = None, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, clip() if samples is None else samples, rate, format=form, subtype=subtype)
    return file.getvalue()


def recorded(form: str, codec: str) -> bytes:
    """The same as phones and browsers write it."""
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(clip()[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        for part in av.AudioResampler(format=stream.format, frame_size=stream.frame_size or 960).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


def problem(response, status, *words):
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert (response.status_code, found["status"]) == (status, status)
    for word in words:
        assert word in found["detail"]
    return found


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    return tmp_path_factory.mktemp("given") / "inbox"


@pytest.fixture(scope="module")
def listening(serving, hearing, inbox):
    with serving(models=(str(hearing),), inbox=inbox) as client:
        yield client


FORMATS = [("WAV", None), ("FLAC", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)]


@pytest.mark.parametrize(("form", "subtype"), FORMATS)
@pytest.mark.parametrize("kind", ["", "image/png"])
def test_content_decides_what_a_sound_is(listening, hearing, form, subtype, kind):
    data = saved(form, subtype)
    found = listening.post("/v1/predict", content=data, headers={"content-type": kind}).json()
    (answer,) = found["answers"]
    wanted = Predictor(hearing).predict(data)
    assert (found["model"], found["kind"], answer["label"]) == ("hearing", "sound", wanted.label)
    assert list(answer["probabilities"].values()) == pytest.approx([*wanted.probabilities.values()], abs=1e-5)
    assert (answer["faces"], answer["detector"], answer["error"]) == ([], None, None)
    PredictOut.model_validate(found)


@pytest.mark.parametrize(("form", "codec"), [("ipod", "aac"), ("webm", "libopus")])
def test_what_phones_and_browsers_record_is_answered_with_pyav(listening, monkeypatch, form, codec):
    data = recorded(form, codec)
    assert listening.post("/v1/predict", content=data).json()["answers"][0]["label"]
    monkeypatch.setitem(sys.modules, "av", None)
    found = problem(listening.post("/v1/predict", content=data), 415, "pip install 'mien[av]'")
    assert found["issue"] == "unsupported"


def test_a_form_and_base64_are_taken_too(listening):
    first, second = saved("WAV"), saved("FLAC")
    answers = listening.post("/v1/predict", content=first).json()["answers"]
    sent = [("sample", ("a.wav", first, "audio/wav")), ("sample", ("b.flac", b"fLaC", "audio/flac"))]
    whole, broken = listening.post("/v1/predict", files=sent).json()["answers"]
    assert (whole["name"], whole["probabilities"]) == ("a.wav", answers[0]["probabilities"])
    assert broken["label"] is None
    assert "FLAC" in broken["error"]
    text = base64.b64encode(second).decode()
    assert listening.post("/v1/predict", json={"sample": text}).json()["answers"] == answers


REFUSED = {
    "nothing": (b"", 400, "The request holds no sample", "@clip.wav"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), 415, "PNG picture, not a clip. Save it as WAV or FLAC"),
    "rubbish": (b"no sound at all", 422, "The file is no clip"),
    "cut off": (saved("WAV")[:5000], 422, "ends before its sound is complete"),
    "eleven minutes": (saved("FLAC", None, np.zeros(11 * 60 * 4000, np.float32), 4000), 413, "more than 10 minutes"),
    "another field": (b'{"clip": "abc"}', 400, "Expected: sample", "curl --data-binary @clip.wav"),
    "no base64": (b'{"sample": "hello"}', 400, "Expected: a clip in base64"),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_answered_is_a_sentence_in_the_kind_s_words(listening, sent):
    data, status, *words = sent
    assert "photo" not in problem(listening.post("/v1/predict", content=data), status, *words)["detail"]


def test_a_sample_that_is_too_large_is_not_decoded(serving, hearing):
    with serving(models=(str(hearing),), max_bytes=50_000) as client:
        problem(client.post("/v1/predict", content=saved("WAV")), 413, "larger than 50,000 bytes")


def test_a_header_that_says_too_much_is_refused_before_anything_is_decoded():
    class Long(Stream):
        kind, rate, channels, frames = "wav", 16_000, 1, int(LONGEST * 16_000) + 200_000

        def pieces(self):
            raise AssertionError("it was decoded")

        def close(self):
            pass

    with pytest.raises(MediaError, match="more than 10 minutes"):
        next(bounded(Long(), MAX_SAMPLES))


def test_a_length_that_its_writer_did_not_know_is_no_length(listening):
    data = bytearray(saved("FLAC"))
    data[21] &= 0xF0  # STREAMINFO's count of samples, 36 bits: 0 says that it is not known
    data[22:26] = bytes(4)
    assert listening.post("/v1/predict", content=bytes(data)).json()["answers"][0]["label"]


def test_what_is_for_pictures_is_refused(listening):
    problem(listening.post("/v1/explain", content=saved("WAV")), 422, "The model takes clips")
    problem(listening.post("/v1/predict?inputs=photos", content=saved("WAV")), 400, "a model of clips")


def test_the_openapi_speaks_of_what_is_served(listening, serving, hearing):
    def words(client):
        found = client.get("/openapi.json").json()
        shapes = found["components"]["schemas"]
        content = found["paths"]["/v1/predict"]["post"]["requestBody"]["content"]["application/json"]
        kinds_shown = [example["kind"] for example in shapes["PredictOut"]["examples"]]
        return json.dumps(content), kinds_shown, json.dumps(shapes["ProblemOut"]["examples"])

    text, shown, errors = words(listening)
    assert "A clip in base64." in text
    assert (shown, "mien[av]" in errors, "picture" in errors) == (["sound"], True, False)
    with serving(models=("face", str(hearing))) as client:
        text, shown, errors = words(client)
        assert "A picture or clip in base64." in text
        assert shown == ["picture", "sound"]
        found = client.post("/v1/predict?model=hearing", content=saved("WAV")).json()
        assert (found["model"], found["kind"]) == ("hearing", "sound")
        problem(client.post("/v1/predict?model=hearing", content=b"{}"), 400, "@clip.wav")
        problem(client.post("/v1/predict?model=face", content=b"{}"), 400, "@photo.jpg")


def test_the_page_is_for_what_the_models_take(listening, serving, hearing):
    def pages(client):
        config = client.get("/mien.json").json()
        titles = [client.get(path).text.partition("<title>")[2][:30] for path in ("/", "/sound.html", "/picture.html")]
        return config, [
            "voice" if "this voice" in title else "face" if "this face" in title else "" for title in titles
        ]

    config, titles = pages(listening)
    assert titles == ["voice", "voice", ""]
    assert (config["finder"], config["limits"]["seconds"], config["inbox"]) == (None, 600, True)
    assert [model["kind"] for model in config["models"]] == ["sound"]
    for models, first in ((("face", str(hearing)), "face"), ((str(hearing), "face"), "voice")):
        with serving(models=models) as client:
            config, titles = pages(client)
            assert titles == [first, "voice", "face"]
            assert {model["kind"] for model in config["models"]} == {"picture", "sound"}
            assert client.get("/kinds/sound/example.mp3").headers["content-type"] == "audio/mpeg"
    with serving(models=("face",)) as client:
        assert client.get("/kinds/sound/example.mp3").status_code == client.get("/sound.html").status_code == 404


def test_a_sound_is_kept_once_and_as_samples_alone(listening, inbox):
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", RATE, 1, format="WAV", subtype="PCM_16") as opened:
        opened.title = "recorded at home"
        opened.write(clip())
    data = file.getvalue()
    assert b"recorded at home" in data

    def give(data, **fields):
        fields = {"label": "calm", "consent": "true", "said": "sad", **fields}
        return listening.post("/v1/samples", files={"sample": ("a.wav", data)}, data=fields)

    problem(give(data, consent=""), 400, "consent=true is missing")
    problem(give(data, label="angry"), 400, "calm, happy, sad")
    problem(give(b"no sound at all"), 422, "no clip")
    assert [give(one).json()["stored"] for one in (data, data, saved("FLAC"))] == [True, False, False]
    assert give(saved("FLAC", samples=clip(1)), label="sad").json() == {"stored": True}
    (kept,) = (inbox / "calm").glob("*.flac")
    assert b"recorded at home" not in kept.read_bytes()
    sound = kinds.kind("sound")
    np.testing.assert_allclose(sound.decode(kept.read_bytes()), sound.decode(data), atol=1e-4)
    found = collect.scan(str(inbox))
    assert (found.kind, found.labels) == ("sound", ("calm", "sad"))
