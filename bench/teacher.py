"""Several trained runs answer together as one teacher, a model file in 8 bits.

    python bench/teacher.py runs/wide runs/narrow --out runs/teacher.onnx

The runs need not be measured: `mien train` is enough, and no test side is looked at. The mean of their answers is what
a student learns (`--teacher runs/teacher.onnx`); 8 bits, because it answers for every picture of every epoch.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from mien import export, pipeline
from mien.core.recipe import Recipe
from mien.core.run import Run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    works = [
        pipeline.RunContext(Run.open(path), Recipe.read(path / "recipe.toml"), pipeline.Reporter())
        for path in given.runs
    ]
    members = [model for work in works for model in work.load_models()]
    first = works[0]
    some = first.manifest.of("train").frame.sample(512, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        full = export.write(members, first.contract, Path(folder) / "full.onnx")
        pictures = first.open_cache().chunks(type(first.manifest)(some))
        print(export.quantize(full, given.out, pictures))


if __name__ == "__main__":
    main()
