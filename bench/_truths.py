"""How far measured properties are off, on drawn faces and synthetic voices, of which every number is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import soxr

from mien import faces, kinds
from mien.core.types import InputContract
from mien.faces import Face, crop
from mien.samples import voices
from mien.samples.faces import LABELS, FaceParameters, draw, sample_parameters
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._sentences import syllables
from mien.samples.voices._tracks import tracks

SEED, SIDE, SIZE = 3, 192, 64
RATE = 16_000
RANGES = {"exposure": (0.4, 1.2), "contrast": (0.4, 1.2), "blur": (0.0, 4.0), "yaw": (-35.0, 35.0)}


def properties(kind: str) -> dict[str, kinds.Property]:
    """List what can be measured of face crops, or of clips of four seconds."""
    picture = kind == kinds.PICTURE
    contract = (
        InputContract(("a", "b"), SIZE, inputs="faces")
        if picture
        else InputContract(("a", "b"), 4 * RATE, kind=kinds.SOUND, shape=(4 * RATE,), dtype="float32")
    )
    return {one.word: one for one in kinds.kind(kind).properties(contract)}


def concordance(truth: np.ndarray, measured: np.ndarray) -> float:
    """Return of how many pairs the measure says right which has more (Kendall); 0.5 is chance."""
    known = np.isfinite(measured)
    first, second = np.triu_indices(int(known.sum()), 1)
    x, y = truth[known], measured[known]
    agree = np.sign(x[first] - x[second]) * np.sign(y[first] - y[second])
    return float((agree > 0).sum() / (agree != 0).sum())


def off(truth: np.ndarray, measured: np.ndarray) -> float:
    """Return the mean error, in the measure's unit."""
    return float(np.nanmean(np.abs(measured - truth)))


def same(one: kinds.Property, truth: np.ndarray, measured: np.ndarray) -> tuple[float, float]:
    """Return how often the group is right, and how often at most one off; both in thirds where there are no cuts."""
    names = list(one.names)
    pairs = [
        (names.index(was), names.index(got))
        for was, got in zip(one.groups(truth), one.groups(measured), strict=True)
        if was is not None and got is not None
    ]
    apart = np.array([abs(was - got) for was, got in pairs])
    return float((apart == 0).mean()), float((apart <= 1).mean())


def drawn(count: int) -> list[FaceParameters]:
    """Draw the parameters of faces, each a person of its own."""
    return [sample_parameters(SEED, number, LABELS[number % len(LABELS)]) for number in range(count)]


def changed(faces_: Sequence[FaceParameters], what: str) -> tuple[list[FaceParameters], np.ndarray]:
    """Set one number of each face anew, over a wider range than drawn faces have."""
    values = np.random.default_rng(SEED).uniform(*RANGES[what], len(faces_))
    part = {"exposure": "light", "yaw": "pose"}.get(what, "camera")
    made = [
        dataclasses.replace(one, **{part: dataclasses.replace(getattr(one, part), **{what: float(value)})})
        for one, value in zip(faces_, values, strict=True)
    ]
    return made, values


def cut(faces_: Sequence[FaceParameters]) -> tuple[np.ndarray, list[Face], np.ndarray]:
    """Cut faces out as photos are cut: rows, what the detector said, and which of them it found."""
    detector, rows, found, numbers = faces.detector("yunet"), [], [], []
    for number, one in enumerate(faces_):
        picture = draw(one, SIDE)
        seen = detector.find(picture)
        if seen:
            rows.append(crop(picture, seen[0], SIZE))
            found.append(seen[0])
            numbers.append(number)
    return np.stack(rows), found, np.array(numbers)


def angle(colour: Sequence[float]) -> float:
    """Return the ITA of an sRGB colour, 0..1."""
    light, _, yellow = cv2.cvtColor(np.array(colour, np.float32)[None, None], cv2.COLOR_RGB2LAB)[0, 0]
    return float(np.degrees(np.arctan2(light - 50, yellow)))


def of_faces(count: int) -> list[tuple[str, str]]:
    """Measure the errors on drawn faces: word and sentence."""
    known, plain = properties(kinds.PICTURE), drawn(count)
    rows, _, numbers = cut(plain)
    tone = known["skin_tone"]
    truth = np.array([angle(plain[number].identity.skin) for number in numbers])
    measured = tone.values(rows)
    right, near = same(tone, truth, measured)
    classes = f"class right {right:.0%}, at most one off {near:.0%}"
    found = [("skin_tone", f"off by {off(truth, measured):.0f} degrees on average; {classes}")]
    for word, what in (("light", "exposure"), ("contrast", "contrast"), ("sharpness", "blur")):
        made, values = changed(plain, what)
        rows, _, numbers = cut(made)
        sign = -1 if what == "blur" else 1
        found.append((word, ordered(known[word], sign * values[numbers], known[word].values(rows))))
    made, values = changed(plain, "yaw")
    _, seen, numbers = cut(made)
    turned = np.abs(values[numbers])
    measured = known["turn"].values(seen)
    found.append(
        ("turn", f"off by {off(turned, measured):.1f} degrees on average; {ordered(known['turn'], turned, measured)}")
    )
    return [*found, ("glasses", glasses(plain))]


def ordered(one: kinds.Property, truth: np.ndarray, measured: np.ndarray) -> str:
    """Say how often pairs come in the right order, and samples into the right group."""
    right, _ = same(one, truth, measured) if not one.cuts else (float("nan"), 0)
    third = f"; third right {right:.0%}" if not one.cuts else ""
    return f"pairs in the right order {concordance(truth, measured):.0%}{third}"


def glasses(plain: Sequence[FaceParameters]) -> str:
    """Try a rim across the bridge of the nose, the best of the simple measures: cut on half, measured on the rest."""
    rows, _, numbers = cut(plain)
    worn = np.array([plain[number].setting.glasses for number in numbers])
    strength = np.array([_bridge(row) for row in rows])
    half = np.arange(len(worn)) % 2 == 0
    cuts = np.quantile(strength[half], np.linspace(0.02, 0.98, 97))
    best = max(cuts, key=lambda at: _balanced(worn[half], strength[half] > at))
    said = strength[~half] > best
    precise = float(worn[~half][said].mean())
    return f"right {_balanced(worn[~half], said):.0%} (both groups alike); of those it calls glasses {precise:.0%} are"


def _bridge(row: np.ndarray) -> float:
    grey, side = cv2.cvtColor(row, cv2.COLOR_RGB2GRAY).astype(np.float32), len(row)
    edges = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    bridge = edges[int(0.34 * side) : int(0.46 * side), int(0.44 * side) : int(0.56 * side)]
    return float(bridge.max(axis=0).mean() / (grey.std() + 5))


def _balanced(truth: np.ndarray, said: np.ndarray) -> float:
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def clip(voice: voices.VoiceParameters, change: Callable[[np.ndarray], np.ndarray] | None = None) -> np.ndarray:
    """Make the row that a model of clips takes."""
    sound = np.asarray(soxr.resample(voices.synthesise(voice), voice.recording.rate, RATE), np.float32)
    contract = InputContract(("a", "b"), 4 * RATE, kind=kinds.SOUND, shape=(4 * RATE,), dtype="float32")
    return kinds.kind(kinds.SOUND).prepare(change(sound) if change else sound, contract).rows[0]


def telephone(sound: np.ndarray) -> np.ndarray:
    """Leave nothing above 4 kHz."""
    return np.asarray(soxr.resample(soxr.resample(sound, RATE, 8000), 8000, RATE), np.float32)


def of_voices(count: int) -> list[tuple[str, str]]:
    """Measure the errors on synthetic voices: word and sentence."""
    known = properties(kinds.SOUND)
    said = [voices.sample_parameters(SEED, number, voices.LABELS[number % 4]) for number in range(count)]
    rows, pitch, rate = np.stack([clip(one) for one in said]), [], []
    for one in said:
        spoken = tracks(one.speaker, one.delivery, one.sentence, np.random.default_rng([one.grain, 1]))
        pitch.append(np.median(spoken.pitch[spoken.voice > 0.5 * np.percentile(spoken.voice, 90)]))
        rate.append(len(syllables(one.sentence)) * FRAMES / len(spoken.pitch))
    truth, measured = np.array(pitch), known["pitch"].values(rows)
    steps = float(np.nanmean(np.abs(12 * np.log2(measured / truth))))
    found = [
        (
            "pitch",
            f"off by {steps:.1f} semitones on average; group right {same(known['pitch'], truth, measured)[0]:.0%}",
        )
    ]
    for word, unit, truth in (
        ("rate", "syllables a second", np.array(rate)),
        ("noise", "dB", np.array([one.recording.snr for one in said])),
    ):
        measured = known[word].values(rows)
        found.append(
            (word, f"off by {off(truth, measured):.1f} {unit} on average; {ordered(known[word], truth, measured)}")
        )
    narrow = np.stack([clip(one, telephone) for one in said])
    band = known["band"]
    told = [
        np.mean([one == name for one in band.groups(band.values(part))])
        for name, part in zip(band.names, (narrow, rows), strict=True)
    ]
    found.append(("band", f"group right {told[0]:.0%} of clips cut at 4 kHz, {told[1]:.0%} of others"))
    return found
