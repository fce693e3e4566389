"""A verb of this package in a process of its own, where Keras is on TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mien.core.errors import ModelFileError

CODE = "import sys; from mien.pipeline import {verb}; {verb}(*sys.argv[1:])"
_SMALLER = "The file may be damaged, or too large for this machine"


def in_tensorflow(verb: str, *given: Path | str, seconds: float | None = None) -> None:
    """Run a verb of this package in a process where Keras is on TensorFlow: its graphs alone become ONNX and LiteRT.

    A process that fails, ends of a fault, or has not ended after so many seconds is a `ModelFileError`.
    """
    command = [sys.executable, "-c", CODE.format(verb=verb), *map(str, given)]
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFileError(f"TensorFlow has not come to an end in {seconds:.0f} s", todo=_SMALLER) from error
    if done.returncode < 0:
        raise ModelFileError(f"The process with TensorFlow ended of signal {-done.returncode}", todo=_SMALLER)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no word"]
        came = f"The export in TensorFlow failed: {said[0]}"
        raise ModelFileError(came, todo="Is it installed? pip install 'mien[train]'")
