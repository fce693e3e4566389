"""The log that is kept: a table to be filled in, with what is known already in its first row."""

from __future__ import annotations

import csv
import io

from mien.notice._deployment import Deployment
from mien.notice._facts import Facts
from mien.notice._language import language

COLUMNS = (
    *("time", "place", "operator", "purpose", "software", "digest"),
    *("who", "how_many", "used", "told", "objections", "erased"),
)
_FORMULAS = ("=", "+", "-", "@", "\t")  # what a spreadsheet would compute


def log_sheet(facts: Facts, deployment: Deployment) -> bytes:
    """Write the record sheet, CSV in UTF-8 with the mark that spreadsheets know it by."""
    words = language(deployment.language)
    known = {
        "operator": deployment.operator,
        "purpose": deployment.purpose,
        "software": facts.file,
        "digest": facts.digest,
    }
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([words.say(f"log.{name}") for name in COLUMNS])
    writer.writerow([_cell(known.get(name, "")) for name in COLUMNS])
    return file.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text
