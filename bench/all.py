"""Measure every claim anew, one script after another.

$ python bench/all.py DATA

DATA holds `fer2013.parquet` and `report_pictures/`; without it, only what needs no data is measured. The peers of
`face_peers.py` and `serve.py` get their environments in folders that are gone afterwards.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import _peer

HERE = Path(__file__).parent
ALONE = ("demo.py", "predict.py", "loading.py", "page.py", "serve_attack.py", "table_flips.py", "tracking.py")
WITH_DATA = (
    "leak.py",
    "compact_against_report.py",
    "real_data.py",
    "recipes.py",
    "training.py",
    "tune.py",
    "face.py",
    "fairness.py",
    "even_groups.py",
    "litert.py",
    "corruptions.py",
    "drift.py",
    "attacked.py",
    "set_rules.py",
    "trust.py",
    "abstention.py",
    "face_doubts.py",
    "finder.py",
)


def main() -> None:
    """Run them; a script that fails stops the rest."""
    for script in ALONE:
        subprocess.run([sys.executable, HERE / script], check=True)
    for script in WITH_DATA if len(sys.argv) > 1 else ():
        subprocess.run([sys.executable, HERE / script, sys.argv[1]], check=True)
    with tempfile.TemporaryDirectory() as workdir:
        subprocess.run([sys.executable, HERE / "serve.py", workdir, "--long"], check=True)
    if len(sys.argv) > 1:
        sceptic(Path(sys.argv[1]))
        with tempfile.TemporaryDirectory() as workdir:
            beside_peers(Path(sys.argv[1]), workdir)


def sceptic(data: Path) -> None:
    """Run what a sceptic would try, without the peers: these need an environment that is made by hand."""
    with tempfile.TemporaryDirectory() as state:
        for command in ("planted", "across", "cost", "growth"):
            subprocess.run([sys.executable, HERE / "sceptic.py", command, data, state], check=True)
        for script in ("dirty_folders.py", "small_data.py"):
            subprocess.run([sys.executable, HERE / script, data, state], check=True)


def beside_peers(data: Path, workdir: str) -> None:
    """Run what asks the peer `fer`, in one environment."""
    subprocess.run([sys.executable, HERE / "face_peers.py", data, workdir], check=True)
    photos = [HERE / "report_pictures.py", data / "report_pictures", "--fer", workdir, "--train"]
    subprocess.run([sys.executable, *photos], check=True)
    net = _peer.weights(_peer.environment(Path(workdir)))["keras"]
    for script, more in (("corruptions.py", ()), ("abstention.py", ()), ("fairness.py", ("--only", "none"))):
        subprocess.run([sys.executable, HERE / script, data, "--fer", net, *more], check=True)
    subprocess.run([sys.executable, HERE / "probe.py", data / "report_pictures"], check=True)


if __name__ == "__main__":
    main()
