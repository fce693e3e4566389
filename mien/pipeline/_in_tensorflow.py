"""A verb of this package in a process of its own, where Keras is on TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mien.core.errors import ModelFileError


def in_tensorflow(verb: str, *given: Path | str) -> None:
    """Run a verb of this package in a process where Keras is on TensorFlow: its graphs alone become ONNX and LiteRT."""
    code = f"import sys; from mien.pipeline import {verb}; {verb}(*sys.argv[1:])"
    command = [sys.executable, "-c", code, *map(str, given)]
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no word"]
        came = f"The export in TensorFlow failed: {said[0]}"
        raise ModelFileError(came, todo="Is it installed? pip install 'mien[train]'")
