from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mien import collect, media
from mien.core.errors import SourceError
from mien.core.types import Manifest

PARTS = ("Training", "PublicTest", "PrivateTest")


def picture(number: int) -> bytes:
    """A tiny PNG that no other number gives."""
    pixels = np.full((4, 4, 3), number % 251, np.uint8)
    pixels[0, 0] = (number // 251 % 256, number // 64_256 % 256, 7)
    return media.encode_png(pixels)


@pytest.fixture
def make(tmp_path):
    """Make a folder `faces` with pictures, each unlike the others, and with files of text or bytes."""

    def fill(*names: str, folder: Path | None = None, texts: Mapping[str, str | bytes] | None = None) -> Path:
        root = folder or tmp_path / "faces"
        root.mkdir(exist_ok=True)
        contents: dict[str, str | bytes] = {name: picture(number) for number, name in enumerate(names)}
        for name, content in {**contents, **(texts or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return fill


@pytest.fixture
def folder(make):
    """Three pictures that a table can name."""
    return make("1.png", "deep/2 é.png", "3.png")


def write(folder: Path, text: str, name: str = "table.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture
def rows():
    """Return a manifest's rows as id -> label."""
    return lambda manifest: dict(manifest.frame.select("id", "label").iter_rows())


def fer2013(header: str = "emotion,pixels,Usage", rows: int = 21, side: int = 48) -> str:
    """A table like the contest's, the seven numbers in turn."""
    order = header.replace(" ", "").split(",")
    lines = [header]
    for number in range(rows):
        pixels = " ".join(str((number * 7 + cell) % 256) for cell in range(side * side))
        cells = {"emotion": str(number % 7), "pixels": pixels, "Usage": PARTS[number % 3]}
        lines.append(",".join(cells[name] for name in order))
    return "\n".join(lines) + "\n"


def zipped(root: Path) -> Path:
    """Pack a folder beside it."""
    target = root.with_name(root.name + ".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(root.rglob("*"), key=lambda path: path.relative_to(root).as_posix().split("/")):
            if path.is_file():
                archive.write(path, path.relative_to(root).as_posix())
    return target


def scan_both(root: Path, **options: object) -> Manifest:
    """List a folder, and hold its archive to the same rows."""
    found = collect.scan(root, **options)
    packed = collect.scan(zipped(root), **options)
    for name in found.frame.columns:
        if name not in ("path", "container"):
            assert packed.frame[name].to_list() == found.frame[name].to_list(), name
    said = [one for one in found.skipped if one.what != "empty folders"]
    assert [one for one in packed.skipped if one.what != "empty folders"] == said
    assert contents(packed) == contents(found)
    return found


def contents(manifest: Manifest) -> list[bytes | str]:
    found = media.read_many(manifest.used.frame.select("path", "container").rows())
    return [getattr(one, "issue", one) for one in found]


def refused(source: Path, **options: object) -> str:
    with pytest.raises(SourceError) as caught:
        collect.scan(source, **options)
    return str(caught.value)


def scanned(source: Path) -> Manifest | None:
    """List a source, or hold the refusal to be a sentence; anything else is raised."""
    try:
        return collect.scan(source)
    except SourceError as error:
        sentence = str(error).rstrip()
    assert sentence.endswith((".", "?", "!", ":"))
    return None


def split_counts(manifest: Manifest) -> dict[str | None, int]:
    return dict(manifest.frame.group_by("split").len().iter_rows())


def skipped(manifest: Manifest) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {one.what: (one.count, one.examples) for one in manifest.skipped}
