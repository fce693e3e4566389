"""Compares the teachers in Keras with their first form, and times a step of their training.

$ python bench/teacher_check.py PACK [--net lite0] [--file FILE] [--size 96] [--steps 12]

PACK is what `teacher_net.py pack` wrote. The reference of EfficientNet-Lite is PyTorch with the package
efficientnet-lite-pytorch, fetched into the user's cache; of faceres, --file with its graph, run operation by operation.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import _teacher_nets as nets
import _teacher_pack
import numpy as np
from _teacher_faces import Batches, enlarged, read
from teacher_net import Plan, built, compiled

from mien.core.files import cache_folder

CODE = "efficientnet-lite-pytorch"
UNUSED = {"Const", "Placeholder", "Sigmoid", "Softmax", "_FusedMatMul"}


def main() -> None:
    """Compare and time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--net", default="lite0")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--steps", type=int, default=12)
    given = parser.parse_args()
    file = given.file or _teacher_pack.package_file(given.net)
    faces = read(given.pack / "faces.npz").some(np.arange(640))
    net = nets.build(given.net, given.size)
    nets.put(net, _teacher_pack.starting_weights(given.net, file))
    shown = enlarged(faces.pixels[:16], given.size)
    found = np.asarray(net(shown, training=False))
    reference = (pytorch if given.net in nets.LITE else graph)(given.net, file, shown)
    nets.put(net, nets.read_weights(given.pack / f"{given.net}.npz"))
    halved = np.asarray(net(shown, training=False))
    print(f"{given.net} at {given.size}: {nets.multiply_adds(net) / 1e6:.1f} million multiply-adds")
    print(f"largest difference {abs(found - reference).max():.1e} of {abs(reference).max():.2f}, ", end="")
    print(f"with kernels in 16 bits {abs(halved - reference).max():.1e}")
    if given.steps:
        clock(Plan(given.net, size=given.size), given.pack, faces, given.steps)


def pytorch(name: str, file: Path, faces: np.ndarray) -> np.ndarray:
    """Answer with the package's own network in PyTorch: float32 [B, 1280]."""
    import torch

    place = cache_folder() / "bench-teachers" / "code"
    if not place.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--target", place, CODE], check=True)
    sys.path.insert(0, str(place))
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name(f"efficientnet-{name}", image_size=faces.shape[1])
    network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    scaled = ((faces.astype(np.float32) - nets.MEAN) / nets.DEVIATION).repeat(3, -1).transpose(0, 3, 1, 2)
    with torch.no_grad():
        return network.eval().extract_features(torch.from_numpy(scaled)).mean((2, 3)).numpy()


def graph(_: str, file: Path, faces: np.ndarray) -> np.ndarray:
    """Run a TensorFlow.js graph up to its mean, operation by operation: float32 [B, 1024]."""
    import tensorflow as tf

    verbs = {"Mul": tf.multiply, "Add": tf.add, "Relu": tf.nn.relu, "Minimum": tf.minimum, "Maximum": tf.maximum}
    verbs |= {"Mean": tf.reduce_mean}
    convolutions = {"Conv2D": tf.nn.conv2d, "DepthwiseConv2dNative": tf.nn.depthwise_conv2d}
    values: dict[str, Any] = dict(_teacher_pack.tfjs(file))
    values["input_1"] = faces.astype(np.float32) - np.array(nets.FACE_MEAN, np.float32)
    for node in json.loads(file.read_text())["modelTopology"]["node"]:
        if node["op"] in UNUSED:
            continue
        entering = [values[name.partition(":")[0]] for name in node["input"]]
        if node["op"] in convolutions:
            steps = [int(step) for step in node["attr"]["strides"]["list"]["i"]]
            padding = base64.b64decode(node["attr"]["padding"]["s"]).decode()
            values[node["name"]] = convolutions[node["op"]](*entering, steps, padding)
        else:
            values[node["name"]] = verbs[node["op"]](*entering)
        if node["op"] == "Mean":
            return values[node["name"]].numpy()
    raise SystemExit(f"{file.name} has no mean over the picture")


def clock(plan: Plan, pack: Path, faces: Any, steps: int) -> None:
    """Time training steps: the processors' time, which other work on the machine changes least, and the clock's."""
    model = compiled(plan, built(plan, pack, faces.pixels), 1000)
    batches = Batches(faces, faces.targets(plan.votes), plan.size, plan.batch)
    spent, passed = [], []
    given = [*batches.epoch(0)]
    for step in range(steps + 2):
        began, processor = time.monotonic(), time.process_time()
        model.train_on_batch(*given[step % len(given)])
        passed.append(time.monotonic() - began)
        spent.append(time.process_time() - processor)
    best, least = 1000 * min(spent[2:]), 1000 * min(passed[2:])
    print(f"a step of {plan.batch}: least {best:.0f} ms of the processors, {least:.0f} ms on the clock, ", end="")
    print(f"median {1000 * np.median(spent[2:]):.0f} and {1000 * np.median(passed[2:]):.0f} ms")


if __name__ == "__main__":
    main()
