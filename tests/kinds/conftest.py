"""A third kind, brought by a package on the path as pip would leave it, and data of it."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mien.core import registry

CLASSES = ("run", "sit", "walk")
PAGE = (Path(__file__).parents[2] / "docs" / "kinds.md").read_text(encoding="utf-8").split("## Your own kind\n")[1]


def block(language: str) -> str:
    return re.search(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)[1]


def points() -> str:
    groups = tomllib.loads(block("toml"))["project"]["entry-points"]
    lines = [line for group, named in groups.items() for line in (f"[{group}]", *map(" = ".join, named.items()))]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def third_kind(tmp_path_factory) -> Path:
    """Install the package of docs/kinds.md, here and in the processes that tests start."""
    site = tmp_path_factory.mktemp("site")
    package, info = site / "my_tables", site / "my_tables-1.0.dist-info"
    for folder in (package, info):
        folder.mkdir()
    (package / "__init__.py").write_text("")
    (package / "tables.py").write_text(block("python"))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-tables\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points())
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        patch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)
        importlib.invalidate_caches()
        registry._points.cache_clear()
        yield site
    registry._points.cache_clear()
    for name in ("my_tables", "my_tables.tables"):
        sys.modules.pop(name, None)


def numbers(label: int, index: int) -> str:
    """A sample: three waves, as quick as their class, at a place of their own."""
    draw = np.random.default_rng([label, index])
    time = np.arange(16)[:, None] * (label + 1) / 3 + draw.uniform(0, 0.5) + np.arange(3)
    values = np.sin(time) + draw.normal(0, 0.1, time.shape)
    return "".join(",".join(f"{value:.4f}" for value in row) + "\n" for row in values)


def write(folder: Path, first: int = 0) -> Path:
    """Sixty tables in three classes."""
    for label, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for index in range(20):
            (folder / name / f"{index:02}.csv").write_text(numbers(label, first + index))
    return folder


@pytest.fixture(scope="session")
def write_tables() -> Callable[..., Path]:
    return write


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    """Sixty tables, and planted among them one cut off, one flat, and a copy."""
    folder = write(tmp_path_factory.mktemp("data") / "tables")
    (folder / "run" / "cut.csv").write_text(numbers(0, 50)[:150].rpartition(",")[0])
    (folder / "sit" / "flat.csv").write_text("0.5000,0.5000,0.5000\n" * 16)
    shutil.copy(folder / "walk" / "00.csv", folder / "walk" / "again.csv")
    return folder
