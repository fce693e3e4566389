"""What a family is, and a file for each of ours: they come in by the entry points ``mien.models``, as anyone's do."""

from __future__ import annotations

from mien.models.families._defaults import COMMON
from mien.models.families._family import Family, family, names

__all__ = ["COMMON", "Family", "family", "names"]
