"""Measure every claim anew, one script after another.

$ python bench/all.py DATA

DATA holds `fer2013.parquet` and `report_pictures/`; without it, only what needs no data is measured.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ALONE = ("demo.py", "predict.py", "loading.py")
WITH_DATA = ("leak.py", "compact_against_report.py", "real_data.py", "recipes.py", "training.py", "tune.py")


def main() -> None:
    """Run them; a script that fails stops the rest."""
    for script in ALONE:
        subprocess.run([sys.executable, HERE / script], check=True)
    for script in WITH_DATA if len(sys.argv) > 1 else ():
        subprocess.run([sys.executable, HERE / script, sys.argv[1]], check=True)


if __name__ == "__main__":
    main()
