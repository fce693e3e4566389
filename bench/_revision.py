"""The files of an earlier revision, to be measured beside those of today."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def unpacked(revision: str, folder: Path, *parts: str) -> Path:
    """Lay a revision, or parts of it, into a new folder."""
    folder.mkdir()
    whole = folder / "all.tar"
    subprocess.run(["git", "-C", ROOT, "archive", "--output", whole, revision, *parts], check=True)
    with tarfile.open(whole) as archive:
        archive.extractall(folder, filter="data")
    whole.unlink()
    return folder
