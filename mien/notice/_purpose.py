"""Purposes that article 5(1)(f) of the AI Act prohibits, understood by their words in every language of the papers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mien.notice._language import LANGUAGES, language

FIELDS = ("work", "education")
_LETTER = r"[\w\u0900-\u097f]"  # Python counts the vowel signs of Devanagari as no letters
_MARKS = re.compile("[\u0300-\u036f\u093c]")  # accents, and the dot under letters of Hindi, which many leave out


@dataclass(frozen=True)
class Banned:
    """Why a purpose is prohibited: the field, of `FIELDS`, and the word that says so, as it was typed."""

    field: str
    word: str


def banned(purpose: str) -> Banned | None:
    """Say whether a purpose speaks of people at work or in education; None where it does not.

    Examples
    --------
    >>> banned("Watch our employees"), banned("Noten in der Prüfung vergeben")
    (Banned(field='work', word='employees'), Banned(field='education', word='in der Prüfung'))
    >>> banned("A networking art installation"), banned("The workings of a clock")
    (None, None)
    """
    typed = " ".join(purpose.split())
    plain, places = _plain(typed)
    left = plain
    for code in LANGUAGES:  # first of all: a word that two languages share means the same in both
        left = _patterns(code)["but"].sub(lambda found: " " * len(found[0]), left)
    for code in LANGUAGES:
        words = _patterns(code)
        for field in FIELDS:
            found = words[field].search(left) or words[f"{field}_alone"].fullmatch(plain)
            if found:
                return Banned(field, typed[places[found.start()] : places[found.end() - 1] + 1])
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """Fold case, drop accents, turn apostrophes and hyphens to spaces; and say where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in _MARKS.sub("", unicodedata.normalize("NFD", letter.casefold())):
            letters.append(" " if one in "'\u2019\u2018-\u2010\u2011" else one)
            places.append(place)
    return "".join(letters), places


@cache
def _patterns(code: str) -> dict[str, re.Pattern[str]]:
    return {name: _any(words) for name, words in language(code).banned.items()}


def _any(words: Sequence[str]) -> re.Pattern[str]:
    """Make a pattern of words between which and their neighbours is no letter; ``*`` stands for any letters."""
    forms = [re.escape(_plain(word)[0]).replace(r"\*", f"{_LETTER}*").replace(r"\ ", " +") for word in words]
    return re.compile(f"(?<!{_LETTER})(?:{'|'.join(forms)})(?!{_LETTER})")
