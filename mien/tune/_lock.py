"""One search at a time in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mien.core.errors import SettingError
from mien.core.files import locked

PATIENCE = 5.0  # seconds that the workers of a search that was just killed may take to notice


@contextmanager
def alone(folder: Path) -> Iterator[int]:
    """Hold a folder, so that no second search works in it.

    Workers inherit the open file: the folder stays held until the last of them has ended, even after a kill.
    """
    with ExitStack() as held:
        try:
            handle = held.enter_context(locked(folder, PATIENCE))
        except TimeoutError as error:
            came = f"Another search is at work in '{folder}'"
            todo = "Wait until it has ended, or stop it; --jobs runs several trials at once"
            raise SettingError(came, expected="one at a time", todo=todo) from error
        yield handle
