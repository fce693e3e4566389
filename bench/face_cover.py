"""Fit what tells a covered mouth from a bare one, on the features of the face check, and put it into its file.

$ python bench/face_cover.py DATA [CHECK.onnx]

To be run after bench/face_check.py, whose net stays as it is: a line through its last features is all that is added.
Bare: FER2013's Training without the rows that chose `face`, faces that YuNet finds in photos, sunglasses, a hand on the
cheek. Covered: cloth drawn over nose and mouth of both, masks, a hand over the mouth; and real masks, of six photos in
ten. Each is varied as use varies it. The threshold leaves 199 of 200 bare faces alone, of those that chose `face` and
of photos kept for it. Measured on the other photos, and on PublicTest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

os.environ.setdefault("MIEN_YUNET", str(Path(sys.argv[1]).parent / "models" / "face_detection_yunet_2023mar.onnx"))

import _check_data as data_of
import abstention
import cv2
import numpy as np
import onnx
import onnxruntime
from _faces import share
from _results import record, table
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

from mien import faces, kinds, media
from mien.core.files import write_bytes

ALONE = 0.995  # of the bare faces that choose the threshold
PHOTOS = 170  # of training, of which faces are cut
FEATURES, WIDTH = "flat", 360  # of the face check's last layer but one
# Of what YuNet finds in people's boxes in face_boxes/masks, in its order, looked at one by one: mouths that are seen,
# and what cannot be told, or is covered by something else.
BARE = "2 15 18 39 52 54 61 62 72 79 80 82 83 89 90 104 107 127 135 142 149 151 158 160 164 167 190 206 211 212 223 226"
BARE += " 233 258 273 280"
UNCLEAR = (
    "1 4 14 17 22 53 78 85 116 117 118 119 132 138 181 184 189 197 208 209 216 219 220 229 239 256 259 260 261 285"
)
CORRUPTIONS = {one.name: one for one in kinds.kind("picture").corruptions()}
AGAIN = 9  # times that a real mask is varied; there are few

Ask = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    """Fit, choose the threshold, write, measure."""
    data, own = Path(sys.argv[1]), Path(faces.__file__).parent / "check.onnx"
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else own
    model, draw = without_cover(onnx.load(out)), np.random.default_rng(0)
    ask, masks = asked(model), in_masks(data)
    weights, bias = fitted(ask, training(data, masks, draw))

    def score(rows: np.ndarray) -> np.ndarray:
        return ask(rows) @ weights + bias

    fer = data_of.fer_faces(data, "val")
    threshold = max(float(np.quantile(score(rows), ALONE)) for rows in (fer, in_photos(data, "val")))
    content = with_cover(model, weights, bias - threshold)
    write_bytes(out, content)
    print(f"{out}: {len(content):,} bytes; threshold {threshold:.3f}, inside the file")
    found = body(data, fer, masks, lambda rows: score(rows) > threshold)
    record("A covered mouth", "python bench/face_cover.py DATA", found)


def training(
    data: Path, masks: dict[str, np.ndarray], draw: np.random.Generator
) -> list[tuple[np.ndarray, int, float]]:
    """Gather faces, whether their mouths are covered, and how much each counts: uint8 [N, 48, 48]."""
    fer = np.concatenate([data_of.fer_faces(data, "train", 4000), data_of.drawn_faces(150, 1)])
    found, real, bare = in_photos(data, "train", PHOTOS), masks["covered, train"], masks["bare, train"]
    return [
        (fer, 0, 1.0),
        (varied([bared(one, draw) for one in fer], draw), 0, 1.0),
        (varied([covered(one, draw) for one in fer], draw), 1, 1.0),
        (np.concatenate([found, bare, bare]), 0, 3.0),
        (np.concatenate([varied([*found, *bare], draw) for _ in range(4)]), 0, 3.0),
        (varied([cloth(one, draw) for one in [*found] * 3], draw), 1, 2.0),
        (np.concatenate([real, *(varied([*real], draw) for _ in range(AGAIN))]), 1, 3.0),
    ]


def fitted(ask: Ask, parts: list[tuple[np.ndarray, int, float]]) -> tuple[np.ndarray, float]:
    """Fit a line through the features: float64 [WIDTH], and its offset."""
    rows = np.concatenate([ask(pictures) for pictures, _, _ in parts])
    truth = np.concatenate([np.full(len(pictures), label) for pictures, label, _ in parts])
    counts = np.concatenate([np.full(len(pictures), weight) for pictures, _, weight in parts])
    mean, spread = rows.mean(0), rows.std(0) + 1e-3
    line = LogisticRegression(C=0.05, max_iter=400).fit((rows - mean) / spread, truth, counts)
    weights = line.coef_[0] / spread
    return weights, float(line.intercept_[0] - mean @ weights)


def asked(model: onnx.ModelProto) -> Ask:
    """Return what gives the features of faces, float32 [N, WIDTH]."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    bare.graph.output.append(helper.make_tensor_value_info(FEATURES, TensorProto.FLOAT, ["N", WIDTH]))
    session = onnxruntime.InferenceSession(bare.SerializeToString(), providers=["CPUExecutionProvider"])

    def ask(rows: np.ndarray) -> np.ndarray:
        wide = np.repeat(rows[..., None], 3, 3)
        parts = (wide[start : start + 64] for start in range(0, len(wide), 64))
        return np.concatenate([session.run([FEATURES], {"pixels": part})[0] for part in parts])

    return ask


def in_masks(data: Path) -> dict[str, np.ndarray]:
    """Cut the faces of photos with masks, [N, 48, 48], by whether the mouth is covered and the photo is kept."""
    detector, found = faces.detector("yunet"), []
    for path, boxes in abstention.boxed(data / "face_boxes" / "masks"):
        pixels = media.decode(path.read_bytes())
        for face in detector.find(pixels):
            if min(face.box[2:]) >= abstention.SMALLEST and any(
                abstention.overlap(face.box, box) >= abstention.COVERED for box in boxes
            ):
                found.append((data_of._grey(faces.crop(pixels, face, data_of.SIDE)), data_of.side_of(path.name)))  # noqa: SLF001
    bare, unclear = ({int(word) for word in words.split()} for words in (BARE, UNCLEAR))
    parts: dict[str, list[np.ndarray]] = {}
    for place, (picture, side) in enumerate(found):
        if place not in unclear:
            name = f"{'bare' if place in bare else 'covered'}, {'train' if side == 'train' else 'kept'}"
            parts.setdefault(name, []).append(picture)
    return {name: np.stack(pictures) for name, pictures in parts.items()}


def in_photos(data: Path, side: str, most: int | None = None) -> np.ndarray:
    """Cut up to three faces of each photo, uint8 [N, 48, 48]."""
    detector, found = faces.detector("yunet"), []
    for pixels in islice(data_of.photos(data, side, with_faces=True), most):
        for face in [one for one in detector.find(pixels) if one.score > 0.8 and min(one.box[2:]) >= 24][:3]:
            found.append(data_of._grey(faces.crop(pixels, face, data_of.SIDE)))  # noqa: SLF001
    return np.stack(found)


def varied(pictures: list[np.ndarray], draw: np.random.Generator) -> np.ndarray:
    """Vary as the face check is varied, but cover nothing more."""
    return data_of.varied(np.stack(pictures), draw, face=True, cover=False)


def corrupted(name: str, picture: np.ndarray, strength: int, draw: np.random.Generator) -> np.ndarray:
    """Corrupt a grey face as `mien evaluate --corrupt` does."""
    return CORRUPTIONS[name].change(np.repeat(picture[..., None], 3, 2), strength, draw)[..., 0]


def bared(picture: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Leave the mouth; sometimes sunglasses, or a hand on the cheek."""
    which = draw.random()
    if which < 0.12:
        return data_of.shaded(picture, draw)
    return corrupted("hand", picture, int(draw.integers(1, 3)), draw) if which < 0.18 else picture


def covered(picture: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Cover the mouth: with cloth, one of two drawn masks, or a hand."""
    which = draw.random()
    if which < 0.6:
        return cloth(picture, draw)
    if which < 0.75:
        return data_of.masked(picture, draw)
    name, strength = ("mask", int(draw.integers(2, 6))) if which < 0.9 else ("hand", 5)
    return corrupted(name, picture, strength, draw)


def cloth(picture: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Lay shaded cloth with folds over nose, mouth and chin."""
    y, x = np.mgrid[0 : data_of.SIDE, 0 : data_of.SIDE].astype(np.float32)
    top, aside, slope = draw.uniform(23, 35), draw.uniform(-2, 2), draw.normal(0, 25, 2)
    values = draw.uniform(20, 250) + slope[0] * (y - 36) / 12 + slope[1] * (x - 24) / 24
    values = values - draw.uniform(0, 30) * ((x - 24) / 24) ** 2
    if draw.random() < 0.5:
        values = values * (1 + draw.uniform(0.01, 0.08) * np.sin(y * draw.uniform(0.5, 2.2) + draw.uniform(0, 6)))
    values = values + draw.normal(0, draw.uniform(0, 6), values.shape)
    (left, right), low = draw.uniform(1, 8, 2), top + draw.uniform(-1, 5)
    shape = [(left, low), (17 + aside, top), (24 + aside, top - draw.uniform(0, 4)), (31 + aside, top)]
    shape += [(47 - right, low), (45 - right, 43), (30, 49), (18, 49), (left + 2, 43)]
    over = np.zeros(picture.shape, np.uint8)
    cv2.fillPoly(over, [np.rint(np.array(shape) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    opacity = over.astype(np.float32) / 255
    return np.clip(picture * (1 - opacity) + values * opacity, 0, 255).astype(np.uint8)


def without_cover(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take off what an earlier run has put on."""
    graph = model.graph
    for nodes in (graph.node, graph.initializer):
        for one in [one for one in nodes if one.name.startswith("cover")]:
            nodes.remove(one)
    (flatten,) = [one for one in graph.node if one.input[0] == "measures"]
    flatten.output[0] = "quality"
    (quality,) = [one for one in graph.output if one.name == "quality"]
    quality.type.tensor_type.shape.dim[1].dim_value = 3
    return model


def with_cover(model: onnx.ModelProto, weights: np.ndarray, bias: float) -> bytes:
    """Give `quality` a fourth column: over 0 where the mouth is covered."""
    graph = model.graph
    held = {"cover_16": weights[:, None].astype(np.float16), "cover_bias": np.array([bias], np.float32)}
    graph.initializer.extend(numpy_helper.from_array(values, name) for name, values in held.items())
    (flatten,) = [one for one in graph.node if one.input[0] == "measures"]
    flatten.output[0] = "light"
    graph.node.extend(
        [
            helper.make_node("Cast", ["cover_16"], ["cover_weights"], name="cover_cast", to=TensorProto.FLOAT),
            helper.make_node("Gemm", [FEATURES, "cover_weights", "cover_bias"], ["cover"], name="cover_line"),
            helper.make_node("Concat", ["light", "cover"], ["quality"], name="cover_join", axis=1),
        ]
    )
    (quality,) = [one for one in graph.output if one.name == "quality"]
    quality.type.tensor_type.shape.dim[1].dim_value = 4
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


def body(data: Path, fer: np.ndarray, masks: dict[str, np.ndarray], said: Ask) -> str:
    """Tabulate how often a mouth is said to be covered, on what had no part in fitting."""
    wider = np.stack([data_of._grey(one) for one in abstention.detections(data, "wider_val")[0]])  # noqa: SLF001
    bare = {"PublicTest": data_of.fer_faces(data, "test"), "faces in other photos": in_photos(data, "test")}
    bare |= {"WIDER validation": wider, "photos of people in masks, mouth seen": masks["bare, kept"]}
    over = {"real masks, photos kept": masks["covered, kept"]}
    draw = np.random.default_rng(1)
    for name, strengths in {"mask": range(1, 6), "hand": range(3, 6), "sunglasses": (5,)}.items():
        for strength in strengths:
            rows = np.stack([corrupted(name, one, strength, draw) for one in fer[:500]])
            over[f"`{name}`, strength {strength}, drawn on faces that chose the threshold"] = rows
    rows = [(name, f"{len(part):,}", share(said(part))) for name, part in bare.items()]
    more = [(name, f"{len(part):,}", share(said(part))) for name, part in over.items()]
    tables = table(("bare", "faces", "called covered"), rows), table(("covered", "faces", "called covered"), more)
    return "\n\n".join(tables)


if __name__ == "__main__":
    main()
