"""One picture with its answer: what `mien predict --show` draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.answer import adjective
from mien.core.errors import SettingError
from mien.core.types import Answer, FaceAnswer
from mien.html import class_colour, class_ink
from mien.media import encode_png
from mien.report._frame import Mark, draw_boxes, in_percent, letters

if TYPE_CHECKING:
    from mien.core.types import Pixels

INK, PAPER, FAINT, RAIL = "#1b1b1f", "#fbfaf7", "#5c5c66", "#e7e5df"  # LOOK.md, light
EDGE = 32  # pixels around everything
TALLEST = 480  # of the picture, pixels
CHART = 420  # width of the answer's column, pixels
TITLE, LINE = 32, 42  # the headline's letters and lines, pixels
BAR, FACE = 52, 38  # a class, a face of several, pixels
SHOWN = 12  # classes or faces at most


def answer_picture(picture: Pixels, answer: Answer) -> bytes:
    """Draw a picture with a box around each face, the answer in words, and a bar for each class; a PNG file.

    `picture` is uint8 [H, W, 3], RGB, shown at most 480 px tall and 640 wide. Of several faces the boxes are numbered,
    a line sums up, and a list says what each looks like. `SettingError` if the answer has no probabilities.
    """
    from PIL import Image, ImageDraw

    if answer.probabilities is None:
        raise SettingError(f"There is no answer for '{answer.path}'", expected="an answer with probabilities")
    shown = _sized(Image.fromarray(picture))
    draw_boxes(shown, _marks(answer, shown.width / picture.shape[1], shown.height / picture.shape[0]))
    headline, several = _lines(answer.summary or ""), len(answer.faces) > 1
    row, rows = (FACE, len(answer.faces)) if several else (BAR, len(answer.probabilities))
    tall = LINE * len(headline) + EDGE + row * min(rows, SHOWN + several)
    height = max(shown.height, tall) + 2 * EDGE
    sheet = Image.new("RGB", (shown.width + CHART + 3 * EDGE, height), PAPER)
    sheet.paste(shown, (EDGE, (height - shown.height) // 2))
    pen = ImageDraw.Draw(sheet)
    left, top = shown.width + 2 * EDGE, (height - tall) // 2
    for number, line in enumerate(headline):
        pen.text((left, top + LINE * number + TITLE), line, fill=INK, font=letters(TITLE), anchor="ls")
    (_faces if several else _bars)(pen, (left, top + LINE * len(headline) + EDGE), answer)
    return encode_png(np.asarray(sheet))


def _bars(pen: Any, place: tuple[int, int], answer: Answer) -> None:  # noqa: ANN401 - ImageDraw
    left, top = place
    for label, share in sorted((answer.probabilities or {}).items(), key=lambda pair: -pair[1])[:SHOWN]:
        pen.text((left, top + 18), cut(adjective(label), 36), fill=INK, font=letters(18), anchor="ls")
        pen.text((left + CHART, top + 18), in_percent(share), fill=FAINT, font=letters(18), anchor="rs")
        pen.rectangle((left, top + 26, left + CHART, top + 35), fill=RAIL)
        pen.rectangle((left, top + 26, left + max(2, round(CHART * share)), top + 35), fill=class_colour(label))
        top += BAR


def _faces(pen: Any, place: tuple[int, int], answer: Answer) -> None:  # noqa: ANN401 - ImageDraw
    left, top = place
    for number, face in enumerate(answer.faces[:SHOWN], 1):
        pen.rectangle((left, top, left + 34, top + 26), fill=class_colour(face.label))
        pen.text((left + 17, top + 20), str(number), fill=class_ink(face.label), font=letters(17), anchor="ms")
        pen.text((left + 48, top + 20), cut(face.verdict.words, 34), fill=INK, font=letters(18), anchor="ls")
        pen.text((left + CHART, top + 20), _share(face), fill=FAINT, font=letters(18), anchor="rs")
        top += FACE
    if len(answer.faces) > SHOWN:
        words = f"and {len(answer.faces) - SHOWN} smaller"
        pen.text((left + 48, top + 20), words, fill=FAINT, font=letters(18), anchor="ls")


def _share(face: FaceAnswer) -> str:
    """Say how probable the class is that the words name; where they name none, which one it is."""
    if face.verdict.kind == "between":
        return ""
    share = in_percent(face.probabilities[face.label])
    return f"{cut(adjective(face.label), 20)} {share}" if face.verdict.kind == "not sure" else share


def _marks(answer: Answer, across: float, down: float) -> list[Mark]:
    found = []
    for number, face in enumerate(answer.faces, 1):
        left, top, width, height = face.box
        box = (round(left * across), round(top * down), round(width * across), round(height * down))
        found.append(Mark(box, face.label, str(number) if len(answer.faces) > 1 else "", face.verdict.sure))
    return found


def _lines(words: str) -> list[str]:
    """Break the headline where the column ends."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters(TITLE).getlength(longer) > CHART:
            lines.append(word)
        else:
            lines[-1] = longer
    return [cut(line, 36) for line in lines]


def _sized(face: Any) -> Any:  # noqa: ANN401 - PIL.Image.Image
    factor = min(TALLEST / face.height, 640 / face.width)
    size = (max(1, round(face.width * factor)), max(1, round(face.height * factor)))
    return face.resize(size, 1)  # Lanczos


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "\u2026"
