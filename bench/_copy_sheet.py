"""Contact sheets of joined pairs, to be counted by eye. They are others' pictures: drawn outside the project alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _sheet import checked
from PIL import Image, ImageDraw

ACROSS, SIDE, TEXT = 10, 72, 12


def pairs(found: Sequence[tuple[Path, Path]], path: Path) -> None:
    """Draw pairs side by side, ten in a line, numbered from 0."""
    checked(path.parent)
    lines = max(1, -(-len(found) // ACROSS))
    sheet = Image.new("RGB", (ACROSS * (2 * SIDE + 8), lines * (SIDE + TEXT + 4)), "white")
    pen = ImageDraw.Draw(sheet)
    for place, pair in enumerate(found):
        left, top = place % ACROSS * (2 * SIDE + 8), place // ACROSS * (SIDE + TEXT + 4)
        pen.text((left, top), str(place), "black")
        for side, one in enumerate(pair):
            with Image.open(one) as picture:
                sheet.paste(picture.convert("RGB").resize((SIDE, SIDE)), (left + side * SIDE, top + TEXT))
    sheet.save(path)


def some(found: Sequence[tuple[str, str]], folder: Path, count: int = 100) -> list[tuple[Path, Path]]:
    """Draw pairs by chance, and find their files."""
    where = {path.name: path for path in folder.rglob("*.png")}
    chosen = np.random.default_rng(0).permutation(len(found))[:count]
    return [(where[found[one][0]], where[found[one][1]]) for one in chosen]
