"""What networks run on: Keras set up on its backend, and the way to ONNX. Keras is imported where it is used.

Examples
--------
>>> from mien import backends
>>> backends.OPSET
17
"""

from __future__ import annotations

from mien.backends._hushed import hushed
from mien.backends._keras import (
    OWN_PROCESS,
    accelerators,
    backend,
    has_known_internals,
    import_keras,
    keras_home,
    quiet_backend,
    seed,
    share_cores,
)
from mien.backends._onnx import IR_VERSION, OPSET, convert, convert_function, part_of, require_tensorflow
from mien.backends._recurrent import unrolled

__all__ = [
    "IR_VERSION",
    "OPSET",
    "OWN_PROCESS",
    "accelerators",
    "backend",
    "convert",
    "convert_function",
    "has_known_internals",
    "hushed",
    "import_keras",
    "keras_home",
    "part_of",
    "quiet_backend",
    "require_tensorflow",
    "seed",
    "share_cores",
    "unrolled",
]
