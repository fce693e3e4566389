"""In which coding words were written that do not say it: names in old .zip files, tables that are not UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_LATIN = re.compile("[a-zA-Z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0178]+")
_CYRILLIC = re.compile("[\u0410-\u044f\u0401\u0451\u0404\u0454\u0406\u0456\u0407\u0457\u0490\u0491]+")
_TWO = re.compile(rb"[\x80-\xff]{2}")
_LETTERS = re.compile(r"[^\W\d_]+")
_TRAILS = re.compile(r"[^\x00-\x7f][\[\]\\^`{|}~@]")  # the second bytes of Asian codings, read as signs behind a letter
_QUOTES = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00bf\u00a1\u00b0"

# What a coding's common characters start with; the rare ones behind them are what other codings look like in it.
_COMMON = {
    "cp932": ((0x829F, 0x82F1), (0x8340, 0x8396), (0x815B, 0x815B), (0x8158, 0x8158), (0x889F, 0x9872)),
    "gbk": ((0xB0A1, 0xD7F9),),
    "cp949": ((0xB0A1, 0xC8FE),),
    "big5": ((0xA440, 0xC67E),),
}
_SCRIPTS = {"cp866": "Cyrillic", "cp1251": "Cyrillic", **{name: name for name in _COMMON}}  # the others are Latin

OLD_ZIP = ("cp437", "cp1252", "cp932", "gbk", "cp949", "big5", "cp866", "cp1251")
"""What programs write into .zip files that do not say UTF-8, the standard's own first."""
OLD_TABLE = ("cp1252", "mac_roman", "cp932", "gbk", "cp949", "big5", "cp1251")
"""What spreadsheets write into .csv files, the commonest first."""


def guess_coding(words: Iterable[bytes], candidates: Sequence[str]) -> str | None:
    r"""Find the one coding of the candidates (Python's codecs), or ``utf-8``, in which all words can be read as words.

    None where none fits, or where two scripts do; of two for one script the first is taken.

    >>> guess_coding([b"fr\x94hlich"], OLD_ZIP), guess_coding(["\u7b11\u9854".encode("cp932")], OLD_ZIP)
    ('cp437', 'cp932')
    """
    telling = sorted({word for word in words if not word.isascii()})
    if all(_decoded(word, "utf-8") is not None for word in telling):
        return "utf-8"
    for mixed in (False, True):  # first without ASCII letters within a foreign word, then with them
        fitting = [name for name in candidates if all(_reads(word, name, mixed=mixed) for word in telling)]
        if fitting:
            return fitting[0] if len(_scripts(fitting, telling)) == 1 else None
    return None


def _scripts(codings: Sequence[str], words: Sequence[bytes]) -> set[str]:
    """Give the scripts that words may be in; a Latin word has single accents, and a Cyrillic one hardly one letter."""
    scripts = {_SCRIPTS.get(name, "Latin") for name in codings}
    if scripts == {"Latin", "Cyrillic"} and not any(_TWO.search(word) for word in words):
        return {"Latin"}
    return scripts


def _decoded(word: bytes, coding: str) -> str | None:
    try:
        return word.decode(coding)
    except UnicodeDecodeError:
        return None


def _reads(word: bytes, coding: str, *, mixed: bool) -> bool:
    text = _decoded(word, coding)
    if text is None or any(not (one.isascii() or one.isalpha() or one in _QUOTES or one == "\u30fc") for one in text):
        return False
    foreign = [run for run in _LETTERS.findall(text) if not run.isascii()]
    if not foreign:
        return False
    if coding in _COMMON:
        runs = ["".join(one for one in run if not (mixed and one.isascii())) for run in foreign]
        return all(_is_common(one, coding) for run in runs for one in run)
    if _TRAILS.search(text):
        return False
    script = _CYRILLIC if coding in _SCRIPTS else _LATIN
    return all(script.fullmatch(run) and _is_cased(run) and _is_spelled(run, script) for run in foreign)


def _is_common(letter: str, coding: str) -> bool:
    number = int.from_bytes(letter.encode(coding), "big")
    return any(first <= number <= last for first, last in _COMMON[coding])


def _is_cased(run: str) -> bool:
    """Say whether capitals stand where words have them: first, throughout, or where two ASCII words meet."""
    return run.isupper() or all(
        not (a.islower() and b.isupper()) or (a.isascii() and b.isascii()) for a, b in pairwise(run)
    )


def _is_spelled(run: str, script: re.Pattern[str]) -> bool:
    """Say whether a Latin word has plain letters too, at least one in three, or is one letter long."""
    return script is _CYRILLIC or len(run) == 1 or 3 * sum(one.isascii() for one in run) >= len(run)
