"""The page for sounds, once for each file here: Chromium with a microphone fed from a file, and what is said to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, BrowserContext, Page

from mien.samples.voices import sample_parameters, synthesise

RATE = 16_000
SHARES = "els => Object.fromEntries(els.map(e => [e.dataset.label, Number(e.dataset.probability)]))"


@cache
def voice(index: int = 0, seconds: float | None = None) -> np.ndarray:
    """A synthesised voice, float32 [T], 16 kHz."""
    made = sample_parameters(11, index, "happy")
    samples = soxr.resample(synthesise(made), made.recording.rate, RATE).astype(np.float32)
    return samples if seconds is None else np.resize(samples, round(seconds * RATE))


def file(samples: np.ndarray, form: str = "WAV", subtype: str | None = None, rate: int = RATE) -> bytes:
    made, into = samples if rate == RATE else soxr.resample(samples, RATE, rate), io.BytesIO()
    soundfile.write(into, np.clip(made, -1, 1), rate, format=form, subtype=subtype)
    return into.getvalue()


def streamed(samples: np.ndarray) -> bytes:
    """What MediaRecorder writes: WebM of Opus."""
    av = pytest.importorskip("av")
    into = io.BytesIO()
    with av.open(into, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        high = (soxr.resample(samples, RATE, 48_000) * 32_767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(high[None], format="s16", layout="mono")
        frame.sample_rate = 48_000
        for part in av.AudioResampler(format=stream.format, frame_size=960).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return into.getvalue()


def opened(data: bytes, name: str = "clip") -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture(scope="package")
def browser(launch, tmp_path_factory) -> Iterator[Browser]:
    """Chromium with a microphone that says the same sentence over and over."""
    place = tmp_path_factory.mktemp("microphone") / "said.wav"
    place.write_bytes(file(voice(3), rate=48_000))
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    started = launch(*fake, f"--use-file-for-fake-audio-capture={place}")
    yield started
    started.close()


@pytest.fixture(scope="package")
def context(browser) -> Iterator[BrowserContext]:
    """Tabs that hear this microphone."""
    made = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield made
    made.close()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    return tmp_path_factory.mktemp("given") / "inbox"


@pytest.fixture(scope="module")
def address(serving, hearing, inbox) -> str:
    return serving(models=(str(hearing),), inbox=inbox)


# What the page asked the browser for, and what it was given; the next time it may be refused. And what it decoded.
WATCHED = """
window.decoded = 0;
const decode = OfflineAudioContext.prototype.decodeAudioData;
OfflineAudioContext.prototype.decodeAudioData = function (...given) {
  window.decoded++;
  return decode.apply(this, given);
};
const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (what) => {
  if (window.refusing) throw new DOMException("no", window.refusing);
  window.asked = what;
  return (window.stream = await given(what));
};
"""


@pytest.fixture(scope="module")
def first(context, address) -> Iterator[tuple[Page, list[str]]]:
    """The one page of this file, as it is at first sight, and what it asked for by then."""
    page, asked = context.new_page(), []
    page.set_default_timeout(8_000)
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda said: "Content Security Policy" in said.text and page.troubles.append(said.text))
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.add_init_script(WATCHED)
    page.goto(address)
    page.wait_for_selector("#headline")
    yield page, [*asked]
    assert page.troubles == []
    page.close()


@pytest.fixture
def page(first) -> Page:
    found, _ = first
    found.set_viewport_size({"width": 1280, "height": 900})
    found.emulate_media(color_scheme="null", reduced_motion="null")
    found.locator("#where input[value=device]").check(force=True)
    if found.locator("#forget").is_visible():
        found.click("#forget")
    return found


def give(page: Page, data: bytes, name: str = "clip") -> None:
    """Choose a file, and wait until it is answered."""
    page.evaluate("document.querySelector('#headline')?.removeAttribute('id')")
    page.set_input_files("#choose", opened(data, name))
    page.wait_for_selector("#headline")


def answered(page: Page) -> list[float]:
    return [*page.eval_on_selector_all(".bars li", SHARES).values()]


def record(page: Page) -> None:
    page.click("#live")
    page.get_by_role("button", name="Start recording").click()
    page.wait_for_selector("#recorder")


def heard(page: Page, seconds: int) -> None:
    page.wait_for_selector(f"#recorder .time:has-text('0:0{seconds} of')")


@pytest.fixture(scope="session")
def do() -> SimpleNamespace:
    """What the tests say to the page, and how."""
    said = {"voice": voice, "file": file, "streamed": streamed, "opened": opened}
    return SimpleNamespace(**said, give=give, answered=answered, record=record, heard=heard)
