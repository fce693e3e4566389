"""Report: write the page for people."""

from __future__ import annotations

from mien.pipeline._context import RunContext
from mien.report import write


def report(context: RunContext) -> None:
    """Write the page for people."""
    write(context.run)
