"""`sample:faces`, the source that needs no data: drawn into a folder, then read like any other folder."""

from __future__ import annotations

from pathlib import Path

from mien.core.errors import SourceError, did_you_mean
from mien.core.types import Manifest, Progress, silent

SAMPLE = "sample:"
_KNOWN = ("faces",)
_FOLDER = Path("runs/samples")


def draw(
    folder: str | Path, *, samples: int = 1200, seed: int = 0, dirty: bool = False, progress: Progress = silent
) -> Manifest:
    """Draw faces into a folder and list them, as ``sample:faces`` does.

    A folder that holds exactly these faces already is not drawn again.

    Parameters
    ----------
    folder : path
        Where to; made if needed. It gets one folder for each class, and ``faces.csv``.
    samples : int
        Number of faces, from 1; they take the classes in turn.
    seed : int
        Same seed, same bytes; from 0.
    dirty : bool
        Whether to plant defects among them and write them down in ``defects.csv``.
    progress : Progress
        Shows how many are drawn.

    Returns
    -------
    Manifest
        With ``person``, and the columns ``skin_tone``, ``glasses``, ``light`` and ``intensity``.

    Raises
    ------
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If the folder cannot be written.
    SourceError
        If fewer than two classes come of it.
    """
    from mien.collect._faces import write_faces
    from mien.collect._scan import scan

    write_faces(Path(folder), samples, seed, dirty=dirty, progress=progress)
    return scan(folder, progress=progress)


def draw_sample(source: str, progress: Progress) -> Path:
    """Draw the sample that a source names, with its default size, into its default folder.

    Parameters
    ----------
    source : str
        Such as ``sample:faces``.
    progress : Progress
        Shows how many are drawn.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    SourceError
        If no sample has this name.
    """
    name = source.removeprefix(SAMPLE)
    if name not in _KNOWN:
        raise SourceError(f"There is no sample '{name}'", todo=did_you_mean(name, _KNOWN))
    from mien.collect._faces import write_faces

    write_faces(_FOLDER / name, progress=progress)
    return _FOLDER / name
