"""Light augmentation: each sample's draws follow from seed, epoch and its own number alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien.kinds.picture._randaugment import erase, randaugment

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers, Pixels
    from mien.kinds._variation import Variation

# How far each knob turns at strength 1.
ROTATION = 15.0  # degrees, either way
SCALE = 0.12  # of the size
SHIFT = 0.10  # of the side
LIGHT = 0.25  # of brightness, and of contrast

_KNOBS = 7  # flip, rotation, scale, shift right, shift down, brightness, contrast
_ERASE = 5  # whether, how large, how long, where across, where down
_GOLDEN, _MIX1, _MIX2 = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def uniform(seed: int, epoch: int, numbers: Integers, count: int) -> Floats:
    """Draw `count` uniform values for each sample, whatever stands beside it: float64 [B, count], in [0, 1).

    SplitMix64 (Steele, Lea and Flood 2014) is a hash of a counter, so it can be entered anywhere: sample i owns
    counters i * count + 1 .. (i + 1) * count. No table grows with the data, and the batch size and the order cannot
    change what a sample looks like.
    """
    key = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)
    steps = np.arange(1, count + 1, dtype=np.uint64)
    z = key + (numbers.astype(np.uint64)[:, None] * np.uint64(count) + steps) * _GOLDEN  # [B, count], wraps
    z = (z ^ (z >> np.uint64(30))) * _MIX1
    z = (z ^ (z >> np.uint64(27))) * _MIX2
    z ^= z >> np.uint64(31)
    draws: Floats = (z >> np.uint64(11)) * 2.0**-53
    return draws


def matrices(draws: Floats, strength: float, size: int) -> Floats:
    """Return where each pixel of the answer comes from: one affine map a picture.

    `draws` float64 [B, at least 5], in [0, 1): flip, rotation, scale, shift right, shift down; 0.5 moves nothing.
    Returns float64 [B, 2, 3], from the answer's x, y to the source's, about the picture's middle.
    """
    swing = 2 * draws[:, 1:5] - 1  # [B, 4], -1..1
    angle = np.radians(ROTATION * strength * swing[:, 0])
    zoom = 1 / (1 + SCALE * strength * swing[:, 1])
    mirror = np.where(draws[:, 0] < 0.5, 1.0, -1.0)
    middle = (size - 1) / 2
    # Turn and zoom first, then mirror the source's x: a mirror alone stays exact, to the bit.
    turn = np.empty((len(draws), 2, 2))
    turn[:, 0, 0], turn[:, 0, 1] = mirror * zoom * np.cos(angle), mirror * zoom * -np.sin(angle)
    turn[:, 1, 0], turn[:, 1, 1] = zoom * np.sin(angle), zoom * np.cos(angle)
    away = middle + SHIFT * strength * size * swing[:, 2:4]  # [B, 2]
    return np.concatenate([turn, middle - turn @ away[:, :, None]], axis=2)


def tables(draws: Floats, strength: float) -> Pixels:
    """Return how each picture's brightness and contrast change.

    `draws` float64 [B, 7], in [0, 1): of them 5 is brightness, a gain, and 6 contrast, about mid-grey; 0.5 changes
    nothing. Returns uint8 [B, 256], old value to new.
    """
    gain, contrast = (1 + LIGHT * strength * (2 * draws[:, 5:7] - 1)).T[:, :, None]  # [B, 1] each
    values = np.arange(256)[None, :]
    table: Pixels = np.clip(np.rint((values * gain - 127.5) * contrast + 127.5), 0, 255).astype(np.uint8)
    return table


def vary(source: Pixels, rows: Integers, draws: Floats, strength: float) -> Pixels:
    """Read rows and move them: one warp and one table look-up a picture.

    `source` uint8 [N, S, S, 3], of which only `rows` (int64 [B]) are touched; `draws` float64 [B, 7]; at `strength` 0
    they come as they are, not even mirrored. Returns uint8 [B, S, S, 3], new memory.
    """
    if strength == 0:
        return np.take(source, rows, axis=0)
    size = source.shape[1]
    out: Pixels = np.empty((len(rows), *source.shape[1:]), np.uint8)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moves, lights = matrices(draws, strength, size), tables(draws, strength)
    for row, picture, move, light in zip(rows, out, moves, lights, strict=True):
        cv2.warpAffine(source[row], move, (size, size), picture, how, cv2.BORDER_REFLECT_101)
        cv2.LUT(picture, light, picture)
    return out


def varied(source: Pixels, rows: Integers, numbers: Integers, when: tuple[int, int], variation: Variation) -> Pixels:
    """Read rows as they look in one epoch: one warp, one table look-up, and what else the variation asks for.

    `source` uint8 [N, S, S, 3], of which only `rows` (int64 [B]) are touched; `numbers` int64 [B]: a sample that comes
    twice in an epoch has two. Returns uint8 [B, S, S, 3], new memory.
    """
    end = _KNOBS + 2 * variation.randaugment
    draws = uniform(*when, numbers, end + (_ERASE if variation.erase else 0))
    knobs, more, holes = np.split(draws, [_KNOBS, end], axis=1)
    pixels = vary(source, rows, knobs, variation.augment)
    for number in range(len(rows)) if variation.randaugment or variation.erase else ():
        if variation.randaugment:
            pixels[number] = randaugment(pixels[number], more[number], variation.augment)
        if variation.erase:
            erase(pixels[number], holes[number], variation.erase)
    return pixels
