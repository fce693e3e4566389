"""Every error that a user can meet.

::

    MienError
    |-- SourceError      the data cannot be used as it lies there
    |-- MediaError       one file is not a picture we can read (carries `issue`)
    |-- SettingError     an option, recipe key, name or argument is wrong
    |-- ModelFileError   a model file is not one, is damaged, or is newer than this Mien
    |-- StorageError     something could not be written or read back
    |-- TrainingError    training cannot go on
    `-- MissingPartError a library is not installed

Each says three things: what came, what was expected, what to do. The command
line prints the sentence and exits with 2; a traceback at a user is a defect.
A sentence is short, however long the value is that it quotes.
"""

from __future__ import annotations

import copyreg
import difflib
from collections.abc import Iterable
from typing import Any

_LONGEST = 600  # letters of a part: two long paths fit, and a file that came in a path's place is cut
_BEGINNING, _END = 400, 150
_LONGEST_WORD = 200  # letters of a name that is looked up


class MienError(Exception):
    """The root of all errors that Mien raises on purpose.

    Parameters
    ----------
    came : str
        What came: the value, path or state that stopped us.
    expected : str, optional
        What was expected instead.
    todo : str, optional
        What the reader can do now.

    Examples
    --------
    >>> str(MienError("The folder 'faces' holds 1 class", expected="at least 2", todo="Add one"))
    "The folder 'faces' holds 1 class. Expected: at least 2. Add one."
    """

    def __init__(self, came: str, *, expected: str = "", todo: str = "") -> None:
        self.came = _bounded(came)
        self.expected = _bounded(expected)
        self.todo = _bounded(todo)
        parts = [self.came, f"Expected: {self.expected}" if expected else "", self.todo]
        super().__init__(" ".join(_sentence(part) for part in parts if part))

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross from one process to another: an exception's own way would ask its constructor for the parts again."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class SourceError(MienError):
    """The data cannot be used as it lies there."""


class MediaError(MienError):
    """One file is not a picture that can be read, or shows no face where one was asked for.

    Parameters
    ----------
    issue : str
        A word a program can compare: ``empty``, ``unsupported``, ``truncated``,
        ``unreadable``, ``bomb``, ``missing`` or ``faceless``.
    """

    def __init__(self, came: str, *, issue: str, expected: str = "", todo: str = "") -> None:
        super().__init__(came, expected=expected, todo=todo)
        self.issue = issue


class SettingError(MienError):
    """An option, recipe key, name or argument is wrong."""


class ModelFileError(MienError):
    """A model file is not one, is damaged, or is newer than this Mien."""


class StorageError(MienError):
    """Something could not be written or read back."""


class TrainingError(MienError):
    """Training cannot go on."""


class MissingPartError(MienError):
    """A library that this command needs is not installed."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say which known name is closest to what was typed, or which names there are when none is close.

    Examples
    --------
    >>> did_you_mean("compct", ["report", "compact"])
    "Did you mean 'compact'?"
    >>> did_you_mean("xyz", ["report", "compact"])
    "Known: 'report', 'compact'."
    """
    word, names = word[:_LONGEST_WORD], list(known)
    lowered = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{lowered[close[0]]}'?"
    return "Known: " + ", ".join(f"'{name}'" for name in names) + "."


def _bounded(text: str) -> str:
    """Cut what is too long in its middle, so that the beginning and the end of the sentence stay."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_BEGINNING]} [{len(text) - _BEGINNING - _END:,} letters more] {text[-_END:]}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else text + "."
