"""Commands in this process, where a fresh one would cost seconds and show nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from mien.cli import app


def call(*arguments: object, given: bytes = b"") -> Result:
    """Run a command; an error of ours comes out as it is raised (`main` makes it a sentence)."""
    result = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, list(map(str, arguments)), input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="session")
def command() -> Callable[..., Result]:
    return call
