"""`mien load`: every picture decoded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, say


def load(
    source: options.Source,
    size: Annotated[int, typer.Option("--size", min=16, max=1024, help="Side of the square, pixels.")] = 48,
    names: options.Names = "",
    out: options.Out = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Decode every picture once into a memory-mapped cache.

    Try:

      mien load faces/ --size 48 --out runs/cache
    """
    from mien import collect, kinds
    from mien import load as stage
    from mien.core.recipe import Recipe

    manifest = collect.scan(source, names=options.labels_of(names), progress=progress(quiet=quiet))
    kind = kinds.kind(manifest.kind)
    contract = kind.contract(Recipe(size=size), manifest.labels)
    cache = stage.build(manifest, contract, out or Path("runs/cache"), progress=progress(quiet=quiet))
    made = {"path": str(cache.path), "pictures": len(cache), "size": size, "failed": cache.failed}
    if as_json:
        answer(made)
        return
    typer.echo(f"{len(cache):,} different {kind.many} of {kind.measure(contract)} in {cache.path}")
    for name, sentence in cache.failed.items():
        say(f"  {name}: {sentence}")
