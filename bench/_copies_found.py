"""Ask Mien's audit and its peers for the copies in a folder, and hold what they say against what was planted."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from _planted import CELLS, COPY, Planted, number

from mien import audit, collect

HERE = Path(__file__).parent
Join = tuple[str, str, float]  # two files that were joined, and how sure the tool is


def mien(planted: Planted, out: Path) -> None:
    """Run the audit as `mien audit` does; write the joins, and which files hold equal pixels."""
    if out.exists():
        return
    began = time.process_time()
    checked = audit.check(collect.scan(planted.folder))
    seconds = time.process_time() - began
    frame = checked.manifest.frame
    joins = [(Path(one).name, Path(other).name, sure) for one, other, sure in near(checked)]
    pixels = {Path(name).name: value for name, value in frame.select("id", "pixels").drop_nulls().iter_rows()}
    groups = frame.drop_nulls("copies").group_by("copies").agg("id")["id"].to_list()
    sets = [[Path(name).name for name in group] for group in groups]
    out.write_text(json.dumps({"sets": sets, "joins": joins, "pixels": pixels, "seconds": seconds}))


def near(checked: audit.Checked) -> list[Join]:
    """List what the audit has joined: a near copy, what it is a copy of, and how sure that is."""
    found = checked.findings.frame.filter(pl.col("issue").is_in(["near-copy", "near-copy-labels"]))
    return list(found["id", "other", "score"].iter_rows())


def peers(python: str, planted: Planted, out: Path) -> None:
    """Ask the peers in an environment of their own."""
    if not out.exists():
        subprocess.run([python, HERE / "_copy_peers.py", planted.folder, out], check=True)


def recall(planted: Planted, sets: Iterable[Sequence[str]]) -> np.ndarray:
    """Count planted copies that stand in one set with their original: [27, 2], found and planted."""
    group = _groups(sets)
    counts = np.zeros((len(CELLS), 2), int)
    for original, cell in planted.cells.items():
        one, other = group.get(f"{original}.png"), group.get(f"{original}{COPY}.png")
        counts[cell] += (one is not None and one == other, 1)
    return counts


def natural(sets: Iterable[Sequence[str]], pixels: dict[str, str]) -> list[tuple[str, str]]:
    """List what joined different originals whose pixels differ: as few pairs as hold each group together."""
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    joins = []
    for one in sets:
        for first, second in pairwise(one):
            ends = top(number(first)), top(number(second))
            if ends[0] != ends[1]:
                root[ends[1]] = ends[0]
                if pixels.get(first, first) != pixels.get(second, second):
                    joins.append((first, second))
    return joins


def _groups(sets: Iterable[Sequence[str]]) -> dict[str, str]:
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for one in sets:
        for other in one[1:]:
            root[top(other)] = top(one[0])
    return {name: top(name) for name in list(root)}


def across_people(planted: Planted, joins: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """Count joins of two people, and of two pictures of one person."""
    same = [planted.people[number(one)] == planted.people[number(other)] for one, other in joins]
    return len(same) - sum(same), sum(same)
