"""What the folders mean: which are classes, which are ready-made sides. The same for folders and archives."""

from __future__ import annotations

import polars as pl

from mien.collect._splits import canonical, side_of
from mien.core.errors import SourceError

JUNK = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin", "icon\r"))


def is_junk(name: str) -> bool:
    """Say whether a file or folder is none of the data: hidden, left behind by a system, or Mien's quarantine.

    Parameters
    ----------
    name : str
        One name, no path.

    Returns
    -------
    bool
        True when it is to be passed over.

    Examples
    --------
    >>> is_junk(".DS_Store"), is_junk("Thumbs.db"), is_junk("faces.quarantine"), is_junk("happy")
    (True, True, True, False)
    """
    return name.startswith(".") or name.lower() in JUNK or name.endswith(".quarantine")


def arrange(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Read label and split from where each file lies.

    Parameters
    ----------
    frame : polars.DataFrame
        Column ``id``: path relative to the source, parts joined by ``/``. Other columns ride along.
    source : str
        For the sentences.

    Returns
    -------
    polars.DataFrame
        Without the files that lie beside the class folders; with ``label`` and ``split``.

    Raises
    ------
    SourceError
        If there are no class folders, or sides and classes lie beside each other.
    """
    if not frame.height:
        todo = "Put one folder for each class into it, such as happy and sad, with pictures in them"
        raise SourceError(f"'{source}' is empty", todo=todo)
    parts = frame["id"].str.splitn("/", 3).struct
    top, second, third = (parts.field(f"field_{number}") for number in range(3))
    folders = top.filter(second.is_not_null()).unique().sort().to_list()
    if not folders:
        raise _no_classes(source, f"'{source}' holds {frame.height} files but no class folders")
    sides = [name for name in folders if side_of(name)]
    if not sides or not top.filter(third.is_not_null()).is_in(sides).any():
        if sides and len(sides) == len(folders):
            raise _no_classes(f"{source}/{sides[0]}", f"'{source}/{sides[0]}' holds files but no class folders")
        labelled = frame.with_columns(label=top, split=pl.lit(None, pl.String))
        return labelled.filter(second.is_not_null())
    others = [name for name in folders if name not in sides]
    if others:
        came = f"'{source}' holds the ready-made split '{sides[0]}' beside '{others[0]}'"
        todo = f"Move '{others[0]}' away, or rename '{sides[0]}' if it is a class"
        raise SourceError(came, expected="either class folders, or train, val and test with class folders", todo=todo)
    labelled = frame.with_columns(label=second, split=top.replace_strict(canonical(sides), default=None))
    return labelled.filter(third.is_not_null())


def _no_classes(source: str, came: str) -> SourceError:
    expected = f"one folder for each class, such as '{source}/happy' and '{source}/sad'"
    return SourceError(came, expected=expected, todo="Sort the files into folders, or give a table with path and label")
