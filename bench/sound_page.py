"""How far the page for sounds is from the server: the same clips, saved in several ways, in Chromium and by Python.

$ python bench/sound_page.py MODEL FOLDER [CLIPS]

MODEL is a model file of clips, FOLDER holds clips (RAVDESS, say), of which every n-th is taken, 24 by default.
"""

from __future__ import annotations

import base64
import io
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
import soxr
from _results import record, table
from playwright.sync_api import Page, sync_playwright

from mien import Predictor, kinds

HOUSE = Path(__file__).parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
RATE = 16_000
WAYS = [("WAV", None, 16_000), ("FLAC", None, 16_000), ("WAV", None, 44_100), ("WAV", None, 48_000)]
WAYS += [("WAV", None, 8_000), ("OGG", "VORBIS", 44_100), ("OGG", "OPUS", 48_000), ("MP3", None, 44_100)]
ASK = """async (data) => {
  const { sampleOf } = await import("/kinds/sound/sample.js");
  const { Device } = await import("/device.js");
  window.device ??= new Device();
  const config = await (await fetch("/mien.json")).json();
  const [model] = config.models;
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const began = performance.now();
  const sample = await sampleOf(new Blob([bytes]), config.limits, "clip");
  const opened = performance.now();
  const answer = await window.device.ask("predict", { sample: sample.onDevice, model, options: {} });
  const times = [opened - began, performance.now() - opened, answer.windows.length];
  const plain = await new OfflineAudioContext(1, 1, 16000).decodeAudioData(bytes.buffer.slice(0));
  const player = new OfflineAudioContext(1, sample.samples.length, 16000);
  const source = player.createBufferSource();
  source.buffer = await new OfflineAudioContext(1, 1, window.rate).decodeAudioData(bytes.buffer.slice(0));
  source.connect(player.destination);
  source.start();
  const rendered = await player.startRendering();
  const all = [sample.samples, plain.getChannelData(0), rendered.getChannelData(0)];
  const text = (samples) => {
    let letters = "";
    for (const byte of new Uint8Array(samples.slice().buffer)) letters += String.fromCharCode(byte);
    return btoa(letters);
  };
  return [answer.probabilities, times, all.map(text)];
}"""


@contextmanager
def serving(model: str) -> Iterator[int]:
    """Run `mien serve` of one model; its port."""
    command = [sys.executable, "-c", "from mien.cli import main; main()", "serve", model, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        line = run.stderr.readline()
        threading.Thread(target=run.stderr.read, daemon=True).start()
        try:
            yield int(line.partition("127.0.0.1:")[2].split()[0])
        finally:
            run.terminate()


def saved(samples: np.ndarray, form: str, subtype: str | None, rate: int) -> bytes:
    """Save a clip of 16 kHz in another way."""
    into = io.BytesIO()
    made = samples if rate == RATE else soxr.resample(samples, RATE, rate)
    soundfile.write(into, np.clip(made, -1, 1), rate, format=form, subtype=subtype)
    return into.getvalue()


def below(found: np.ndarray, wanted: np.ndarray) -> float:
    """Say how far below the clip the difference lies, dB."""
    length = min(len(found), len(wanted))
    off = np.sum((found[:length] - wanted[:length]) ** 2, dtype=np.float64)
    return float(10 * np.log10(np.sum(wanted**2, dtype=np.float64) / max(off, 1e-20)))


def measured(page: Page, predictor: Predictor, clips: list[np.ndarray]) -> list[tuple[object, ...]]:
    """Ask both about every clip, in every way."""
    sound, rows = kinds.kind("sound"), []
    for form, subtype, rate in WAYS:
        page.evaluate("rate => { window.rate = rate; }", rate)
        apart, levels, same = [], [], 0
        for clip in clips:
            data = saved(clip, form, subtype, rate)
            here, _, texts = page.evaluate(ASK, base64.b64encode(data).decode())
            answer, samples = predictor.predict(data), sound.decode(data)
            apart.append(
                max((abs(here[name] - share) for name, share in (answer.probabilities or {}).items()), default=0)
            )
            same += (max(here, key=here.get) if here else None) == answer.label
            heard = (np.frombuffer(base64.b64decode(text), np.float32) for text in texts)
            levels.append([below(one, samples) for one in heard])
        ours, decoded, rendered = np.median(levels, axis=0)
        what = f"{subtype.title() if subtype else form} {rate / 1000:g} kHz"
        figures = (f"{max(apart):.4f}", f"{statistics.mean(apart):.5f}", f"{same} of {len(clips)}")
        rows.append((what, *figures, *(f"{level:.0f}" for level in (ours, decoded, rendered))))
    return rows


def timed(page: Page, clips: list[np.ndarray]) -> list[tuple[object, ...]]:
    """Time what an answer takes, medians in milliseconds."""
    rows = []
    page.evaluate("() => { window.rate = 44100; }")
    for seconds, rounds in ((3, 9), (60, 3)):
        data = saved(np.resize(np.concatenate(clips), seconds * RATE), "WAV", None, 44_100)
        times = [page.evaluate(ASK, base64.b64encode(data).decode())[1] for _ in range(rounds)]
        opened, weighed, windows = (statistics.median(column) for column in zip(*times, strict=True))
        rows.append((f"{seconds} s", f"{opened:.0f}", f"{weighed:.0f}", int(windows)))
    return rows


def main() -> None:
    """Measure and write it down."""
    model, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 24
    sound, files = kinds.kind("sound"), sorted(folder.rglob("*.flac"))
    clips = [sound.decode(path.read_bytes()) for path in files[:: max(1, len(files) // count)][:count]]
    found = subprocess.run(["sh", HOUSE / ".ci" / "chromium"], capture_output=True, text=True, check=True)
    with serving(model) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=[*FLAGS])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector("#where[data-state=ready]")
        rows, times, version = measured(page, Predictor(model), clips), timed(page, clips), browser.version
        browser.close()
    columns = ("saved as", "largest difference", "mean", "same class", "page", "decodeAudioData", "rendered")
    body = (
        f"Chromium {version}, headless; {len(clips)} clips of {folder.name}. How far a probability on the device is"
        " from Predictor's, and how far the samples are below the server's, dB, medians: decoded at the file's own rate"
        " and resampled by the page; decoded straight into 16 kHz; rendered by an OfflineAudioContext of 16 kHz."
        f"\n\n{table(columns, rows)}\n\nMilliseconds on the device for a WAV of 44.1 kHz, medians: decoding and"
        " resampling; finding the speech and answering, with the number of windows. The machine had other work too."
        f"\n\n{table(('recording', 'open', 'answer', 'windows'), times)}"
    )
    record("The page for sounds", "bench/sound_page.py", body)


if __name__ == "__main__":
    main()
