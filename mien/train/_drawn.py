"""Small pictures for TensorBoard: a sheet of training pictures, and a confusion matrix with its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Integers, Pixels, Targets

SHOWN = 32  # pictures on a sheet
ACROSS = 8
CELL, MARGIN = 64, 96  # pixels
PAPER, INK, ACCENT = (251, 250, 247), (27, 27, 31), (15, 118, 110)
LINE = 16  # height of a caption


def can_be_drawn(rows: Any) -> bool:  # noqa: ANN401 - array [B, ...]
    """Say whether samples are pictures to look at: uint8 [B, S, S, 3]."""
    return bool(rows.dtype == np.uint8 and rows.ndim == 4 and rows.shape[-1] == 3)


def sheet(pixels: Pixels, targets: Targets, labels: tuple[str, ...]) -> Pixels:
    """Draw the first 32 pictures, uint8 [B, S, S, 3], RGB, each with its label, from float32 [B, classes]."""
    count = min(len(pixels), SHOWN)
    size, rows = max(pixels.shape[1], CELL), -(-count // ACROSS)
    page: Pixels = np.full((rows * (size + LINE), ACROSS * size, 3), PAPER, np.uint8)
    for number in range(count):
        top, left = number // ACROSS * (size + LINE), number % ACROSS * size
        page[top : top + size, left : left + size] = cv2.resize(pixels[number], (size, size))
        _write(page, labels[int(targets[number].argmax())], (left + 2, top + size + LINE - 4), size - 4)
    return page


def confusion(counts: Integers, labels: tuple[str, ...]) -> Pixels:
    """Draw int64 [classes, classes], a row what it was, a column what was answered: the darker, the more."""
    classes = len(labels)
    page: Pixels = np.full((LINE * 2 + classes * CELL, MARGIN + classes * CELL, 3), PAPER, np.uint8)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    paper, accent = np.array(PAPER), np.array(ACCENT)
    for row in range(classes):
        top = LINE * 2 + row * CELL
        _write(page, labels[row], (4, top + CELL // 2 + 4), MARGIN - 8)
        _write(page, labels[row], (MARGIN + row * CELL + 4, LINE + 6), CELL - 8)
        for column in range(classes):
            left = MARGIN + column * CELL
            colour = paper + (accent - paper) * shares[row, column]
            page[top + 1 : top + CELL, left + 1 : left + CELL] = colour.astype(np.uint8)
            ink = PAPER if shares[row, column] > 0.5 else INK
            _write(page, str(counts[row, column]), (left + 8, top + CELL // 2 + 4), CELL - 16, ink)
    return page


def _write(page: Pixels, text: str, place: tuple[int, int], room: int, ink: tuple[int, int, int] = INK) -> None:
    plain = text.encode("ascii", "replace").decode()  # OpenCV's letters are ASCII
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.45
    (width, _), _ = cv2.getTextSize(plain, font, scale, 1)
    cv2.putText(page, plain, place, font, min(scale, scale * room / max(width, 1)), ink, 1, cv2.LINE_AA)
