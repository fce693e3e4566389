"""Make the README's picture: ``python -m mien.samples.faces docs/pictures/faces.webp``."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from mien.samples.faces._sheet import contact_sheet


def main(target: str, seed: int = 12) -> None:
    """Write 32 faces of full intensity, eight in a row, under 300 kB as WebP."""
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(contact_sheet(seed, 32, 8)).save(path, quality=85)


if __name__ == "__main__":
    main(sys.argv[1])
