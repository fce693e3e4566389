"""A folder of samples: files that are whole or not there, and none but ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from mien.core.errors import SettingError
from mien.core.files import storage_error


def put(path: Path, data: bytes) -> None:
    """Write one of many small files: whole or not at all, but without waiting for the disk.

    `mien.core.files.write_bytes` waits twice for each file, which would triple the time for a thousand files; these
    can always be made again, and the folder's note, written last, does wait.
    """
    beside = path.with_name(f".writing-{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise storage_error(path, error) from error


def make_folders(folder: Path, labels: Iterable[str], note: str) -> None:
    """Make one folder per class, and remove the note that says that all is there."""
    try:
        for label in labels:
            (folder / label).mkdir(parents=True, exist_ok=True)
        # A run that stops half way must not leave the note that says it is complete.
        (folder / note).unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error


def refuse_strangers(folder: Path, planned: Collection[str], notes: Collection[str]) -> None:
    """Refuse to mix with other files: they would be trained on as if they were ours."""
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    strangers = sorted(path for path in here.difference(planned, notes) if not Path(path).name.startswith("."))
    if strangers:
        raise SettingError(
            f"'{folder}' already holds {len(strangers)} other files, such as '{strangers[0]}'",
            expected="an empty folder, or one with these very samples",
            todo="Choose another folder",
        )
