"""A clip is answered by its speech, a recording stretch by stretch; where nobody speaks, nothing is said."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import Predictor
from mien.core.errors import MediaError, SettingError
from mien.kinds import Window
from mien.predict import Recording, Stretch, _recording, listen

RATE = 16_000
LOUD, SOFT = 0.15, 0.02


@pytest.fixture(scope="module")
def model(loudness):
    return Predictor(loudness)


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.fixture(scope="module")
def call(talk):
    """Nobody, somebody angry, nobody, somebody calm and then angry without a pause: 2 + 4 + 3 + 4 + 4 + 2 seconds."""
    parts = (np.zeros(2 * RATE), talk(4, LOUD), np.zeros(3 * RATE), talk(4, SOFT), talk(4, LOUD, 1), np.zeros(2 * RATE))
    return np.concatenate(parts).astype(np.float32)


def test_a_clip_is_answered_and_one_without_a_voice_is_not(model, talk):
    answer = model.predict(talk(1.0, LOUD))
    assert (answer.label, answer.sentence, answer.reason) == ("angry", "Sounds angry", None)
    for nothing in (np.zeros(RATE), np.sin(np.arange(3 * RATE) / 5) * 0.3):
        answer = model.predict(nothing.astype(np.float32))
        assert (answer.label, answer.probabilities, answer.error) == (None, None, None)
        assert answer.sentence == answer.summary == "No speech found"
        assert answer.reason == "No speech was found in the clip. To judge it all the same: --inputs whole."
        assert not answer.sure
        assert model.with_options(inputs="whole").predict(nothing.astype(np.float32)).label in model.labels


def test_a_long_clip_is_answered_by_the_mean_of_its_windows_with_speech(model, call):
    pairs = [(window.weight, row) for window, row in model.windows(call) if row is not None]
    wanted = np.average([row for _, row in pairs], axis=0, weights=[weight for weight, _ in pairs])
    for sample in (call, wav(call), io.BytesIO(wav(call))):
        answer = model.predict(sample)
        assert list(answer.probabilities.values()) == pytest.approx(wanted.tolist(), abs=1e-3)
    prepared = model.prepare(call)
    assert len(prepared.rows) == len(prepared.weights) == len(pairs)
    served = model.answer(prepared, model.probabilities(prepared.rows))
    assert served.probabilities == pytest.approx(model.predict(call).probabilities, abs=1e-6)
    some = model.with_options(labels=("calm", "angry"))
    assert list(some.predict(call).probabilities) == ["calm", "angry"]
    silent = model.prepare(np.zeros(RATE, np.float32))
    assert model.answer(silent, model.probabilities(silent.rows)).sentence == "No speech found"


@pytest.mark.parametrize("live", [False, True])
def test_a_recording_becomes_stretches(model, call, live):
    recording = Recording(model.labels)
    source = iter(np.array_split(call, 50)) if live else wav(call)
    found = list(listen(model, source, recording, live=live))
    assert [stretch.label for stretch in found] == [None, "angry", None, "calm", "angry", None]
    times = [(stretch.start, stretch.end) for stretch in found]
    wanted = [(0, 2), (2, 6), (6, 9), (9, 13), (13, 17), (17, 19)]
    assert np.abs(np.array(times) - np.array(wanted)).max() < 0.8  # half a row where the mood turns
    assert [round(stretch.speech) for stretch in found] == [0, 4, 0, 4, 4, 0]
    assert found[0].sentence == "No speech found"
    assert found[1].sentence == "Sounds angry"
    assert [stretch for stretch in found if stretch.label] == recording.stretches
    assert recording.seconds == pytest.approx(19)
    assert recording.is_long
    assert recording.answer("x").probabilities == pytest.approx(model.predict(call).probabilities, abs=1e-4)
    assert recording.end == ""
    assert recording.close() == ()


def test_what_is_said_of_nothing(model):
    recording = Recording(model.labels)
    assert list(listen(model, np.zeros(8 * RATE, np.float32), recording)) == [Stretch(0.0, 8.0)]
    assert recording.answer("x").reason.startswith("No speech was found")
    assert Stretch(0, 1).to_json() == {
        "start": 0,
        "end": 1,
        "speech": 0,
        "label": None,
        "probabilities": None,
        "prediction_set": [],
        "sure": False,
        "confidence": 0.9,
        "sentence": "No speech found",
    }


def test_what_is_damaged_on_the_way_is_answered_up_to_there(model, call):
    def broken():
        yield call[: 12 * RATE]  # less than is judged at once
        raise MediaError("The tape is torn", issue="unreadable")

    recording = Recording(model.labels)
    assert [stretch.label for stretch in listen(model, broken(), recording)][:4] == [None, "angry", None, "calm"]
    assert recording.end == "The tape is torn."
    assert recording.answer("x").error == "The tape is torn."
    with pytest.raises(MediaError, match="The file is no clip"):
        list(listen(model, b"nothing", Recording(model.labels)))
    with pytest.raises(MediaError, match="There is no file"):
        list(listen(model, "no-such.wav", Recording(model.labels)))


def test_who_ends_it_keeps_what_was_heard(model, call):
    def stopped():
        yield np.concatenate([call, np.zeros(40 * RATE, np.float32)])
        raise KeyboardInterrupt

    recording = Recording(model.labels)
    assert "calm" in [stretch.label for stretch in listen(model, stopped(), recording)]
    assert recording.end == ""


def test_a_picture_has_no_time_line(two_heads):
    with pytest.raises(SettingError, match="A picture is judged as a whole"):
        list(Predictor(two_heads).windows(np.zeros((4, 4, 3), np.uint8)))


SPANS = st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0)), max_size=40)


def laid(values: list[tuple[float, float, float]]) -> list[tuple[Window, np.ndarray | None]]:
    """Windows of a second: where speech begins and ends in each, and how probable the first class is."""
    found = []
    for place, (begin, end, share) in enumerate(values):
        spans = ((place + begin, place + end),) if end > begin + 0.02 else ()
        row = np.array([share, 1 - share], np.float32) if spans else None
        found.append((Window(place, place + 1.0, row, end - begin if spans else 0.0, spans), row))
    return found


@given(SPANS, st.integers(2, 6))
@settings(max_examples=150)
def test_stretches_cover_the_speech_in_order(values, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_recording, "MOST_STRETCHES", most)
        patch.setattr(_recording, "MOST_BINS", most)
        recording, found = Recording(("angry", "calm")), []
        for window, row in laid(values):
            found += recording.add(window, row)
        found += recording.close()
    windows = [window for window, _ in laid(values)]
    spoken = sum(end - start for window in windows for start, end in window.spans)
    assert sum(stretch.speech for stretch in found) == pytest.approx(spoken) == recording.speech
    assert all(stretch.start <= stretch.end for stretch in found)
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(found))
    for stretch in found:
        assert (stretch.label is None) == (stretch.speech == 0)
        assert stretch.label is None or sum(stretch.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert not any(before.label is None is after.label for before, after in pairwise(found))
    talks = [stretch for stretch in found if stretch.label]
    assert all(stretch.label == max(stretch.probabilities, key=stretch.probabilities.get) for stretch in talks)
    assert len(recording.stretches) + recording.left_out == len(talks)
    assert len(recording.stretches) <= most
    assert len(recording.bins) <= most
    assert sum(sums[0] for sums in recording.bins.values()) == pytest.approx(spoken)
    assert len(recording._near) <= 3


def test_a_flicker_ends_no_stretch():
    recording, found = Recording(("angry", "calm")), []
    for window, row in laid([(0.0, 1.0, share) for share in (0.8, 0.8, 0.35, 0.35, 0.8, 0.8, 0.1, 0.1, 0.1)]):
        found += recording.add(window, row)
    found += recording.close()
    assert [stretch.label for stretch in found] == ["angry", "calm"]
