"""Name -> classifier. Ours and third parties' families come in by the entry-point group ``mien.models``.

Examples
--------
>>> from mien import models
>>> models.names()
('compact', 'report')
>>> models.family("report").defaults["epochs"]
20
"""

from __future__ import annotations

from mien.models._family import Family, accelerators, build, contract, family, names, summary

__all__ = ["Family", "accelerators", "build", "contract", "family", "names", "summary"]
