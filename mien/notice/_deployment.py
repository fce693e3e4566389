"""Who uses a model, what for, and what is kept: what no model file knows."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass

from mien.core.errors import SettingError, did_you_mean
from mien.notice._language import language
from mien.notice._purpose import banned

EXCEPTIONS = ("medical", "safety")  # which article 5(1)(f) of the AI Act knows
_LONGEST = 500  # letters of what is typed


@dataclass(frozen=True)
class Deployment:
    """Who uses a model, and what for; checked when it is made.

    Parameters
    ----------
    purpose : str
        What answers are used for. One that speaks of work or education is refused, unless an exception is claimed.
    operator : str
        Who is responsible.
    contact : str
        Where people object: an address, a number, a person.
    retention : str
        What is kept, and for how long.
    exception : str
        ``medical`` or ``safety``, where one is claimed from the ban of article 5(1)(f) of the AI Act; it stands in the
        papers.
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    SettingError
        If one of these is empty, too long or unknown, or the purpose is one that article 5(1)(f) prohibits.

    Examples
    --------
    >>> Deployment("Find out who is bored at work", "We", "us", "nothing")
    Traceback (most recent call last):
    ...
    mien.core.errors.SettingError: The purpose 'Find out who is bored at work' speaks of people at work or of hiring ...
    """

    purpose: str
    operator: str
    contact: str
    retention: str
    exception: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        language(self.language)
        for name in ("purpose", "operator", "contact", "retention"):
            object.__setattr__(self, name, _line(name, getattr(self, name)))
        if self.exception and self.exception not in EXCEPTIONS:
            came = f"exception = '{self.exception}' is not known"
            raise SettingError(came, expected=" or ".join(EXCEPTIONS), todo=did_you_mean(self.exception, EXCEPTIONS))
        found = None if self.exception else banned(self.purpose)
        if found:
            words = language(self.language)
            came = words.say(f"refusal.{found.field}", purpose=_short(self.purpose), word=found.word)
            raise SettingError(came, todo=words.say("refusal.todo"))

    def typed(self) -> dict[str, str]:
        """Return what was typed, by name, to fill sentences with."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "language"}


def _line(name: str, text: str) -> str:
    """Put what was typed on one line; what no paper may hold is refused."""
    found = " ".join(text.split())
    if not found:
        raise SettingError(f"{name} is empty", expected="a few words", todo=f"Say it: --{name} '...'")
    if len(found) > _LONGEST:
        raise SettingError(f"{name} has {len(found):,} letters", expected=f"at most {_LONGEST}")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in found):
        raise SettingError(f"{name} holds characters that cannot be written", expected="plain text")
    return found


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}\N{HORIZONTAL ELLIPSIS}"
