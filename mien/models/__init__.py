"""Name -> classifier. Ours and third parties' families come in by the entry-point group ``mien.models``.

Examples
--------
>>> from mien import models
>>> {"compact", "forest", "report", "svm", "transfer"} <= set(models.names())
True
>>> models.family("report").settings["epochs"]
20
"""

from __future__ import annotations

from mien.models._build import build, contract, fetch, require, summary
from mien.models._resolve import check_kind, check_labels, check_settings, resolve, taking
from mien.models._space import space
from mien.models._statistics import statistics
from mien.models.families import Family, family, names

__all__ = [
    "Family",
    "build",
    "check_kind",
    "check_labels",
    "check_settings",
    "contract",
    "family",
    "fetch",
    "names",
    "require",
    "resolve",
    "space",
    "statistics",
    "summary",
    "taking",
]
