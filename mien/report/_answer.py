"""One picture with its answer: what `mien predict --show` draws."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from mien.core.errors import SettingError
from mien.core.types import Answer
from mien.report._moment import Box, draw_boxes, letters
from mien.web import class_colour

if TYPE_CHECKING:
    from mien.core.types import Pixels

INK, PAPER, FAINT, RAIL = "#1b1b1f", "#fbfaf7", "#5c5c66", "#e7e5df"  # LOOK.md, light
EDGE = 32  # pixels around everything
TALLEST = 480  # of the picture, pixels
CHART = 420  # width of the bars' column, pixels
ROW = 52  # one class, pixels
SHOWN = 12  # classes at most


def answer_picture(picture: Pixels, answer: Answer) -> bytes:
    """Draw a picture with a box around each face, what it looks like (its largest face), and a bar for each class.

    Parameters
    ----------
    picture : uint8 [H, W, 3]
        RGB, 0..255; shown at most 480 px tall and 640 wide.
    answer : Answer
        With probabilities.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    SettingError
        If the answer has no probabilities.
    """
    from PIL import Image, ImageDraw

    if answer.probabilities is None:
        raise SettingError(f"There is no answer for '{answer.path}'", expected="an answer with probabilities")
    ranked = sorted(answer.probabilities.items(), key=lambda pair: -pair[1])[:SHOWN]
    face = _sized(Image.fromarray(picture))
    draw_boxes(face, _boxes(answer, face.width / picture.shape[1], face.height / picture.shape[0]))
    height = max(face.height, 80 + ROW * len(ranked)) + 2 * EDGE
    sheet = Image.new("RGB", (face.width + CHART + 3 * EDGE, height), PAPER)
    sheet.paste(face, (EDGE, (height - face.height) // 2))
    pen = ImageDraw.Draw(sheet)
    left, top = face.width + 2 * EDGE, (height - 80 - ROW * len(ranked)) // 2
    pen.text((left, top), _heading(answer), fill=INK, font=letters(34), anchor="lt")
    for number, (label, weight) in enumerate(ranked):
        _bar(pen, (left, top + 80 + ROW * number), label, weight)
    file = BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _bar(pen: Any, place: tuple[int, int], label: str, weight: float) -> None:  # noqa: ANN401 - ImageDraw
    left, top = place
    pen.text((left, top), _fitting(label), fill=INK, font=letters(18), anchor="lt")
    pen.text((left + CHART, top), f"{weight:.0%}", fill=FAINT, font=letters(18), anchor="rt")
    pen.rectangle((left, top + 26, left + CHART, top + 35), fill=RAIL)
    pen.rectangle((left, top + 26, left + max(2, round(CHART * weight)), top + 35), fill=class_colour(label))


def _heading(answer: Answer) -> str:
    return f"the largest looks {answer.label}" if len(answer.faces) > 1 else f"looks {answer.label}"


def _boxes(answer: Answer, across: float, down: float) -> list[tuple[Box, str, str]]:
    found = []
    for face in answer.faces:
        left, top, width, height = face.box
        box = (round(left * across), round(top * down), round(width * across), round(height * down))
        found.append((box, face.label, face.label if len(answer.faces) > 1 else ""))
    return found


def _sized(face: Any) -> Any:  # noqa: ANN401 - PIL.Image.Image
    factor = min(TALLEST / face.height, 640 / face.width)
    size = (max(1, round(face.width * factor)), max(1, round(face.height * factor)))
    return face.resize(size, 1)  # Lanczos


def _fitting(label: str) -> str:
    return label if len(label) <= 36 else label[:35] + "\u2026"
