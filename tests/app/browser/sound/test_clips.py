"""Clips that are given, and what comes back: what the server says, from the same samples, speech and windows."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from mien import Predictor, kinds
from mien.core.types import InputContract
from mien.kinds.sound._activity import levels, sounding, trimmed
from mien.kinds.sound._rows import row
from mien.kinds.sound._speech import speech
from mien.predict import Recording

RATE = 16_000
SOUND = kinds.kind("sound")

# What several scripts of these tests share: samples as text, for lists of numbers take seconds to hand over.
TEXT = """
  const read = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const letter = (byte) => String.fromCharCode(byte);
  const write = (samples) => btoa(Array.from(new Uint8Array(samples.buffer), letter).join(""));
"""


def text(samples: np.ndarray) -> str:
    return base64.b64encode(samples.astype(np.float32).tobytes()).decode()


def numbers(letters: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(letters), np.float32)


def test_an_example_of_our_own_is_answered_at_first_sight(first, hearing, do):
    page, asked = first
    assert "a computer made this voice" in page.inner_text(".player")
    assert page.inner_text("#headline").startswith(("Sounds ", "Between ", "Probably ", "Not sure"))
    assert page.locator("#history").is_hidden()
    assert not [one for one in asked if not one.startswith("GET ")]
    example = page.request.get(page.url + "kinds/sound/example.mp3").body()
    np.testing.assert_allclose(
        do.answered(page), [*Predictor(hearing).predict(example).probabilities.values()], atol=0.02
    )


def test_nothing_moves_while_the_page_comes(first, shift):
    page, _ = first
    assert shift(page) < 0.05


EXACT = [("WAV", "PCM_16", RATE), ("FLAC", None, RATE), ("WAV", "PCM_24", RATE), ("WAV", "FLOAT", RATE)]
NEAR = [("WAV", None, 44_100), ("WAV", None, 48_000), ("FLAC", None, 22_050), ("WAV", None, 8_000)]
NEAR += [("OGG", "VORBIS", 44_100), ("OGG", "OPUS", 48_000), ("MP3", None, 44_100), ("MP3", None, RATE)]


@pytest.mark.parametrize(("form", "subtype", "rate"), EXACT + NEAR)
def test_the_device_answers_as_the_server_does(page, hearing, form, subtype, rate, do):
    data = do.file(do.voice(1, 1.7), form, subtype, rate)
    do.give(page, data)
    wanted = [*Predictor(hearing).predict(data).probabilities.values()]
    np.testing.assert_allclose(do.answered(page), wanted, atol=1e-3 if rate == RATE and form != "MP3" else 0.02)


def test_what_browsers_record_is_read_and_its_length_found(page, hearing, do):
    data = do.streamed(do.voice(2, 1.7))
    do.give(page, data)
    wanted = [*Predictor(hearing).predict(data).probabilities.values()]
    np.testing.assert_allclose(do.answered(page), wanted, atol=0.05)


def test_channels_become_one_as_on_the_server(page, hearing, do):
    one = do.voice(4, 1.5)
    for pair in ((one, one * 0), (one, -one), (one, do.voice(5, 1.5))):
        data = do.file(np.stack(pair, axis=1))
        do.give(page, data)
        wanted = [*Predictor(hearing).predict(data).probabilities.values()]
        np.testing.assert_allclose(do.answered(page), wanted, atol=1e-3)


CUT = (
    """async (clips) => {"""
    + TEXT
    + """
  const { levels, sounding, chosen, row } = await import("/kinds/sound/activity.js");
  return clips.map(([letters, length]) => {
    const samples = read(letters);
    const level = write(Float32Array.from(levels(samples)));
    return [level, sounding(samples), chosen(samples, length), write(row(samples, length))];
  });
}"""
)


def test_the_device_cuts_as_training_does(page, do):
    random = np.random.default_rng(3)
    clips = [do.voice(index)[: random.integers(5_000, 40_000)] for index in range(6)]
    around = np.zeros(7_001, np.float32), np.zeros(311, np.float32)
    clips += [np.concatenate([around[0], clip * 0.01, around[1]]) for clip in clips[:3]]
    clips += [np.full(400, 0.2, np.float32), random.normal(0, 0.1, 20_000).astype(np.float32), around[0]]
    found = page.evaluate(CUT, [[text(clip), 16_000] for clip in clips])
    for clip, (level, flags, part, made) in zip(clips, found, strict=True):
        np.testing.assert_allclose(numbers(level), levels(clip), atol=1e-4)
        assert flags == sounding(clip).tolist()
        np.testing.assert_array_equal(numbers(made), row(clip, 16_000))
        assert part[1] - part[0] == min(len(trimmed(clip)), 16_000)


RESAMPLE = (
    """async ([letters, from]) => {"""
    + TEXT
    + """
  const { resample } = await import("/kinds/sound/resample.js");
  return write(await resample(read(letters), from, 16_000));
}"""
)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
def test_another_rate_is_what_soxr_makes_of_it(page, rate, do):
    clip = soxr.resample(do.voice(6, 1.0), RATE, rate).astype(np.float32)
    found = numbers(page.evaluate(RESAMPLE, [text(clip), rate]))
    wanted = soxr.resample(clip, rate, RATE, quality="HQ")
    assert abs(len(found) - len(wanted)) <= 1
    length = min(len(found), len(wanted))
    off = np.sum((found[:length] - wanted[:length]) ** 2) / np.sum(wanted**2)
    assert 10 * np.log10(off) < -50  # decodeAudioData into 16 kHz is 36 below, an OfflineAudioContext's rendering 30


RATES = """async (heads) => {
  const { rateOf } = await import("/kinds/sound/rate.js");
  return heads.map((text) => rateOf(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))));
}"""


def rates(page: Page, heads: list[bytes]) -> list[int]:
    return page.evaluate(RATES, [base64.b64encode(head).decode() for head in heads])


def test_the_rate_is_read_off_the_file(page, do):
    clip = do.voice(7, 0.5)
    forms = [("WAV", None), ("FLAC", None), ("OGG", "VORBIS"), ("MP3", None)]
    wanted = [
        (rate, do.file(clip, form, subtype, rate)) for form, subtype in forms for rate in (16_000, 22_050, 44_100)
    ]
    wanted += [(48_000, do.file(clip, "OGG", "OPUS", 16_000)), (48_000, b"RIFF"), (48_000, b"")]
    wanted.append((24_000, b"ID3\4\0\0\0\0\0\5" + bytes(5) + do.file(clip, "MP3", None, 24_000)[:400]))
    assert rates(page, [data for _, data in wanted]) == [rate for rate, _ in wanted]


MARKS = (b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt ", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"")


@given(st.lists(st.tuples(st.sampled_from(MARKS), st.binary(max_size=80)), min_size=40, max_size=80))
@settings(max_examples=5)
def test_no_file_s_beginning_is_a_trouble(first, starts):
    found, _ = first
    assert all(8_000 <= rate <= 96_000 for rate in rates(found, [mark + rest for mark, rest in starts]))


HEAR = (
    """async ([letters, length, rows]) => {"""
    + TEXT
    + """
  const { windowsOf } = await import("/kinds/sound/windows.js");
  const { speech } = await import("/kinds/sound/speech.js");
  const { stretchesOf, isLong } = await import("/kinds/sound/stretches.js");
  const samples = read(letters);
  const found = windowsOf(samples, length);
  const rest = [...rows];
  const answered = found.map((one) => ({ ...one, probabilities: one.row ? rest.shift() : null }));
  const sent = found.map((one) => ({ ...one, row: one.row && write(one.row) }));
  return [speech(samples), sent, stretchesOf(answered), isLong(answered)];
}"""
)


@pytest.fixture(scope="module")
def recordings(do) -> list[np.ndarray]:
    """Of several lengths: talk, pauses, noise, a tone, silence."""
    random = np.random.default_rng(5)
    talk = [do.voice(index) * random.uniform(0.1, 1) for index in range(20, 27)]
    quiet = [np.zeros(round(seconds * RATE), np.float32) for seconds in (0.3, 2.2)]
    noise = random.normal(0, 0.02, 3 * RATE).astype(np.float32)
    tone = (0.2 * np.sin(0.2 * np.arange(2 * RATE))).astype(np.float32)
    long = np.concatenate([*talk[:3], quiet[1], *talk[3:5], noise, tone, *talk[5:], quiet[1]])
    return [talk[0][:9_000], talk[1], np.concatenate([talk[2], quiet[0], talk[3]]), noise, long]


@pytest.mark.parametrize("which", range(5))
def test_the_device_hears_speech_where_python_does(page, recordings, which):
    clip, length, labels = recordings[which], 16_000, ("a", "b", "c")
    contract = InputContract(labels, length, kind="sound", shape=(length,), dtype="float32")
    wanted = [*SOUND.windows([clip], contract)]
    rows = np.random.default_rng(which).dirichlet([0.4] * 3, len(wanted)).astype(np.float32)
    kept = iter(rows)
    recording, stretches = Recording(labels), []
    for window in wanted:
        stretches += recording.add(window, next(kept) if window.row is not None else None)
    stretches += recording.close()
    flags, windows, found, is_long = page.evaluate(HEAR, [text(clip), length, rows.tolist()])
    assert flags == speech(clip).tolist()
    assert is_long == recording.is_long
    for one, other in zip(windows, wanted, strict=True):
        assert [one["start"], one["end"], one["weight"]] == pytest.approx([other.start, other.end, other.weight])
        np.testing.assert_allclose(np.ravel(one["spans"]), np.ravel(other.spans), atol=1e-9)
        assert (one["row"] is None) == (other.row is None)
        np.testing.assert_array_equal(numbers(one["row"] or ""), [] if other.row is None else other.row)
    for one, other in zip(found, stretches, strict=True):
        assert [one["start"], one["end"]] == pytest.approx([other.start, other.end])
        np.testing.assert_allclose(one["probabilities"] or [], [*(other.probabilities or {}).values()], atol=1e-6)


def test_silence_and_tones_get_no_emotion(page, hearing, do):
    do.give(page, do.file(np.zeros(RATE, np.float32)), "still.wav")
    assert page.inner_text("#headline") == "No speech found"
    assert page.locator(".bars").count() == page.locator(".over").count() == page.locator(".bracket").count() == 0
    tone = (0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    do.give(page, do.file(tone), "tone.wav")
    assert page.inner_text("#headline") == "No speech found"
    assert Predictor(hearing).predict((RATE, tone)).label is None
    page.get_by_role("button", name="Judge it all the same").click()
    page.wait_for_selector(".by:has-text('judged as a whole')")
    wanted = Predictor(hearing, inputs="whole").predict((RATE, tone)).probabilities
    np.testing.assert_allclose(do.answered(page), [*wanted.values()], atol=1e-3)


def test_a_longer_recording_is_answered_over_time(page, hearing, do):
    parts = [do.voice(8, 3), np.zeros(5 * RATE, np.float32), do.voice(9, 3)]
    whole = np.concatenate(parts)
    do.give(page, do.file(whole), "long.wav")
    wanted = [*Predictor(hearing).predict((RATE, whole)).probabilities.values()]
    np.testing.assert_allclose(do.answered(page), wanted, atol=1e-3)
    assert "Marked is where somebody speaks" in page.inner_text(".player")
    assert page.locator(".bracket").count() >= 2
    page.click(".over summary")
    runs = page.locator(".runs li").all_inner_texts()
    assert runs[0].startswith("0:00 to ")
    assert [run for run in runs if re.fullmatch(r"0:0[23] to 0:0[789]: no speech found", run)]
    assert page.locator(".columns .nobody").count() >= 6
    assert page.locator(".columns rect").count() > 3 * 8
    do.give(page, do.file(whole[: RATE + 99]), "short.wav")
    assert page.locator(".over").count() == 0


REFUSED = {
    "a picture": (lambda do: b"\x89PNG\r\n\x1a\n" + bytes(40), "cannot read this file as sound"),
    "nothing": (lambda do: b"", "This file is empty"),
    "rubbish": (lambda do: b"no sound at all", "cannot read this file as sound"),
    "a click": (lambda do: do.file(np.full(80, 0.5, np.float32)), "too short"),
    "eleven minutes": (lambda do: do.file(np.zeros(11 * 60 * RATE, np.float32), "FLAC"), "at most 10 minutes"),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_judged_is_a_sentence(page, sent, do):
    make, words = sent
    page.evaluate("window.decoded = 0")
    page.set_input_files("#choose", do.opened(make(do)))
    page.wait_for_selector(f"#alert:has-text('{words}')")
    assert page.evaluate("window.decoded") == (0 if words in ("This file is empty", "at most 10 minutes") else 1)


def test_too_many_bytes_are_not_read(page, do):
    page.evaluate("import('/main.js').then(({ judge }) => { judge.config.limits.bytes = 999; })")
    page.set_input_files("#choose", do.opened(do.file(do.voice(1, 0.5))))
    page.wait_for_selector("#alert:has-text('This file has')")
    page.evaluate("import('/main.js').then(({ judge }) => { judge.config.limits.bytes = 20e6; })")


def test_a_dropped_clip_is_answered(page, do):
    data = base64.b64encode(do.file(do.voice(2, 1.2))).decode()
    page.evaluate("document.querySelector('#headline')?.removeAttribute('id')")
    page.evaluate(
        """(text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const held = new DataTransfer();
          held.items.add(new File([bytes], "dropped.wav", { type: "audio/wav" }));
          dispatchEvent(new DragEvent("drop", { dataTransfer: held, cancelable: true }));
        }""",
        data,
    )
    page.wait_for_selector("#headline")
    assert "dropped.wav" in page.inner_text(".player")


def test_a_corrected_clip_is_given_with_consent_alone(page, inbox, do):
    clip = do.voice(12, 1.2)
    do.give(page, do.file(clip))
    page.click("summary:has-text('That is wrong')")
    page.select_option("#right-class", "sad")
    page.get_by_role("button", name="Give the clip").click()
    page.wait_for_selector(".told:has-text('Tick the box first')")
    assert not [*inbox.glob("*/*")]
    page.check("#consent")
    page.get_by_role("button", name="Give the clip").click()
    page.wait_for_selector(".told:has-text('Thank you')")
    (kept,) = inbox.glob("sad/*.flac")
    np.testing.assert_allclose(SOUND.decode(kept.read_bytes()), clip, atol=1e-4)
    (fact,) = (json.loads(line) for line in (inbox / ".consent.jsonl").read_text().splitlines())
    assert fact["consent"]
    assert fact["said"] in ("calm", "happy", "sad")


def test_what_was_given_is_shown_again(page, do):
    do.give(page, do.file(do.voice(1, 1.2)), "one.wav")
    one = do.answered(page)
    do.give(page, do.file(do.voice(2, 1.2)), "two.wav")
    assert do.answered(page) != one
    page.locator("#strip button").nth(1).click()
    assert do.answered(page) == one
    assert "one.wav" in page.inner_text(".player")


OF_KIND = """async (config) => {
  const { ofKind } = await import("/config.js");
  return ["sound", "picture", "smell"].map((kind) => ofKind(config, kind));
}"""


def test_a_page_sees_the_models_of_its_kind_and_knows_of_the_others(page):
    models = [
        {"name": "face", "kind": "picture"},
        {"name": "small", "kind": "picture"},
        {"name": "voice", "kind": "sound"},
    ]
    config = {"models": models, "default": "face", "device": "small", "finder": {"name": "fcos"}}
    sound, picture, smell = page.evaluate(OF_KIND, config)
    assert ([one["name"] for one in sound["models"]], sound["default"], sound["device"]) == (
        ["voice"],
        "voice",
        "voice",
    )
    assert (sound["finder"], sound["other"]) == (None, "picture")
    assert ([one["name"] for one in picture["models"]], picture["device"]) == (["face", "small"], "small")
    assert (picture["finder"], picture["other"], smell) == ({"name": "fcos"}, "sound", None)
    assert page.locator("#other").is_hidden()
