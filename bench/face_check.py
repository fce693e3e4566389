"""Fit the face check, mien/faces/check.onnx: it says whether a crop is a face at all.

$ python bench/face_check.py DATA [OUT.onnx]

Faces: FER2013's Training without the rows that chose `face`, faces that YuNet finds in photos, and drawn ones, varied
as use varies them (moved, turned up to 30 degrees, covered, dark, blurred, JPEG). None: squares of photos without
faces, parts of faces, noise, blank, drawings. The threshold refuses 1 % of the faces held out to choose it, as
they are, and stands inside the graph: from 0.5 on it is a face. Beside that the graph measures light, contrast and
detail, for mien/faces/_doubts.py; bench/face_cover.py, to be run after it, adds whether the mouth is covered.
bench/abstention.py measures on what was not seen here. A few minutes on a core.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("MIEN_YUNET", str(Path(sys.argv[1]).parent / "models" / "face_detection_yunet_2023mar.onnx"))

import _check_data as data_of
import keras
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mien import faces
from mien.core.files import write_bytes

EPOCHS, BATCH, RATE = 20, 128, 4e-3
AGAIN = 2  # epochs on the same variations: making them costs as much as learning from them
LAYERS = ((16, 5), (32, 3), (32, 3), (40, 3))  # filters and side of each, all with a stride of two
REFUSED = 0.01  # of the faces to choose by, as they are


def main() -> None:
    """Fit, choose the threshold, write."""
    data, out = (
        Path(sys.argv[1]),
        Path(sys.argv[2]) if len(sys.argv) > 2 else Path(faces.__file__).parent / "check.onnx",
    )
    sides = {side: gathered(data, side) for side in ("train", "val")}
    print({side: [len(part) for part in parts] for side, parts in sides.items()}, flush=True)
    net = fitted(*sides["train"])
    positive, negative = sides["val"]
    draw = np.random.default_rng(7)
    plain, hard = (asked(net, rows) for rows in (positive, data_of.varied(positive, draw, face=True)))
    others = asked(net, negative)
    threshold = float(np.quantile(plain, REFUSED))
    shares = [float((found < threshold).mean()) for found in (plain, hard, others)]
    print(f"threshold {threshold:.4f}; refused: faces {shares[0]:.2%}, varied {shares[1]:.2%}, others {shares[2]:.2%}")
    content = exported(net, threshold)
    write_bytes(out, content)
    print(f"{out}: {len(content):,} bytes")


def gathered(data: Path, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Gather faces and what is none of one side, uint8 [N, 48, 48] both."""
    train, seed = side == "train", 1 if side == "train" else 2
    fer = data_of.fer_faces(data, side, 12000 if train else None)
    found, off = data_of.photo_faces(data, side)
    drawn = data_of.drawn_faces(400 if train else 60, seed)
    few = 1500 if train else 200
    none = [
        data_of.photo_squares(data, side, 30 if train else 6),
        off,
        data_of.face_parts(fer[: few * 2], seed),
        data_of.noise(few, seed),
        data_of.blank(few // 2, seed),
        data_of.drawings(few, seed),
    ]
    repeat = 3 if train else 1
    return np.concatenate([fer, *[found] * repeat, *[drawn] * (2 if train else 1)]), np.concatenate(none)


def fitted(positive: np.ndarray, negative: np.ndarray) -> keras.Model:
    """Fit the net, each epoch on faces and others varied anew."""
    keras.utils.set_random_seed(3)
    layers = [keras.layers.Input((data_of.SIDE, data_of.SIDE, 1))]
    for filters, side in LAYERS:
        layers.append(keras.layers.Conv2D(filters, side, 2, "same", use_bias=False))
        layers += [keras.layers.BatchNormalization(momentum=0.95), keras.layers.ReLU()]
    net = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dropout(0.2), keras.layers.Dense(1)])
    steps = EPOCHS * ((len(positive) + len(negative)) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps, 0.02, warmup_target=RATE, warmup_steps=steps // 10)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    net.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), loss)
    draw = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        if epoch % AGAIN == 0:
            parts = (data_of.varied(part, draw, face=part is positive) for part in (positive, negative))
            rows = np.concatenate([*parts])
        truth = np.repeat([1.0, 0.0], [len(positive), len(negative)]).astype(np.float32)
        order = draw.permutation(len(rows))[: len(rows) // BATCH * BATCH]
        history = net.fit(normal(rows[order]), truth[order], BATCH, verbose=0, shuffle=False)
        print(f"epoch {epoch + 1}: loss {history.history['loss'][0]:.4f}", flush=True)
    return net


def normal(rows: np.ndarray) -> np.ndarray:
    """Take light and contrast out, as the graph does: float32 [N, 48, 48, 1]."""
    values = rows[..., None].astype(np.float32) / 255
    mean = values.mean((1, 2), keepdims=True)
    return (values - mean) / (np.sqrt(((values - mean) ** 2).mean((1, 2), keepdims=True)) + 0.02)


def asked(net: keras.Model, rows: np.ndarray) -> np.ndarray:
    """Return how much like a face rows are, 0..1."""
    return 1 / (1 + np.exp(-net.predict(normal(rows), 256, verbose=0)[:, 0].astype(np.float64)))


def exported(net: keras.Model, threshold: float) -> bytes:
    """Write the graph out: uint8 [N, S, S, 3] to ``face``, float32 [N], and ``quality`` [N, 3]; weights in 16 bits."""
    nodes, weights = _opening()
    measuring, more = _quality()
    nodes, weights, current = [*nodes, *measuring], weights | more, "normal"
    blocks = zip(net.layers[0:-3:3], net.layers[1:-3:3], LAYERS, strict=True)
    for number, (layer, norm, (_, side)) in enumerate(blocks):
        kernel, bias = _folded(layer.get_weights()[0], norm)
        weights |= {f"w{number}": kernel.transpose(3, 2, 0, 1), f"b{number}": bias}
        low = (side - 2) // 2  # as Keras pads for a stride of two: one more at the end
        pads, made = [low, low, side - 2 - low, side - 2 - low], f"conv{number}"
        nodes.append(helper.make_node("Conv", [current, f"w{number}", f"b{number}"], [made], strides=[2, 2], pads=pads))
        nodes.append(helper.make_node("Relu", [made], [f"relu{number}"]))
        current = f"relu{number}"
    kernel, bias = net.layers[-1].get_weights()
    weights |= {"last": kernel, "last_bias": bias - np.log(threshold / (1 - threshold))}  # a face from 0.5 on
    nodes += [
        helper.make_node("Transpose", [current], ["turned"], perm=[0, 2, 3, 1]),  # Keras flattens channels last
        helper.make_node("Flatten", ["turned"], ["flat"]),
        helper.make_node("Gemm", ["flat", "last", "last_bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["share"]),
        helper.make_node("Reshape", ["share", "line"], ["face"]),
    ]
    return _file(nodes, weights)


def _folded(kernel: np.ndarray, norm: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """Put what normalises a layer's outputs into its own weights."""
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return kernel * scale, beta - mean * scale


def _opening() -> tuple[list[onnx.NodeProto], dict[str, np.ndarray]]:
    """Grey, channels first, 48 x 48, light and contrast taken out."""
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats", "channels"], ["grey"], keepdims=1),
        helper.make_node("Transpose", ["grey"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Shape", ["planes"], ["shape"], start=0, end=2),
        helper.make_node("Concat", ["shape", "side"], ["sizes"], axis=0),
        helper.make_node("Resize", ["planes", "", "", "sizes"], ["small"], mode="linear", antialias=1),
        helper.make_node("Div", ["small", "white"], ["values"]),
        helper.make_node("ReduceMean", ["values", "plane"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["values", "mean"], ["centred"]),
        helper.make_node("Mul", ["centred", "centred"], ["squares"]),
        helper.make_node("ReduceMean", ["squares", "plane"], ["variance"], keepdims=1),
        helper.make_node("Sqrt", ["variance"], ["contrast"]),
        helper.make_node("Add", ["contrast", "least"], ["scale"]),
        helper.make_node("Div", ["centred", "scale"], ["normal"]),
    ]
    return nodes, {"white": np.float32(255), "least": np.float32(0.02)}


def _quality() -> tuple[list[onnx.NodeProto], dict[str, np.ndarray]]:
    """How light a crop is, 0..1, its contrast (standard deviation), and how much of that is fine detail.

    The last is the decimal logarithm of the Laplacian's variance (Pech-Pacheco et al. 2000), after a little smoothing,
    beside the crop's own.
    """
    smooth = np.outer([1, 2, 1], [1, 2, 1]) / 16
    padded, laplacian = np.pad(smooth, 2), np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    kernel = sum(
        laplacian[row, column] * padded[2 - row : 7 - row, 2 - column : 7 - column]
        for row in range(3)
        for column in range(3)
    )
    nodes = [
        helper.make_node("Conv", ["values", "laplacian"], ["fine"]),
        helper.make_node("ReduceMean", ["fine", "plane"], ["fine_mean"], keepdims=1),
        helper.make_node("Sub", ["fine", "fine_mean"], ["fine_centred"]),
        helper.make_node("Mul", ["fine_centred", "fine_centred"], ["fine_squares"]),
        helper.make_node("ReduceMean", ["fine_squares", "plane"], ["fine_variance"], keepdims=1),
        helper.make_node("Max", ["fine_variance", "nothing"], ["above"]),
        helper.make_node("Max", ["variance", "nothing"], ["below"]),
        helper.make_node("Div", ["above", "below"], ["ratio"]),
        helper.make_node("Log", ["ratio"], ["natural"]),
        helper.make_node("Div", ["natural", "ten"], ["detail"]),
        helper.make_node("Concat", ["mean", "contrast", "detail"], ["measures"], axis=1),
        helper.make_node("Flatten", ["measures"], ["quality"]),
    ]
    return nodes, {
        "laplacian": kernel[None, None].astype(np.float32),
        "nothing": np.float32(1e-8),
        "ten": np.float32(np.log(10)),
    }


def _file(nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray]) -> bytes:
    held = [
        numpy_helper.from_array(np.array(values, np.int64), name)
        for name, values in {"channels": [3], "plane": [2, 3], "side": [data_of.SIDE] * 2, "line": [-1]}.items()
    ]
    before = []
    for name, values in weights.items():
        wide = np.ndim(values) > 1
        stored = np.asarray(values, np.float16 if wide else np.float32)
        held.append(numpy_helper.from_array(stored, f"{name}_16" if wide else name))
        if wide:
            before.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
    pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", "S", "S", 3])
    face = helper.make_tensor_value_info("face", TensorProto.FLOAT, ["N"])
    quality = helper.make_tensor_value_info("quality", TensorProto.FLOAT, ["N", 3])
    graph = helper.make_graph([*before, *nodes], "face-check", [pixels], [face, quality], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9, producer_name="mien")
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


if __name__ == "__main__":
    main()
