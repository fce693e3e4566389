"""The command line: each command reads its arguments, calls one verb, prints what came back."""

from __future__ import annotations

from mien.cli._app import app, main

__all__ = ["app", "main"]
