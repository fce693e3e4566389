"""What is planted in clips is found, and in clips without a fault nothing is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr

from mien import audit, collect, kinds
from mien.kinds.sound._checks import CHECKS

TIME = np.arange(64_000) / 16_000


def chord() -> np.ndarray:
    """Three notes with their overtones, held for two seconds, then three others; each fades as a string does."""
    notes = np.where(TIME[:, None] < 2, [262, 330, 392], [294, 349, 440])
    tones = sum(0.1 / n * np.sin(2 * np.pi * n * notes * TIME[:, None]) for n in range(1, 16))
    return 10 ** (-(TIME % 2)) * tones.sum(axis=1)


@pytest.fixture(scope="module")
def planted(tmp_path_factory, speak, save):
    folder = tmp_path_factory.mktemp("planted")
    draw, clip = np.random.default_rng(0), speak(0)
    silence = np.zeros(160_000, np.float32)
    files = {
        "silent": save(draw.normal(0, 1e-4, 16_000)),
        "clipped": save(np.clip(6 * speak(20), -1, 1)),
        "dc-offset": save(speak(21) + 0.05),
        "short-clip": save(speak(22)[4000:7000]),
        "long-clip": save(np.tile(speak(1, 3.1), 22), form="FLAC"),
        "mostly-silence": save(np.concatenate([silence, clip[4000:9000], silence]), form="FLAC"),
        "no-speech": save(draw.normal(0, 0.1, 32_000)),
        "music": save(chord()),
        "narrow-band": save(soxr.resample(soxr.resample(speak(2), 16_000, 8_000), 8_000, 16_000), 44_100),
        "dead-channel": save(np.stack([speak(3), 0 * speak(3)], axis=1)),
        "truncated": save(speak(4))[:9000],
    }
    for number, (issue, data) in enumerate(files.items()):
        label = folder / ("calm" if number % 2 else "happy")
        label.mkdir(exist_ok=True)
        (label / f"{issue}.{'flac' if data[:4] == b'fLaC' else 'wav'}").write_bytes(data)
    (folder / "calm" / "wrong-ending.wav").write_bytes(save(speak(5), form="OGG"))
    (folder / "happy" / "near-copy.mp3").write_bytes(save(0.6 * speak(6)[3000:-2000], 44_100, form="MP3"))
    (folder / "happy" / "one.wav").write_bytes(save(speak(6)))
    for number in range(8, 14):
        (folder / "calm" / f"good-{number}.wav").write_bytes(save(speak(number)))
    return audit.check(collect.scan(folder)).findings.frame


def test_what_was_planted_is_found_and_nothing_else(planted):
    found = {(name.split("/")[1].rsplit(".")[0], issue) for name, issue in planted.select("id", "issue").iter_rows()}
    expected = {issue.word for check in CHECKS for issue in check.issues} | {"truncated"}
    copies = {(name, issue) for name, issue in found if issue == "near-copy"}
    assert found - copies == {(word, word) for word in expected}
    assert len(copies) == 1


def test_the_sentences_speak_of_clips(planted):
    why = dict(planted.select("issue", "why").iter_rows())
    assert why["short-clip"].endswith("short-clip.wav' is 0.19 seconds long.")
    assert "ends in .wav, but its bytes are Ogg file" in why["wrong-ending"]
    assert "is a changed copy of" in why["near-copy"]


def test_each_issue_has_its_section_on_the_page():
    page = (Path(__file__).parents[3] / "docs" / "sounds.md").read_text(encoding="utf-8")
    for check in kinds.kind("sound").checks():
        for issue in check.issues:
            assert f"`{issue.word}`" in page
