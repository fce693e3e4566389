"""Runs side by side: which is better, and whether that is more than luck.

Examples
--------
>>> from mien import compare
>>> found = compare.runs(["runs/small", "runs/large"])  # doctest: +SKIP
>>> found.sentences()[0]  # doctest: +SKIP
'large is right on 2.3 more of 100 faces than small (0.4 to 4.2): more than chance.'
"""

from __future__ import annotations

from mien.compare._comparison import Comparison, Entry, Example, Pair, Setting
from mien.compare._page import write_page
from mien.compare._runs import runs

__all__ = ["Comparison", "Entry", "Example", "Pair", "Setting", "runs", "write_page"]
