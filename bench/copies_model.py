"""Fit what finds near copies: the projection of signatures, and the small net that compares two pictures.

$ python bench/copies_model.py DATA OUT.npz

Seen: every second picture of FER2013's Training, the photos, and 3,000 drawn faces; the report's pictures are
not, so that bench/sceptic.py has data that is new to it. Copies are changed at random strengths, some in two ways.
Pairs that are none: the closest drawn faces and photos, and FER2013 faces whose fine detail does not agree.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from _changes import KINDS, changed
from scipy.linalg import eigh
from sklearn.neural_network import MLPClassifier

from mien import collect, copies, media, samples
from mien.copies import _registration, _signature
from mien.core import neighbours
from mien.core.files import writing
from mien.core.types import Manifest

COPIES = 6  # of each picture
FALSE = 2e-4  # share of the hardest pairs that may be taken for copies
HIDDEN = 32
LEAST = 0.68  # cosine: pairs a little further apart than those that will be asked about are learnt from too
ALIKE = 0.62  # agreement of fine detail, above which two FER2013 faces may be one picture

Set = tuple[np.ndarray, list[np.ndarray], list[str]]  # reduced pictures, pictures, who is in each (empty: not known)


def main() -> None:
    """Fit, and write the arrays."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    draw = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        sets = [faces(data, draw), photos(data), _drawn(Path(folder))]
    planted = [_copies(pictures, draw) for _, pictures, _ in sets]
    weights = _projection([reduced for reduced, *_ in sets], planted)
    _signature.copies_weights.cache_clear()
    _signature.copies_weights = lambda: weights
    positive = np.concatenate([_measured(one[0], *two) for one, two in zip(sets, planted, strict=True)])
    unlike = [_unlike(reduced, people) for reduced, _, people in sets]
    negative, alone = (np.concatenate([one[number] for one in unlike]) for number in (0, 1))
    print(f"{len(positive)} pairs of copies, {len(negative)} of others", flush=True)
    weights |= _net(positive, negative, alone, draw)
    with writing(out) as beside, beside.open("wb") as file:
        np.savez_compressed(file, **{name: _stored(value) for name, value in weights.items()})
    print(f"{out}: {out.stat().st_size:,} bytes")


def _stored(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float16 if value.size > 5000 else np.float32)


def _set(pictures: list[np.ndarray], people: list[str]) -> Set:
    return np.stack([copies.reduce_picture(picture) for picture in pictures]), pictures, people


def read(manifest: Manifest, most: int = 320) -> list[np.ndarray]:
    rows = manifest.frame.select("path", "container").iter_rows()
    pictures = [media.decode(data) for data in media.read_many(rows)]
    steps = (1 + max(picture.shape) // (2 * most) for picture in pictures)
    return [picture[::step, ::step] for picture, step in zip(pictures, steps, strict=True)]


def faces(data: Path, draw: np.random.Generator) -> Set:
    manifest = collect.scan(data / "fer2013.parquet").of("train")
    return _set(read(type(manifest)(manifest.frame[::2])), [])


def photos(data: Path) -> Set:
    paths = sorted((data / "photos").rglob("*.jpg"))
    pictures = []
    for path in paths:
        picture = media.decode(path.read_bytes())
        pictures.append(picture[:: 1 + max(picture.shape) // 640, :: 1 + max(picture.shape) // 640])
    return _set(pictures, [str(path) for path in paths])


def _drawn(folder: Path) -> Set:
    manifest = collect.scan(samples.draw(folder, samples=3000, seed=77))
    return _set(read(manifest), manifest.frame["person"].to_list())


def _copies(pictures: list[np.ndarray], draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return reduced copies, and the number of the picture of each."""
    reduced, numbers = [], []
    step = max(1, len(pictures) // 4000)
    for number in range(0, len(pictures), step):
        for _ in range(COPIES):
            picture = pictures[number]
            for kind in draw.choice(list(KINDS), 2 if draw.random() < 0.3 else 1, replace=False):
                picture = changed(picture, str(kind), 2.2 * draw.random() ** 0.6, draw)
            reduced.append(copies.reduce_picture(picture))
            numbers.append(number)
    return np.stack(reduced), np.array(numbers)


def _projection(sets: list[np.ndarray], planted: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Fit Fisher's discriminant in the space that mirroring keeps, and in the one that it turns round."""
    order = _signature.mirrored_order()
    own, apart = [], []
    for reduced, (changed_ones, numbers) in zip(sets, planted, strict=True):
        before, after = _gradients(reduced[numbers]), _gradients(changed_ones)
        straight, turned = np.abs(after - before).sum(1), np.abs(after - before[:, order]).sum(1)
        before = np.where((turned < straight)[:, None], before[:, order], before)
        own.append(before)
        apart.append(after - before)
    first, second = np.concatenate(own), np.concatenate(apart)
    parts, mean = [], None
    for sign in (1, -1):
        pictures = (first + sign * first[:, order]) / 2
        if mean is None:
            mean = pictures.mean(0)
            pictures = pictures - mean
        changes = (second + sign * second[:, order]) / 2
        between, within = pictures.T @ pictures / len(pictures), changes.T @ changes / len(changes)
        within += 2e-2 * np.trace(within) / len(within) * np.eye(len(within))
        values, vectors = eigh(between, within)
        parts.append(vectors[:, ::-1][:, : _signature.LENGTH // 2])
        print("Fisher's ratios", np.round(values[::-1][[0, 8, 16, 31]], 1), flush=True)
    return {"mean": mean.astype(np.float32), "projection": np.concatenate(parts, axis=1).astype(np.float32)}


def _gradients(reduced: np.ndarray) -> np.ndarray:
    return np.concatenate([_signature.gradients(part) for part in np.array_split(reduced, max(1, len(reduced) // 512))])


def _all_signatures(reduced: np.ndarray) -> np.ndarray:
    parts = np.array_split(reduced, max(1, len(reduced) // 512))
    return np.concatenate([_signature.signatures(part) for part in parts])


def closeness(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    one, other = one.astype(np.float32), other.astype(np.float32)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(1) / np.maximum(lengths, 1e-6)


def _measured(reduced: np.ndarray, changed_ones: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    own, theirs = _all_signatures(reduced)[numbers], _all_signatures(changed_ones)
    straight, turned = closeness(own, theirs), closeness(own, neighbours.mirror(theirs))
    found = []
    for place, number in enumerate(numbers):
        mirrored = turned[place] > straight[place]
        other = np.ascontiguousarray(changed_ones[place][:, ::-1]) if mirrored else changed_ones[place]
        found.append(
            _registration.measures(reduced[number], other, float(max(straight[place], turned[place]))),
        )
    lost = sum(one is None for one in found)
    print(f"{lost} of {len(found)} copies cannot be registered", flush=True)
    return np.stack([one for one in found if one is not None])


def _unlike(reduced: np.ndarray, people: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Measure the closest pairs that are no copies; and say which of them show two people."""
    found, near = neighbours.pairs(_all_signatures(reduced), LEAST)
    print(f"{len(found)} close pairs", flush=True)
    kept, alone = [], []
    for (first, second, mirrored), closeness in zip(found, near, strict=True):
        other = np.ascontiguousarray(reduced[second][:, ::-1]) if mirrored else reduced[second]
        one = _registration.measures(reduced[first], other, float(closeness))
        if one is not None and (people or _fine(one) < ALIKE):
            kept.append(one)
            alone.append(not people or people[first] != people[second])
    return np.stack(kept), np.array(alone)


def _fine(found: np.ndarray) -> float:
    return 1.02 - float(np.exp(-found[2]))


def _net(
    positive: np.ndarray, negative: np.ndarray, alone: np.ndarray, draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Fit the net. Two pictures of one person are learnt from as well, but the threshold is for different people."""
    values = np.concatenate([positive, negative])
    truth = np.repeat([1, 0], [len(positive), len(negative)])
    learnt = draw.random(len(truth)) < 0.7
    centre, scale = values.mean(0), values.std(0)
    net = MLPClassifier((HIDDEN,), alpha=0.01, max_iter=800, random_state=0)
    net.fit(((values - centre) / scale)[learnt], truth[learnt])
    hidden = np.maximum(0, (values - centre) / scale @ net.coefs_[0] + net.intercepts_[0])
    score = (hidden @ net.coefs_[1] + net.intercepts_[1])[:, 0]
    apart = np.concatenate([np.zeros(len(positive), bool), alone])
    least = np.quantile(score[apart & ~learnt], 1 - FALSE)
    print(f"score from {least:.2f} on: {(score[(truth == 1) & ~learnt] >= least).mean():.4f} of the copies", flush=True)
    first, second = net.coefs_
    return {
        "centre": centre,
        "scale": scale,
        "first": first,
        "first_bias": net.intercepts_[0],
        "second": second,
        "second_bias": net.intercepts_[1] - least,
    }


if __name__ == "__main__":
    main()
