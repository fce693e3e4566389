"""A run's place. An earlier run there is kept aside until the new one has its data, and comes back if it never gets it.

So a mistyped source neither costs the run that was to be replaced nor leaves a folder that is in the way next time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mien.core.errors import MienError
from mien.core.files import storage_error
from mien.core.run import STATE, Run


def begin(folder: Path | str, *, replace: bool) -> Run:
    """Make a run's folder, with an earlier run kept aside."""
    folder = Path(folder)
    kept = _kept(folder)
    if replace and (folder / STATE).is_file() and not kept.exists():
        try:
            folder.rename(kept)
        except OSError as error:
            raise storage_error(folder, error) from error
    there = folder.exists()
    try:
        made = Run.create(folder, replace=replace)
    except MienError:
        if not there:
            with suppress(OSError):  # it was made, and its first file did not fit
                folder.rmdir()
        _bring_back(folder)
        raise
    with rolled_back(made, always=True):
        made.update(settled=False)
    return made


def commit(run: Run) -> None:
    """Let the earlier run go, if there was one: the new one has its data."""
    if not run.state().settled:
        shutil.rmtree(_kept(run.folder), ignore_errors=True)
        run.update(settled=True)


@contextmanager
def rolled_back(run: Run, *, always: bool = False) -> Iterator[None]:
    """After an error, remove a run that never had its data and bring the earlier one back. Ctrl-C is no error."""
    try:
        yield
    except MienError:
        if always or not run.state().settled:
            shutil.rmtree(run.folder, ignore_errors=True)
            _bring_back(run.folder)
        raise


def _kept(folder: Path) -> Path:
    folder = folder.absolute()
    return folder.with_name(f".{folder.name}.replaced")


def _bring_back(folder: Path) -> None:
    if _kept(folder).exists() and not folder.exists():
        _kept(folder).rename(folder)
