"""A folder of class folders of web photos: each content once, and which are resaved copies of one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mien import audit, collect, media
from mien.core.types import Manifest

SIDE = 16
# Correlation of two pictures as 16 x 16 greys. The report's pictures have 193 pairs above 0.995, one more above 0.95.
NEAR = 0.99


@dataclass(frozen=True)
class Album:
    """Photos to be measured on.

    Parameters
    ----------
    manifest : Manifest
        Each content once, readable, under one label.
    listed : int
        Files in the folder.
    two_labels : int
        Files left out because the same picture is filed under two labels.
    near : int64 [N]
        Which pictures are copies of one another at another size or quality: they share a number.
    """

    manifest: Manifest
    listed: int
    two_labels: int
    near: np.ndarray

    @property
    def labels(self) -> list[str]:
        """The label of each picture."""
        return self.manifest.frame["label"].to_list()

    @property
    def paths(self) -> list[str]:
        """The path of each picture."""
        return self.manifest.frame["path"].to_list()

    def pictures(self) -> Iterator[np.ndarray]:
        """Decode one after the other, uint8 [H, W, 3]."""
        return (media.decode(media.read(path)) for path in self.paths)

    @property
    def sentence(self) -> str:
        """What is in it, and what was left out."""
        copies = len(self.near) - len(set(self.near))
        return (
            f"{self.listed:,} files; {self.two_labels:,} left out because the same picture is filed under two labels,"
            f" {self.listed - self.two_labels - len(self.near):,} as further copies or unreadable;"
            f" {len(self.near):,} measured. {copies:,} of these are resaved copies of another one (other size or"
            " quality; found by correlation), which count but are drawn together in the intervals."
        )


def album(folder: Path) -> Album:
    """Collect, audit, and group the resaved copies."""
    manifest = collect.scan(folder)
    clean = audit.clean(*audit.check(manifest))
    used = clean.used
    two_labels = clean.frame.filter(clean.frame["aside"] == "twin-labels").height
    greys = np.stack([grey(media.decode(media.read(path))) for path in used.frame["path"]])
    return Album(used, len(manifest), two_labels, grouped(greys @ greys.T > NEAR))


def grey(picture: np.ndarray) -> np.ndarray:
    """Shrink a picture to 16 x 16 greys of mean 0 and length 1."""
    small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    centred = small.astype(np.float64).ravel() - small.mean()
    return centred / max(float(np.linalg.norm(centred)), 1e-9)


def grouped(near: np.ndarray) -> np.ndarray:
    """Give each picture the lowest number that it is linked to, directly or through others."""
    numbers = np.arange(len(near))
    while True:
        lowest = np.where(near | np.eye(len(near), dtype=bool), numbers, len(near)).min(1)
        if (lowest == numbers).all():
            return numbers
        numbers = lowest
