"""Faces and what is none, 48 x 48 and grey, as `mien.faces.crop` frames them: for the face check.

Photos are split by name, so that no photo gives squares to two sides: of ten, six to train, two to choose, two to test.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import polars as pl
from _faces import chosen_rows
from PIL import Image

from mien import collect, faces, media, samples

SIDE = 48
SIDES = {"train": range(6), "val": range(6, 8), "test": range(8, 10)}


def side_of(name: str) -> str:
    """Say which side a photo is on."""
    digit = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10
    return next(side for side, digits in SIDES.items() if digit in digits)


def drawn_boxes(path: Path) -> dict[str, np.ndarray]:
    """Read boxes in WIDER's layout, float32 [N, 4] by name; where there is none, a line of zeros stands."""
    lines, found = iter(path.read_text().splitlines()), {}
    for name in lines:
        count = int(next(lines))
        rows = [[float(value) for value in next(lines).split()[:4]] for _ in range(max(count, 1))]
        found[name] = np.array(rows[:count], np.float32).reshape(-1, 4)
    return found


def fer_faces(data: Path, side: str, most: int | None = None) -> np.ndarray:
    """Read FER2013's faces, uint8 [N, 48, 48]: ``train``, ``val`` (rows that chose `face`), or ``test``, PublicTest."""
    frame = pl.read_parquet(data / "fer2013.parquet", columns=["png", "split"])
    chosen = np.zeros(len(frame), bool)
    chosen[chosen_rows()] = True
    if side != "val":
        wanted = "PublicTest" if side == "test" else "Training"
        chosen = ~chosen & (frame["split"] == wanted).to_numpy()
    frame = frame.filter(pl.Series(chosen))
    if most is not None and most < len(frame):
        frame = frame.sample(most, seed=0)
    return np.stack([np.asarray(Image.open(BytesIO(png)).convert("L")) for png in frame["png"]])


def drawn_faces(number: int, seed: int) -> np.ndarray:
    """Draw faces, uint8 [N, 48, 48]."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = collect.scan(samples.draw(Path(folder), samples=number, seed=seed))
        rows = manifest.frame.select("path", "container").iter_rows()
        return np.stack([_small(media.decode(content)) for content in media.read_many(rows)])


def photos(data: Path, side: str, *, with_faces: bool) -> Iterator[np.ndarray]:
    """Read photos of one side, RGB: where YuNet sees a face, or where neither it nor a person does."""
    boxed = {line.strip() for line in (data / "photos" / "wider_train_bbx_gt.txt").open() if ".jpg" in line}
    with (data / "photos" / "index.csv").open() as file:
        rows = [(row["file"], int(row["yunet_faces_at_0.6"]) > 0) for row in csv.DictReader(file)]
    for name, seen in rows:
        people = seen or name.partition("/")[2] in boxed or name.startswith("wider")
        if side_of(name) == side and (seen if with_faces else not people):
            yield media.decode((data / "photos" / name).read_bytes())


def photo_faces(data: Path, side: str, most: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Cut faces that YuNet finds, and squares a face's side or more off them: uint8 [N, 48, 48] both."""
    detector, draw = faces.detector("yunet"), np.random.default_rng(len(side))
    found, off = [], []
    for pixels in photos(data, side, with_faces=True):
        all_faces = detector.find(pixels)
        for face in [one for one in all_faces if one.score > 0.8 and min(one.box[2:]) >= 24][:most]:
            found.append(_grey(faces.crop(pixels, face, SIDE)))
            left, top, width, height = face.box
            angle, away = draw.random() * 2 * np.pi, 0.9 + draw.random()
            x, y = left + away * width * np.cos(angle), top + away * height * np.sin(angle)
            moved = faces.Face((int(x), int(y), width, height))
            if all(_apart(moved, other) for other in all_faces) and 0 <= x < pixels.shape[1] - width:
                off.append(_grey(faces.crop(pixels, moved, SIDE)))
    return np.stack(found), np.stack(off)


def _apart(one: faces.Face, other: faces.Face) -> bool:
    (a, b, c, d), (e, f, g, h) = one.box, other.box
    across, down = min(a + c, e + g) - max(a, e), min(b + d, f + h) - max(b, f)
    return across <= 0.3 * g or down <= 0.3 * h


def photo_squares(data: Path, side: str, each: int) -> np.ndarray:
    """Cut squares of every scale of photos without faces, uint8 [N, 48, 48]."""
    draw, found = np.random.default_rng(10 + len(side)), []
    for pixels in photos(data, side, with_faces=False):
        grey, shortest = _grey(pixels), min(pixels.shape[:2])
        for _ in range(each):
            length = int(np.clip(shortest * np.exp(draw.uniform(np.log(0.07), 0)), 16, shortest))
            top, left = (int(draw.integers(0, end - length + 1)) for end in grey.shape)
            found.append(_small(grey[top : top + length, left : left + length]))
    return np.stack(found)


def face_parts(pictures: np.ndarray, seed: int) -> np.ndarray:
    """Cut parts of faces that are no face: an ear, a cheek, hair, a chin; uint8 [N, 48, 48]."""
    draw, found = np.random.default_rng(seed), []
    for picture in pictures:
        if draw.random() < 0.5:  # a corner, enlarged
            length = int(draw.integers(12, 20))
            top, left = (int(draw.choice([0, SIDE - length])) for _ in range(2))
            found.append(_small(picture[top : top + length, left : left + length]))
            continue
        shift = draw.uniform(0.6, 0.85, 2) * draw.choice([-1, 1], 2) * (draw.permutation([1, draw.random()]))
        move = np.array([[1, 0, shift[0] * SIDE], [0, 1, shift[1] * SIDE]])
        found.append(cv2.warpAffine(picture, move, (SIDE, SIDE), None, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE))
    return np.stack(found)


def noise(number: int, seed: int) -> np.ndarray:
    """Make noise of spectra from white to brown, uint8 [N, 48, 48]."""
    draw = np.random.default_rng(seed)
    across = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)))
    across[0, 0] = 1
    found = []
    for _ in range(number):
        waves = np.fft.fft2(draw.normal(size=(SIDE, SIDE))) / across ** draw.uniform(0, 2.2)
        values = np.fft.ifft2(waves).real
        values = (values - values.mean()) / values.std()
        found.append(np.clip(draw.uniform(40, 215) + draw.uniform(3, 60) * values, 0, 255))
    return np.stack(found).astype(np.uint8)


def blank(number: int, seed: int) -> np.ndarray:
    """Make what is empty: one value, or a gradient, with the noise of a sensor; uint8 [N, 48, 48]."""
    draw, found = np.random.default_rng(seed), []
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    for _ in range(number):
        slope = draw.normal(0, 40, 2) * (draw.random() < 0.6)
        round_ = draw.normal(0, 60) * (draw.random() < 0.3) * np.hypot(x, y)
        values = draw.uniform(0, 255) + slope[0] * x + slope[1] * y + round_
        found.append(values + draw.normal(0, 1, x.shape) * draw.choice([0, 1, 4]))
    return np.clip(np.stack(found), 0, 255).astype(np.uint8)


def drawings(number: int, seed: int) -> np.ndarray:
    """Draw what is no face: shapes, stripes, letters; uint8 [N, 48, 48]."""
    draw = np.random.default_rng(seed)
    return np.stack([_drawing(draw) for _ in range(number)])


def _drawing(draw: np.random.Generator) -> np.ndarray:
    big = np.full((96, 96), int(draw.integers(0, 256)), np.uint8)
    kind = draw.integers(0, 3)
    for _ in range(int(draw.integers(1, 7))):
        ink, (x, y), length = int(draw.integers(0, 256)), draw.integers(-10, 100, 2).tolist(), int(draw.integers(5, 50))
        thick = int(draw.choice([-1, 1, 2, 5]))
        if kind == 0:
            letters = "".join(
                draw.choice([*"ABCDEFGHIKLMNOPRSTUVWXYZabdefghkmnopqrst0123456789?&"], draw.integers(1, 9))
            )
            cv2.putText(big, letters, (x - 20, y), int(draw.integers(0, 5)), draw.uniform(0.4, 3), ink, max(1, thick))
        elif kind == 1 or thick == -1:
            shape = draw.integers(0, 3)
            if shape == 0:
                cv2.rectangle(big, (x, y), (x + length, y + int(draw.integers(5, 50))), ink, thick)
            elif shape == 1:
                cv2.circle(big, (x, y), length, ink, thick)
            else:
                cv2.fillPoly(big, [draw.integers(-10, 106, (int(draw.integers(3, 6)), 2)).astype(np.int32)], ink)
        else:
            step, slope = int(draw.integers(3, 24)), int(draw.integers(-90, 90))
            for start in range(-96, 192, step):
                cv2.line(big, (start, 0), (start + slope, 96), ink, max(1, step // 3))
    return _small(big)


def varied(pictures: np.ndarray, draw: np.random.Generator, *, face: bool, cover: bool = True) -> np.ndarray:
    """Vary as use does: faces turned, moved and, with `cover`, covered too; uint8 [N, 48, 48]."""
    return np.stack([_varied(picture, draw, face, cover) for picture in pictures])


def _varied(picture: np.ndarray, draw: np.random.Generator, face: bool, cover: bool) -> np.ndarray:
    if face and draw.random() < 0.25:
        put_on = masked if draw.random() < 0.6 else shaded
        picture = put_on(picture, draw) if cover else picture
    turn = draw.uniform(-30, 30) if draw.random() < 0.5 else draw.normal(0, 6)
    move = cv2.getRotationMatrix2D((23.5, 23.5), turn if face else draw.uniform(-180, 180), draw.uniform(0.85, 1.25))
    move[:, 2] += draw.normal(0, 0.05, 2).clip(-0.12, 0.12) * SIDE
    if draw.random() < 0.5:
        picture = picture[:, ::-1]
    edge = cv2.BORDER_REPLICATE if draw.random() < 0.8 else cv2.BORDER_CONSTANT
    values = cv2.warpAffine(np.ascontiguousarray(picture), move, (SIDE, SIDE), None, cv2.INTER_LINEAR, edge)
    if draw.random() < 0.3:
        values = cv2.GaussianBlur(values, (0, 0), draw.uniform(0.4, 2))
    if draw.random() < 0.2:
        values = lossy(values, int(draw.integers(10, 80)))
    values = values.astype(np.float32)
    if draw.random() < 0.3:
        values = values * draw.uniform(0.1, 1) + draw.uniform(0, 60)
    if draw.random() < 0.3:
        values += draw.normal(0, draw.uniform(0.02, 0.4) * values.std() + 0.5, values.shape)  # a face is left
    return np.clip(values, 0, 255).astype(np.uint8)


def masked(picture: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Cover nose, mouth and chin."""
    picture, top = picture.copy(), int(draw.integers(23, 29))
    edge = np.array([[4, top + 3], [24, top - 2], [43, top + 3], [40, 42], [24, 48], [7, 42]]) + draw.integers(
        -2, 3, (6, 2)
    )
    cv2.fillPoly(picture, [edge.astype(np.int32)], int(draw.integers(0, 256)))
    return picture


def shaded(picture: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Put dark glasses on."""
    picture, ink, high = picture.copy(), int(draw.integers(0, 60)), int(draw.integers(4, 7))
    for x in (15, 33):
        cv2.ellipse(picture, (x, 19), (8, high), 0, 0, 360, ink, -1)
    cv2.line(picture, (15, 18), (33, 18), ink, 1)
    return picture


def lossy(picture: np.ndarray, quality: int) -> np.ndarray:
    """Save as JPEG, 1..100, and read again."""
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)


def _grey(pixels: np.ndarray) -> np.ndarray:
    return pixels.mean(2).round().astype(np.uint8) if pixels.ndim == 3 else pixels


def _small(pixels: np.ndarray) -> np.ndarray:
    how = cv2.INTER_AREA if min(pixels.shape[:2]) > SIDE else cv2.INTER_LINEAR
    return cv2.resize(_grey(pixels), (SIDE, SIDE), interpolation=how)
