"""How much `sample:voices` teaches: an SVM on plain statistics of its clips, and on single ones, for unseen speakers.

$ python bench/sample_voices.py        writes 480 clips of two seeds into a folder that is removed
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from _results import record, table
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien import samples
from mien.collect import scan
from mien.kinds import kind
from mien.kinds.sound._activity import trimmed
from mien.kinds.sound._spectrum import bands, decibels

SEEDS = (0, 1)
RATE, FRAME = 16_000, 640


def main() -> None:
    """Measure both seeds, and write the table."""
    found = [_measured(seed) for seed in SEEDS]
    rows = [(name, *(f"{part[name]:.3f}" for part in found)) for name in found[0]]
    head = ("statistics", *(f"right, seed {seed}" for seed in SEEDS))
    body = f"{table(head, rows)}\n\nFour classes, 480 clips, 40 speakers in five folds; guessing gives 0.25."
    record("What `sample:voices` teaches", "python bench/sample_voices.py", body)


def _measured(seed: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        begun = time.process_time()
        frame = scan(samples.synthesise(Path(name) / "voices", seed=seed)).frame
        spent = time.process_time() - begun
        clips = [trimmed(kind("sound").decode(Path(path).read_bytes())) for path in frame["path"]]
    labels, people = frame["label"].to_numpy(), frame["person"].to_numpy()
    parts = {
        "log-mel bands": np.stack([_spectral(clip) for clip in clips]),
        "pitch": np.stack([_pitch(clip) for clip in clips]),
        "level": np.array([[np.log(np.sqrt(np.mean(clip**2)) + 1e-6)] for clip in clips]),
        "length": np.array([[len(clip) / RATE] for clip in clips]),
    }
    chosen = {"all": np.hstack(list(parts.values())), **parts, "mean pitch alone": parts["pitch"][:, :1]}
    right = {name: _right(values, labels, people) for name, values in chosen.items()}
    return {**right, "seconds of CPU to write them": spent}


def _right(values: np.ndarray, labels: np.ndarray, people: np.ndarray) -> float:
    model = make_pipeline(StandardScaler(), SVC(C=3))
    said = cross_val_predict(model, values, labels, groups=people, cv=GroupKFold(5))
    return float((said == labels).mean())


def _spectral(clip: np.ndarray) -> np.ndarray:
    level = decibels(bands(clip, 40))
    level = level - level.mean()
    return np.concatenate([level.mean(0), level.std(0), np.diff(level, axis=0).std(0)])


def _pitch(clip: np.ndarray) -> np.ndarray:
    """Mean, spread, range and slope of the pitch in semitones, and the share of voiced frames, by autocorrelation."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(clip, (0, FRAME)), FRAME)[:: FRAME // 2]
    frames = frames - frames.mean(1, keepdims=True)
    power = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    lags = np.fft.irfft(power)[:, : RATE // 70]
    shortest = RATE // 500
    best = lags[:, shortest:].argmax(1) + shortest
    loud = lags[:, 0] > 0.05 * np.percentile(lags[:, 0], 95)
    voiced = (lags[np.arange(len(lags)), best] > 0.5 * lags[:, 0]) & loud
    if voiced.sum() < 3:
        return np.zeros(5)
    tones = 12 * np.log2(RATE / best[voiced] / 100)
    low, high = np.percentile(tones, [10, 90])
    slope = np.polyfit(np.linspace(0, 1, len(tones)), tones, 1)[0]
    return np.array([np.median(tones), tones.std(), high - low, slope, voiced.mean()])


if __name__ == "__main__":
    main()
