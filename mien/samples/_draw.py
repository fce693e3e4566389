"""`sample:faces` and `sample:voices`, sources that need no data: made in a folder that is then read like any other."""

from __future__ import annotations

from pathlib import Path

from mien.core import registry
from mien.core.errors import SourceError, did_you_mean
from mien.core.types import Progress, silent

SAMPLE = "sample:"
VOICE_MARK = "sample:voices, synthesised by Mien"  # the comment in each file
GROUP = "mien.samples"
_FOLDER = Path("runs/samples")


def draw(
    folder: str | Path, *, samples: int = 1200, seed: int = 0, dirty: bool = False, progress: Progress = silent
) -> Path:
    """Draw faces into a folder, as ``sample:faces`` does; `mien.collect.scan` lists them.

    A folder that holds exactly these faces already is not drawn again.

    Parameters
    ----------
    folder : path
        Where to; made if needed. It gets one folder for each class, and ``faces.csv`` with the columns ``path``,
        ``label``, ``person``, ``skin_tone``, ``glasses``, ``light`` and ``intensity``.
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
    pathlib.Path
        The folder.

    Raises
    ------
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If the folder cannot be written.
    """
    from mien.samples.faces import write_faces

    write_faces(Path(folder), samples, seed, dirty=dirty, progress=progress)
    return Path(folder)


def synthesise(
    folder: str | Path, *, samples: int = 480, seed: int = 0, dirty: bool = False, progress: Progress = silent
) -> Path:
    """Synthesise voices into a folder, as ``sample:voices`` does.

    A folder that holds exactly these voices already is not written again.

    Parameters
    ----------
    folder : path
        Where to; made if needed. It gets one folder for each class, and ``voices.csv`` with the columns ``path``,
        ``label``, ``person``, ``sentence``, ``intensity`` and ``noise``.
    samples : int
        Number of clips, from 1; they take the classes in turn.
    seed : int
        Same seed, same bytes; from 0.
    dirty : bool
        Whether to plant defects among them and write them down in ``defects.csv``.
    progress : Progress
        Shows how many are synthesised.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If the folder cannot be written.
    """
    from mien.samples.voices import write_voices

    write_voices(Path(folder), samples, seed, dirty=dirty, progress=progress)
    return Path(folder)


_BUILT_IN = {"faces": draw, "voices": synthesise}


def sources() -> tuple[str, ...]:
    """List the sources that need no data, Mien's own and those of other packages, such as ``sample:faces``; sorted."""
    return tuple(SAMPLE + name for name in sorted({*_BUILT_IN, *registry.names(GROUP)}))


def draw_sample(
    source: str,
    progress: Progress = silent,
    *,
    folder: str | Path | None = None,
    samples: int | None = None,
    seed: int = 0,
    dirty: bool = False,
) -> Path:
    """Make the sample that a source such as ``sample:faces`` names.

    Another package brings a source by an entry point in the group ``mien.samples``: a function that is called as `draw`
    is.

    Parameters
    ----------
    source : str
        One of `sources`.
    progress : Progress
        Shows how many samples are made.
    folder : path, optional
        Where to; by default its own folder under ``runs/samples`` in the present one, one for each choice of the rest.
    samples : int, optional
        How many, from 1; by default as many as the source makes by itself.
    seed : int
        Same seed, same bytes; from 0.
    dirty : bool
        Whether to plant defects.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    SourceError
        If there is no such source.
    SettingError
        If an argument is out of range, or the folder already holds something else.
    StorageError
        If the folder cannot be written.
    """
    name, known = source.removeprefix(SAMPLE), sources()
    if SAMPLE + name not in known:
        close = did_you_mean(name, [one.removeprefix(SAMPLE) for one in known])
        todo = close if close.startswith("Did") else ""
        raise SourceError(f"There is no sample '{name}'", expected=", ".join(known), todo=todo)
    make = _BUILT_IN.get(name) or registry.find(GROUP, name)
    count = {} if samples is None else {"samples": samples}
    parts = [name, *map(str, count.values()), *(["dirty"] if dirty else []), *([f"seed{seed}"] if seed else [])]
    made: Path = make(folder or _FOLDER / "-".join(parts), **count, seed=seed, dirty=dirty, progress=progress)
    return made
