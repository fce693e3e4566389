"""The family of docs/models.md, packed as a wheel and installed: it is listed, trained, measured and exported."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8").split("## Your own family\n")[1]
NAME = "my_faces-1.0"


def block(language):
    return re.search(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)[1]


def wheel(folder):
    """Pack the page's two blocks as any build tool would."""
    (group, points), *_ = tomllib.loads(block("toml"))["project"]["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    files = {
        "my_faces/__init__.py": "",
        "my_faces/patches.py": block("python"),
        f"{NAME}.dist-info/METADATA": "Metadata-Version: 2.1\nName: my-faces\nVersion: 1.0\n",
        f"{NAME}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{NAME}.dist-info/entry_points.txt": "\n".join(lines) + "\n",
    }
    digests = {name: hashlib.sha256(text.encode()).digest() for name, text in files.items()}
    record = [
        f"{name},sha256={base64.urlsafe_b64encode(found).rstrip(b'=').decode()}," for name, found in digests.items()
    ]
    path = folder / f"{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{NAME}.dist-info/RECORD", "\n".join([*record, f"{NAME}.dist-info/RECORD,,"]) + "\n")
    return path


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("third party")
    options = ["--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", "--target", folder / "site"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, wheel(folder)], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "site"), prepend=os.pathsep)
        yield


def test_the_example_is_at_most_forty_lines():
    assert len(block("python").splitlines()) <= 45
    assert len([line for line in block("python").splitlines() if line.strip()]) <= 40


def test_an_installed_family_is_listed_trained_and_exported(installed, mien, small_faces, tmp_path):
    listed = json.loads(mien("models", "--json").stdout)
    assert listed["patches"]["about"] == "A small transformer over patches."
    settings = ("--folds", 1, "--model", "patches", "--size", 24, "--epochs", 6, "--batch", 8, "--quiet", "--json")
    done = mien("run", small_faces, *settings, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accuracy"] > 0.5  # guessing gives a third
    assert (tmp_path / "run" / "model.onnx").exists()


def test_its_own_check_speaks_before_any_work(installed, mien, small_faces, tmp_path):
    done = mien("run", small_faces, "--model", "patches", "--size", 20, "--out", tmp_path / "run")
    assert (done.returncode, done.stderr) == (
        2,
        "mien: size = 20 cannot be cut into patches. Expected: a multiple of 8.\n",
    )
    assert not (tmp_path / "run").exists()
