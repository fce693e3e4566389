"""What the last layer sees of validation pictures, as TensorBoard's projector reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from mien.core.files import write_bytes, write_text
from mien.core.types import Batches
from mien.train._drawn import can_be_drawn

if TYPE_CHECKING:
    import keras

    from mien.core.types import Pixels

MOST = 1000  # pictures: what the projector draws at once
WIDEST = 2048  # numbers a picture; more would be a file of tens of MB that the projector cannot draw
TILE, ACROSS = 32, 32  # pixels of a picture on the sprite sheet, and pictures in a row
SPRITE = f"""  sprite {{
    image_path: "pictures.png"
    single_image_dim: {TILE}
    single_image_dim: {TILE}
  }}
"""


def write_embeddings(folder: Path, model: keras.Model, validation: Batches) -> None:
    """Write vectors, labels, small pictures, and the configuration that binds them."""
    import keras

    from mien.media import encode_png

    body = keras.Model(model.inputs[0], model.layers[-1].input)
    vectors: list[Any] = []
    tiles: list[Any] = []
    full = 0
    for batch, _ in validation.epoch(0):
        full = max(full, len(batch))
        padded = np.pad(batch, [(0, full - len(batch)), *[(0, 0)] * (batch.ndim - 1)])
        vectors.append(np.asarray(body.predict_on_batch(padded))[: len(batch)].reshape(len(batch), -1))
        pictures = batch if can_be_drawn(batch) else ()
        tiles += [cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_AREA) for picture in pictures]
        if sum(map(len, vectors)) >= MOST:
            break
    rows = np.concatenate(vectors)[:MOST]
    if rows.shape[1] > WIDEST:
        return
    lines = "\n".join("\t".join(f"{value:.5g}" for value in row) for row in rows)
    words = "\n".join(validation.labels[number].replace("\t", " ") for number in validation.numbers[: len(rows)])
    write_text(folder / "embeddings.tsv", lines + "\n")
    write_text(folder / "labels.tsv", words + "\n")
    if tiles:
        write_bytes(folder / "pictures.png", encode_png(_sprite(tiles[:MOST])))
    write_text(folder / "projector_config.pbtxt", _configuration(rows.shape, SPRITE if tiles else ""))


def _sprite(tiles: list[Pixels]) -> Pixels:
    rows = -(-len(tiles) // ACROSS)
    page: Pixels = np.zeros((rows * ACROSS, TILE, TILE, 3), np.uint8)
    page[: len(tiles)] = tiles
    return page.reshape(rows, ACROSS, TILE, TILE, 3).swapaxes(1, 2).reshape(rows * TILE, ACROSS * TILE, 3)


def _configuration(shape: tuple[int, ...], sprite: str) -> str:
    # A ProjectorConfig of TensorBoard's, as text: importing its own class would import TensorFlow.
    return f"""embeddings {{
  tensor_name: "validation pictures"
  tensor_shape: {shape[0]}
  tensor_shape: {shape[1]}
  tensor_path: "embeddings.tsv"
  metadata_path: "labels.tsv"
{sprite}}}
"""
