"""A microphone's pieces become samples; no machine of ours has one, so a library stands in for PortAudio's."""

from __future__ import annotations

import sys
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest

from mien.core.errors import MediaError, MissingPartError, SettingError
from mien.kinds.sound import resampled
from mien.media import Microphone, _microphone


class PortAudioError(Exception):
    pass


class Device:
    """A sounddevice of three devices, of which two hear; the stream calls back from a thread, with one buffer."""

    PortAudioError = PortAudioError

    def __init__(self, heard: np.ndarray, rate: int = 48_000, broken: str = "") -> None:
        self.heard, self.rate, self.broken, self.opened = heard, rate, broken, {}

    def query_devices(self, device: object = "all", kind: str = "") -> object:
        if device == "all":
            return [{"max_input_channels": count} for count in (0, 2, 1)]
        return {"default_samplerate": float(self.rate)}

    def InputStream(self, **how: object) -> SimpleNamespace:
        if self.broken:
            raise PortAudioError(self.broken)
        self.opened = how
        self.thread = Thread(target=self._play, daemon=True)
        return SimpleNamespace(start=self.thread.start, close=lambda: None)

    def _play(self) -> None:
        size = self.opened["blocksize"]
        buffer = np.zeros((size, 1), np.float32)
        for start in range(0, len(self.heard), size):
            part = self.heard[start : start + size]
            buffer[: len(part), 0] = part
            self.opened["callback"](buffer[: len(part)], len(part), None, None)
            buffer[:] = 9.0  # PortAudio uses it again


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(_microphone, "_WAITS", 0.3)


def test_what_is_recorded_comes_at_16_khz_until_nothing_comes():
    hertz, rate = 440.0, 48_000
    tone = np.sin(2 * np.pi * hertz * np.arange(rate) / rate).astype(np.float32)
    with Microphone("mic:0", Device(tone)) as found:
        heard = np.concatenate([*resampled(iter(found), found.rate)])
    assert found.end == "The microphone has given nothing for 0.3 seconds."
    assert found.lost == 0
    assert len(heard) == pytest.approx(16_000, abs=20)
    wanted = np.sin(2 * np.pi * hertz * np.arange(len(heard)) / 16_000)
    assert np.abs(heard - wanted)[200:-200].max() < 0.01


def test_numbers_count_what_hears():
    for number, device in (("0", None), ("1", 1), ("2", 2)):
        library = Device(np.zeros(10))
        with Microphone(f"mic:{number}", library):
            assert library.opened["device"] == device
    with pytest.raises(MediaError, match=r"There is no microphone 'mic:3'\. There are 2"):
        Microphone("mic:3", Device(np.zeros(10)))
    for name in ("mic:", "mic:one", "mic:-1"):
        with pytest.raises(SettingError, match=r"Expected: mic:0"):
            Microphone(name, Device(np.zeros(10)))


def test_what_nobody_takes_is_lost_and_counted(monkeypatch):
    monkeypatch.setattr(_microphone, "_HELD", 4)
    library = Device(np.zeros(48_000, np.float32))
    with Microphone("mic:0", library) as found:
        library.thread.join()
        assert found.lost == pytest.approx(0.6)


def test_one_that_cannot_be_opened_is_a_sentence():
    with pytest.raises(MediaError, match=r"'mic:0' cannot be opened \(Device unavailable\). See that it is plugged in"):
        Microphone("mic:0", Device(np.zeros(10), broken="Device unavailable"))
    deaf = Device(np.zeros(10))
    deaf.query_devices = lambda *_: [{"max_input_channels": 0}]
    with pytest.raises(MediaError, match="There is no microphone here"):
        Microphone("mic:0", deaf)


def test_without_the_library_or_portaudio_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingPartError, match=r"pip install 'mien\[mic\]'"):
        Microphone("mic:0")
    monkeypatch.delitem(sys.modules, "sounddevice")
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingPartError, match="PortAudio, which is not installed here"):
        Microphone("mic:0")
