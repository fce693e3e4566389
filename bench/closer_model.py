"""Fit the net that looks closer at pairs of pictures, where the first comparison leaves doubt.

$ python bench/closer_model.py DATA [MEASURES.npz]

Writes its arrays into the weights that bench/copies_model.py has fitted. Seen: what that has seen; slides of one
template with another face or word on them, and collages with another cell, made of the same pictures; 8,000 drawn
faces. Pairs that are none are looked for among pictures and changed copies alike, since changes bring pictures closer.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import copies_model
import cv2
import numpy as np
from _changes import KINDS, changed
from _templates import alike
from sklearn.neural_network import MLPClassifier

from mien import collect, copies, samples
from mien.copies import _closer_forms, _closer_measures, _signature
from mien.core import neighbours
from mien.core.files import writing

FAR = 0.70  # cosine from which on pairs are compared
NEAR = 0.02  # probability of the first comparison from which on a pair is learnt from
FALSE = 0.003  # share of the hardest pairs of two drawn people, of those compared closely, that may pass
HIDDEN = 32
FACES = 6000  # of FER2013, among which look-alikes are looked for
SHARE = 500  # pairs of one task
TASKS = {"photos": 12, "drawn": 16, "FER2013": 8, "templates": 24, "copies of templates": 6}
PICTURES: dict[str, list[np.ndarray]] = {}

OTHERS = "two drawn", "two photos", "two FER2013", "one person, drawn", "templates"

Pair = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Gather pairs, fit, and add the arrays."""
    data = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        manifest = collect.scan(samples.draw(Path(folder) / "drawn", samples=8000, seed=77))
        PICTURES["FER2013"] = copies_model.faces(data, np.random.default_rng(0))[1]
        PICTURES["photos"] = copies_model.photos(data)[1]
        PICTURES["drawn"] = copies_model.read(manifest)
        people = {"drawn": manifest.frame["person"].to_list(), "photos": list(range(len(PICTURES["photos"])))}
        people["FER2013"] = list(range(FACES))
        kept = Path(folder) / "pictures.npz"
        np.savez(
            kept, **{f"{name}/{number:06}": one for name, some in PICTURES.items() for number, one in enumerate(some)}
        )
        found = _gathered(people, kept)
    found = {name: rows for name, rows in found.items() if len(rows)}
    for name, rows in found.items():
        print(f"{name}: {len(rows)} pairs", flush=True)
    if len(sys.argv) > 2:
        np.savez(sys.argv[2], **found)
    _add(_net(found))


def _open(path: Path) -> None:
    cv2.setNumThreads(1)
    with np.load(path) as file:
        for name in file.files:
            PICTURES.setdefault(name.partition("/")[0], []).append(file[name])


def _gathered(people: dict[str, list], pictures: Path) -> dict[str, np.ndarray]:
    with ProcessPoolExecutor(2, get_context("spawn"), _open, (pictures,)) as pool:
        others = {name: pool.submit(_others, name, who) for name, who in people.items()}
        tasks = [(name, number) for name, count in TASKS.items() for number in range(count)]
        made = list(zip(tasks, pool.map(_made, tasks), strict=True))
        found = {f"two {name}": one.result()[0] for name, one in others.items()}
        found["one person, drawn"] = others["drawn"].result()[1]
    for (name, _), rows in made:
        found[name] = np.concatenate([found[name], rows]) if name in found else rows
    return found


def _add(fitted: dict[str, np.ndarray]) -> None:
    with _signature.WEIGHTS.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files if not name.startswith("closer_")}
    arrays = kept | {f"closer_{name}": value.astype(np.float32) for name, value in fitted.items()}
    with writing(_signature.WEIGHTS) as beside, beside.open("wb") as file:
        np.savez_compressed(file, **arrays)
    print(f"{_signature.WEIGHTS.stat().st_size:,} bytes")


def mutated(picture: np.ndarray, draw: np.random.Generator, most: float = 2.2) -> np.ndarray:
    """Change a picture in one way, or in two."""
    for kind in draw.choice(list(KINDS), 2 if draw.random() < 0.3 else 1, replace=False):
        picture = changed(picture, str(kind), most * draw.random() ** 0.6, draw)
    return picture


def _made(task: tuple[str, int]) -> np.ndarray:
    name, number = task
    draw = np.random.default_rng([number, *name.encode()])
    return _measured(_pair(name, draw) for _ in range(SHARE))


def _pair(name: str, draw: np.random.Generator) -> Pair:
    if name in PICTURES:
        picture = PICTURES[name][draw.integers(len(PICTURES[name]))]
        return picture, mutated(picture, draw)
    faces = PICTURES["photos"] if draw.random() < 0.6 else PICTURES["FER2013"]
    one, other = alike(PICTURES["photos"], faces, draw)
    if name == "templates":
        return one, mutated(other, draw, 1.0) if draw.random() < 0.7 else other
    return one, mutated(one, draw)


def _measured(pairs: Iterable[Pair]) -> np.ndarray:
    found = [_best(*pair) for pair in pairs]
    return np.array([one for one in found if one is not None], np.float32)


def _best(one: np.ndarray, other: np.ndarray) -> np.ndarray | None:
    """Measure two pictures in the forms in which they are most alike; None where they are not compared closely."""
    best, forms = NEAR, None
    ones, others = copies.reduced_forms(one), copies.reduced_forms(other)
    for first, second, mirrored, closeness in _ways(ones, others):
        known = copies.same_picture(ones[first], _turned(others[second], mirrored), closeness)
        if known >= best:
            best, forms = known, (first, second, mirrored)
    if forms is None:
        return None
    first, second, mirrored = forms
    return _closer_measures.closer_measures(_form(one, first), _turned(_form(other, second), mirrored), best)


def _ways(ones: list[np.ndarray], others: list[np.ndarray]) -> Iterator[tuple[int, int, bool, float]]:
    own, theirs = copies.signatures(np.stack(ones)), copies.signatures(np.stack(others))
    for first in range(len(ones)):
        for second in range(len(others)):
            if not (first and second):
                straight = copies_model.closeness(own[first, None], theirs[second, None])[0]
                turned = copies_model.closeness(own[first, None], neighbours.mirror(theirs[second, None]))[0]
                if max(straight, turned) >= FAR:
                    yield first, second, bool(turned > straight), float(max(straight, turned))


def _form(picture: np.ndarray, number: int) -> np.ndarray:
    forms = _closer_forms.coloured_forms(picture)
    return forms[min(number, len(forms) - 1)]


def _turned(picture: np.ndarray, mirrored: bool) -> np.ndarray:
    return np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture


def _others(name: str, people: list) -> tuple[np.ndarray, np.ndarray]:
    """Measure the closest pairs, among pictures and their changed copies, of two people; and two pictures of one."""
    draw = np.random.default_rng(len(name))
    count = len(people)
    most = copies.COPY if name == "FER2013" else 1.01  # FER2013 holds copies of its own
    pictures = PICTURES[name][:count]
    pictures = [*pictures, *(mutated(picture, draw) for picture in pictures)]
    reduced = [copies.reduce_picture(picture) for picture in pictures]
    found, near = neighbours.pairs(copies.signatures(np.stack(reduced)), FAR)
    rows: tuple[list, list] = [], []
    for (first, second, mirrored), closeness in zip(found, near, strict=True):
        if first % count != second % count:
            known = copies.same_picture(reduced[first], _turned(reduced[second], mirrored), float(closeness))
            if NEAR <= known < most:
                ends = _form(pictures[first], 0), _turned(_form(pictures[second], 0), mirrored)
                measured = _closer_measures.closer_measures(*ends, known)
                if measured is not None:
                    rows[people[first % count] == people[second % count]].append(measured)
    return np.array(rows[0], np.float32), np.array(rows[1], np.float32)


def _net(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    values = np.concatenate(list(found.values()))
    names = np.repeat(list(found), [len(rows) for rows in found.values()])
    truth = ~np.isin(names, OTHERS)
    learnt = np.random.default_rng(0).random(len(truth)) < 0.7
    centre, scale = values[learnt].mean(0), values[learnt].std(0)
    net = MLPClassifier((HIDDEN,), alpha=0.03, max_iter=400, random_state=0)
    net.fit(((values - centre) / scale)[learnt], truth[learnt])
    (first, second), (first_bias, second_bias) = net.coefs_, net.intercepts_
    score = (np.maximum(0, (values - centre) / scale @ first + first_bias) @ second + second_bias)[:, 0]
    least = np.quantile(score[(names == "two drawn") & ~learnt], 1 - FALSE)
    for name in found:
        print(f"{name}: {(score[(names == name) & ~learnt] >= least).mean():.4f} taken for copies", flush=True)
    arrays = {"centre": centre, "scale": scale, "first": first, "first_bias": first_bias, "second": second}
    return arrays | {"second_bias": second_bias - least + np.log(copies.COPY / (1 - copies.COPY))}


if __name__ == "__main__":
    main()
