"""Damage each kind of file that Mien reads, and read it: a sentence or a value must come of it, and nothing else.

$ python bench/table_flips.py [FLIPS] [KIND ...]

Each file has 1 to 8 bytes changed, in half of them to text, in three of ten near the end; one in ten is cut off as
well. It is read as a person's file is, in a process that is started again where it dies. What counts as a failure: any
exception but a `MienError`, a panic of Polars, a death of the process, 30 seconds, or 500 MB more memory.
`--again KIND NUMBER` reads the very same damaged file once more, with its traceback.
"""

from __future__ import annotations

import collections
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from _results import record, table

from mien import collect, media
from mien.collect._known_layouts import _scalar
from mien.core.errors import MienError
from mien.core.files import read_json
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Findings, InputContract, Manifest, Predictions
from mien.evaluate import Scores
from mien.load._store import Place

FLIPS = 20_000
SECONDS, MEGABYTES = 30, 500
ROWS = 200
LABELS = ("happy", "sad", "angry")
NOTE = (
    "A damaged index of a cache is none (the cache is made anew), and a damaged array no label: both are values here. "
    "A value is no promise that nothing was changed: a flipped byte inside a name or a picture is still a name or a "
    "picture."
)
TEXT = b"0123456789-.eE,:;{}[]\"'\\ \n\t/aAnN"  # half of the files: a change that is still text
Read = Callable[[Path], object]


def rows() -> dict[str, list]:
    """Columns of a manifest."""
    draw = random.Random(0)  # noqa: S311
    names = [f"{LABELS[number % 3]}/{number}.png" for number in range(ROWS)]
    hashes = [draw.randbytes(32).hex() for _ in names]
    return {
        "id": names,
        "content": hashes,
        "pixels": hashes[::-1],
        "signature": [draw.randbytes(64) for _ in names],
        "path": [f"/data/{name}" for name in names],
        "label": [name.partition("/")[0] for name in names],
        "split": [("train", "val", "test")[number % 3] for number in range(ROWS)],
        "person": [str(number // 10) for number in range(ROWS)],
        "age": list(range(ROWS)),
    }


def pictures(number: int) -> list[bytes]:
    """Draw a few small pictures, as PNG."""
    draw = np.random.default_rng(0)
    return [media.encode_png(draw.integers(0, 255, (8, 8, 3), dtype=np.uint8)) for _ in range(number)]


def named_pictures() -> dict[str, bytes]:
    """Give the members of an archive of class folders."""
    return {f"{LABELS[number % 3]}/{number}.png": data for number, data in enumerate(pictures(9))}


def zipped(path: Path) -> None:
    """Write them as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in named_pictures().items():
            file.writestr(name, data)


def tarred(mode: str) -> Callable[[Path], None]:
    """Write them as a tar."""

    def write(path: Path) -> None:
        loose = path.with_suffix(".loose")
        with tarfile.open(path, mode) as file:
            for name, data in named_pictures().items():
                loose.write_bytes(data)
                file.add(loose, name)

    return write


def by_pyarrow(path: Path) -> None:
    """Write a table of pictures as pandas and Hugging Face do, with columns of many types beside them."""
    columns = {
        "image": pa.array([{"bytes": data, "path": None} for data in pictures(60)]),
        "label": pa.array([LABELS[number % 3] for number in range(60)]).dictionary_encode(),
        "when": pa.array(range(60), pa.timestamp("us", "UTC")),
        "votes": pa.array([[1, 2], None, []] * 20),
        "score": pa.array(np.linspace(0, 1, 60)),
    }
    pq.write_table(pa.table(columns), path, data_page_version="2.0", row_group_size=25)


def by_polars(path: Path) -> None:
    """Write the same with Polars."""
    frame = pl.DataFrame({"png": pictures(60), "label": [LABELS[number % 3] for number in range(60)]})
    frame.write_parquet(path, row_group_size=25)


def predictions(path: Path) -> None:
    """Write what a model answered."""
    drawn = np.random.default_rng(0).dirichlet(np.ones(len(LABELS)), ROWS)
    shares = {f"p:{label}": drawn[:, number] for number, label in enumerate(LABELS)}
    chosen = {name: rows()[name] for name in ("id", "content", "label")}
    pl.DataFrame({**chosen, "predicted": chosen["label"], **shares}).write_parquet(path)


def findings() -> Findings:
    """Give a row for each picture."""
    row = {"issue": "blank", "severity": "error", "score": 0.5, "why": "It is grey.", "todo": "Fetch it."}
    return Findings.build([{"id": name, **row} for name in rows()["id"]])


def index(path: Path) -> None:
    """Write a cache's index, and its pixels."""
    place = Place(path.parent, "pictures-8-", path.stem, InputContract(("happy", "sad"), 8))
    hashes = rows()["content"]
    types = {"issue": pl.String, "why": pl.String}
    columns = {"row": range(ROWS), "content": hashes, "issue": [None] * ROWS, "why": [None] * ROWS}
    place.write_index(pl.DataFrame(columns, schema_overrides=types))
    place.data.write_bytes(bytes(ROWS * place.row_bytes))
    place.index.replace(path)


def read_index(path: Path) -> object:
    """Read an index as `load` does."""
    place = Place(path.parent, "pictures-8-", path.stem, InputContract(("happy", "sad"), 8))
    path.replace(place.index)
    return place.read_index()


def csv_of_pixels(path: Path) -> None:
    """Write a table as FER2013 is one."""
    draw = random.Random(0)  # noqa: S311
    lines = [f"{number % 7},{' '.join(str(draw.randrange(256)) for _ in range(64))},Training" for number in range(40)]
    path.write_text("emotion,pixels,Usage\n" + "\n".join(lines) + "\n")


def json_rows(path: Path) -> None:
    """Write a table as JSON lines."""
    draw = random.Random(0)  # noqa: S311
    cells = [[draw.randrange(256) for _ in range(64)] for _ in range(40)]
    lines = [json.dumps({"label": LABELS[number % 3], "pixels": cell}) for number, cell in enumerate(cells)]
    path.write_text("\n".join(lines) + "\n")


def run_json(path: Path) -> None:
    """Write the state of a run."""
    state = Run.create(path.parent / "run").folder / "run.json"
    path.write_bytes(state.read_bytes())


def read_run(path: Path) -> object:
    """Open the run whose state this is."""
    folder = path.parent / "opened"
    folder.mkdir(exist_ok=True)
    path.replace(folder / "run.json")
    return Run.open(folder).state()


def scores(path: Path) -> None:
    """Write the scores of a run."""
    from mien import evaluate

    labels = np.arange(60) % 3
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 60)
    found = evaluate.score(labels, shares, labels=LABELS)
    path.write_text(json.dumps(found.to_dict()))


def read_scores(path: Path) -> object:
    """Read scores as a report does."""
    return Scores.from_dict(read_json(path))


# Kind: how such a file is written, and how it is read.
KINDS: dict[str, tuple[Callable[[Path], object], Read]] = {
    "manifest.parquet": (lambda path: Manifest.build(rows()).save(path), Manifest.read),
    "findings.parquet": (lambda path: findings().save(path), Findings.read),
    "lineage.parquet": (lambda path: Lineage.of(Manifest.build(rows())).save(path), Lineage.read),
    "predictions.parquet": (predictions, Predictions.read),
    "index.parquet": (index, read_index),
    "polars.parquet": (by_polars, collect.scan),
    "pyarrow.parquet": (by_pyarrow, collect.scan),
    "list.csv": (lambda path: pl.DataFrame(rows()).drop("signature").write_csv(path), collect.scan),
    "fer2013.csv": (csv_of_pixels, collect.scan),
    "list.jsonl": (json_rows, collect.scan),
    "faces.zip": (zipped, collect.scan),
    "faces.tar": (tarred("w"), collect.scan),
    "faces.tar.gz": (tarred("w:gz"), collect.scan),
    "label.npy": (lambda path: np.save(path, np.array("3")), lambda path: _scalar(path.read_bytes())),
    "run.json": (run_json, read_run),
    "scores.json": (scores, read_scores),
    "recipe.toml": (Recipe().save, Recipe.read),
}


def damaged(whole: bytes, kind: str, number: int) -> bytes:
    """Damage a file, by chance but the same each time."""
    draw, data = random.Random(f"{kind} {number}"), bytearray(whole)  # noqa: S311
    start = max(0, len(data) - 3000) if draw.random() < 0.3 else 0
    text = draw.random() < 0.5
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(start, len(data))
        data[at] = draw.choice(TEXT) if text else data[at] ^ draw.randrange(1, 256)
    return bytes(data[: draw.randrange(len(data))] if draw.random() < 0.1 else data)


def read_one(kind: str, number: int, folder: Path) -> str:
    """Damage a file, read it, and say what came of it."""
    path = folder / kind
    path.write_bytes(damaged((folder / f"whole {kind}").read_bytes(), kind, number))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    signal.alarm(SECONDS)
    try:
        KINDS[kind][1](path)
        found = "a value"
    except MienError:
        found = "a sentence"
    finally:
        signal.alarm(0)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if grown > MEGABYTES:
        raise MemoryError(f"{grown:,.0f} MB after {time.monotonic() - began:.1f} s")
    return found


def work(kind: str, first: int, last: int, folder: Path) -> None:
    """Read damaged files, and note after each what came of it."""
    with (folder / "notes").open("a", buffering=1) as notes:
        for number in range(first, last):
            notes.write(f"{number}\t")
            try:
                found = read_one(kind, number, folder)
            except BaseException as error:
                found = f"{type(error).__name__}: {' '.join(str(error).split())[:150]}"
            notes.write(f"{found}\n")


def campaign(kind: str, flips: int) -> tuple[collections.Counter[str], list[str]]:
    """Read one kind of file, damaged `flips` times, and count what came of it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:  # noqa: S108
        folder = Path(name)
        KINDS[kind][0](folder / kind)
        shutil.copy(folder / kind, folder / f"whole {kind}")
        KINDS[kind][1](folder / kind)  # whole, it is read
        first = 0
        while first < flips:
            command = [sys.executable, __file__, "--work", kind, str(first), str(flips), name]
            status = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
            noted = (folder / "notes").read_text()
            if not noted.endswith("\n"):
                with (folder / "notes").open("a") as notes:
                    notes.write(f"the process died with {status}\n")
            first = len((folder / "notes").read_text().splitlines())
        lines = (folder / "notes").read_text().splitlines()
    found = collections.Counter(line.partition("\t")[2] for line in lines)
    wrong = [line for line in lines if line.partition("\t")[2] not in ("a value", "a sentence")]
    return found, wrong


def main() -> None:
    """Run all campaigns, and write down what came of them."""
    os.environ["RUST_BACKTRACE"] = "0"
    flips = int(sys.argv[1]) if len(sys.argv) > 1 else FLIPS
    chosen = sys.argv[2:] or list(KINDS)
    lines, failures = [], 0
    for kind in chosen:
        began = time.monotonic()
        found, wrong = campaign(kind, flips)
        lines.append((f"`{kind}`", f"{flips:,}", f"{found['a value']:,}", f"{found['a sentence']:,}", len(wrong)))
        failures += len(wrong)
        print(
            kind, dict(found.most_common(3)), f"{time.monotonic() - began:.0f} s", *wrong[:20], sep="\n  ", flush=True
        )
    columns = ("file", "damaged", "read to a value", "refused in a sentence", "panic, abort or anything else")
    if chosen == list(KINDS):
        record("Damaged files", f"python bench/table_flips.py {flips}", table(columns, lines) + f"\n\n{NOTE}")
    if failures:
        raise SystemExit(f"{failures} damaged files came to neither")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
    elif sys.argv[1:2] == ["--again"]:
        with tempfile.TemporaryDirectory() as place:
            KINDS[sys.argv[2]][0](Path(place) / sys.argv[2])
            shutil.copy(Path(place) / sys.argv[2], Path(place) / f"whole {sys.argv[2]}")
            print(read_one(sys.argv[2], int(sys.argv[3]), Path(place)))
    else:
        main()
