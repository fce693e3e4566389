"""The kind ``sound``: a clip of a voice, and how a model's inputs are cut of one."""

from __future__ import annotations

from mien.kinds.sound._encode import encode_flac
from mien.kinds.sound._kind import KIND
from mien.kinds.sound._open import LONGEST
from mien.kinds.sound._read import RATE, blocks, resampled
from mien.kinds.sound._spectrum import mel_bank, mel_edges

__all__ = ["KIND", "LONGEST", "RATE", "blocks", "encode_flac", "mel_bank", "mel_edges", "resampled"]
