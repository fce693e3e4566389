"""Recipes that come with Mien, each a name: it opens with its command, its time, its score and its data.

Examples
--------
>>> from mien import recipes
>>> from mien.core.recipe import Recipe
>>> Recipe.read(recipes.find("happy-sad")).labels
('happy', 'sad')
"""

from __future__ import annotations

from pathlib import Path

from mien.core.errors import SettingError, did_you_mean

__all__ = ["find", "names"]

_HERE = Path(__file__).parent
_ENDING = ".toml"


def names() -> tuple[str, ...]:
    """List the recipes that come with Mien.

    Returns
    -------
    tuple of str
        Sorted.

    Examples
    --------
    >>> "compact" in names()
    True
    """
    return tuple(sorted(path.stem for path in _HERE.glob(f"*{_ENDING}")))


def find(recipe: Path | str) -> Path:
    """Find the file of a recipe.

    Parameters
    ----------
    recipe : path or str
        A file. A word without a folder and without ``.toml`` that is no file is a name from `names`.

    Returns
    -------
    pathlib.Path
        The file; whether one that was given by its path is there is for the reader to say.

    Raises
    ------
    SettingError
        If there is no recipe of that name; the message says which there are.

    Examples
    --------
    >>> find("compact").name
    'compact.toml'
    >>> find("runs/x/recipe.toml").as_posix()
    'runs/x/recipe.toml'
    """
    path = Path(recipe)
    name = str(recipe)
    if path.name != name or path.suffix == _ENDING or _is_file(path):
        return path
    known = names()
    if name not in known:
        nearest = did_you_mean(name, known)
        raise SettingError(
            f"There is no recipe '{name}'",
            expected=f"{', '.join(known)}, or a file",
            todo=nearest if nearest.startswith("Did") else "",  # else it lists them again
        )
    return _HERE / f"{name}{_ENDING}"


def _is_file(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()  # a pipe is one too
    except OSError:  # longer than a file's name can be
        return False
