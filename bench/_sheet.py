"""A contact sheet of mistakes. Third parties' pictures must never enter the project: it is drawn outside alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mien import media

ACROSS, SIDE, TEXT = 5, 220, 48
REPOSITORY = Path(__file__).resolve().parents[1]

Wrong = tuple[str, str, str, float, tuple[int, int, int, int]]  # path, label, answer, weight, face box


def checked(folder: Path) -> Path:
    """Refuse a folder inside the project."""
    if folder.resolve().is_relative_to(REPOSITORY):
        raise SystemExit(f"{folder} lies in the project; the pictures are others'")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def draw(wrong: list[Wrong], folder: Path) -> Path:
    """Write ``wrong.png`` and ``wrong.csv``."""
    with (folder / "wrong.csv").open("w", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([("path", "label", "answer", "weight"), *(row[:4] for row in wrong)])
    rows = -(-len(wrong) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * SIDE, max(1, rows) * (SIDE + TEXT)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, (path, label, answer, weight, box) in enumerate(wrong):
        left, top = number % ACROSS * SIDE, number // ACROSS * (SIDE + TEXT)
        sheet.paste(tile(media.decode(media.read(path)), box), (left, top))
        name = Path(path).name.encode("ascii", "replace").decode()[:30]
        pen.text((left + 4, top + SIDE + 2), f"{label}, says {answer} {weight:.0%}\n{name}", "black", font)
    sheet.save(folder / "wrong.png")
    return folder / "wrong.png"


def tile(pixels: np.ndarray, box: tuple[int, int, int, int]) -> Image.Image:
    """Shrink a picture with its face framed."""
    picture = Image.fromarray(pixels)
    left, top, width, height = box
    ImageDraw.Draw(picture).rectangle(
        (left, top, left + width, top + height), outline="red", width=max(2, max(picture.size) // 100)
    )
    picture.thumbnail((SIDE - 4, SIDE - 4))
    return picture
