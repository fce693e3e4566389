"""The papers, written into a folder in which none of them is yet."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path

from mien.core.errors import SettingError
from mien.core.files import write_bytes
from mien.notice._deployment import Deployment
from mien.notice._facts import Facts
from mien.notice._law import law_page
from mien.notice._log import log_sheet
from mien.notice._page import notice_page
from mien.notice._risk import risk_assessment

FILES = ("notice.html", "log.csv", "risk-assessment.md", "law.md")


def papers(model: Path | str, deployment: Deployment, *, date: str = "") -> Mapping[str, bytes]:
    """Make the papers of a model's use: name to content, in the order of `FILES`.

    Parameters
    ----------
    model : path
        A model file, the folder of a run, or the name of a model in the box.
    deployment : Deployment
        Who uses it, and what for.
    date : str
        The day that stands in them, ``YYYY-MM-DD``; today when empty.

    Raises
    ------
    ModelFileError
        If the file is missing or no model.
    """
    facts, day = Facts.read(model), date or datetime.date.today().isoformat()  # noqa: DTZ011 - the reader's own day
    return {
        "notice.html": notice_page(facts, deployment, day).encode(),
        "log.csv": log_sheet(facts, deployment),
        "risk-assessment.md": risk_assessment(facts, deployment, day).encode(),
        "law.md": law_page(deployment, day).encode(),
    }


def write(model: Path | str, deployment: Deployment, folder: Path | str, *, date: str = "") -> tuple[Path, ...]:
    """Write the `papers` into a folder, and return where they are.

    What somebody has filled in is never replaced: a folder that holds one of them is a `SettingError`, and one that
    cannot be written to a `StorageError`.
    """
    places = [Path(folder) / name for name in FILES]
    there = [place for place in places if os.path.lexists(place)]
    if there:
        came = f"'{there[0]}' is there already, and may have been filled in"
        raise SettingError(came, expected="a folder without these papers", todo="Choose another --out")
    made = papers(model, deployment, date=date)
    return tuple(write_bytes(place, made[place.name]) for place in places)
