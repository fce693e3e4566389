"""Folders with planted copies: each picture has at most one, so that no chain of copies helps to find another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from _changes import KINDS, STRENGTHS, changed

from mien import collect, media, samples
from mien.core.errors import MediaError
from mien.core.types import Manifest

CELLS = [(kind, strength) for kind in KINDS for strength in STRENGTHS]
COPY = "-copy"


@dataclass(frozen=True)
class Planted:
    """A folder of pictures and their planted copies.

    Parameters
    ----------
    folder : path
        One folder a label; ``00012.png`` and its copy ``00012-copy.png``.
    cells : dict of str to int
        Number of an original to the number of its copy's change in `CELLS`.
    people : dict of str to str
        Number of an original to who is in it; empty where nobody knows.
    """

    folder: Path
    cells: dict[str, int]
    people: dict[str, str]


def number(name: str) -> str:
    """Return the number of the original that a file's name tells."""
    return Path(name).stem.removesuffix(COPY)


def faces(data: Path, folder: Path, each: int) -> Planted:
    """Plant copies of pictures that the weights have not seen among all of FER2013's Training."""
    frame = collect.scan(data / "fer2013.parquet").of("train").frame
    unseen = np.arange(1, frame.height, 2)  # bench/copies_model.py has seen the even ones
    draw = np.random.default_rng(1)
    chosen = draw.permutation(unseen)[: each * len(CELLS)]
    return _plant(Manifest(frame), folder, dict(zip(chosen.tolist(), _turns(len(chosen)), strict=True)))


def drawn(folder: Path, each: int) -> Planted:
    """Plant copies among drawn faces, none of which the weights have seen."""
    manifest = collect.scan(
        samples.draw(folder.with_name(f"{folder.name}-drawn"), samples=each * len(CELLS), seed=4711)
    )
    return _plant(manifest, folder, dict(enumerate(_turns(len(manifest)))))


def photos(data: Path, folder: Path, offset: int) -> Planted:
    """Plant a copy of every picture of the report, which the weights have not seen."""
    manifest = collect.scan(data / "report_pictures")
    return _plant(manifest, folder, {row: (row + offset) % len(CELLS) for row in range(len(manifest))})


def _turns(count: int) -> list[int]:
    return [place % len(CELLS) for place in range(count)]


def _plant(manifest: Manifest, folder: Path, cells: dict[int, int]) -> Planted:
    frame, planted = manifest.frame, {}
    if not (folder / "planted.json").exists():
        for row, picture in _pictures(manifest):
            home = folder / "pictures" / frame["label"][row]
            home.mkdir(parents=True, exist_ok=True)
            _save(picture, home / f"{row:05}.png")
            if row in cells:
                draw = np.random.default_rng([7, row, cells[row]])
                _save(changed(picture, *CELLS[cells[row]], draw), home / f"{row:05}{COPY}.png")
                planted[f"{row:05}"] = cells[row]
        (folder / "planted.json").write_text(json.dumps(planted))
    planted = json.loads((folder / "planted.json").read_text())
    people = {f"{row:05}": name for row, name in enumerate(frame["person"]) if name}
    return Planted(folder / "pictures", planted, people)


def _pictures(manifest: Manifest) -> Iterator[tuple[int, np.ndarray]]:
    for row, data in enumerate(media.read_many(list(manifest.frame.select("path", "container").iter_rows()))):
        try:
            if not isinstance(data, MediaError):
                yield row, media.decode(data)
        except MediaError:
            continue


def _save(picture: np.ndarray, path: Path) -> None:
    data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    path.write_bytes(data.tobytes())
