"""Every language says all that English says, with the same places to fill, and its back-translation proves it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

import mien.notice
from mien.core.answer import _ADJECTIVES
from mien.core.errors import SettingError
from mien.notice import LANGUAGES
from mien.notice._language import language

FOLDER = Path(mien.notice.__file__).parent
OTHERS = [code for code in LANGUAGES if code != "en"]
SHORT = 25  # letters up to which a sentence may be three times as long in another language
DEVANAGARI = re.compile("[\u0900-\u097f]")
# Words that say nothing of the content, and so tell nothing about a translation.
_EMPTY = "a an the of it is are be to in on at for and or that this which what who with by as has have not"
EMPTY = set(re.findall("[a-z]+", _EMPTY))


def read(code: str) -> dict[str, object]:
    found = tomllib.loads((FOLDER / "languages" / f"{code}.toml").read_text("utf-8"))
    del found["banned"]
    return dict(flat(found))


def flat(values: Mapping, before: str = ""):
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name, value


ENGLISH = read("en")
PAIRS = [(code, key) for code in OTHERS for key in ENGLISH]


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def content(text: str) -> set[str]:
    """Words that carry meaning, cut to five letters, so that forms of one word are one."""
    return {word[:5] for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in EMPTY}


def test_there_is_one_file_a_language():
    assert {path.stem for path in (FOLDER / "languages").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("code", OTHERS)
def test_it_has_the_same_sentences_each_with_its_back_translation(code):
    found = read(code)
    assert list(found) == list(ENGLISH)
    assert all(isinstance(pair, list) and len(pair) == 2 and all(pair) for pair in found.values())


@pytest.mark.parametrize(("code", "key"), PAIRS)
def test_a_sentence_is_translated(code, key):
    text, back = read_once(code)[key]
    english = ENGLISH[key]
    assert places(text) == places(back) == places(english)
    if key.startswith("language."):
        return
    assert text != english
    assert not DEVANAGARI.search(back)
    assert bool(DEVANAGARI.search(text)) == (code == "hi")
    most = 3 if len(english) <= SHORT else 1.8
    assert 1 / most <= len(text) / len(english) <= most
    assert "!" not in text


def read_once(code: str, known: dict[str, dict] = {}) -> dict:  # noqa: B006 - a cache
    if code not in known:
        known[code] = read(code)
    return known[code]


@pytest.mark.parametrize(("code", "key"), [(code, key) for code, key in PAIRS if len(content(ENGLISH[key])) >= 6])
def test_its_back_translation_says_what_english_says(code, key):
    wanted, found = content(ENGLISH[key]), content(read_once(code)[key][1])
    assert len(wanted & found) >= 0.4 * min(len(wanted), len(found)), wanted ^ found


@pytest.mark.parametrize(("code", "key"), [(code, key) for code, key in PAIRS if key.startswith("law.")])
def test_articles_and_years_are_the_same_in_every_language(code, key):
    numbers = re.findall(r"\d+", ENGLISH[key])
    for text in read_once(code)[key]:
        assert sorted(re.findall(r"\d+", text)) == sorted(numbers)


@pytest.mark.parametrize("key", ENGLISH)
def test_no_sentence_is_left_over(key):
    code = "".join(path.read_text() for path in FOLDER.glob("*.py"))
    last = key.rpartition(".")[2]
    assert (
        key.startswith(("classes.", "kinds.", "language.", "refusal."))
        or re.search(rf"\b{last.removeprefix('col_')}\b", code)
        or last.startswith("exception_")
    )


def test_every_class_that_has_an_adjective_has_a_word():
    words = {*_ADJECTIVES.values(), "neutral", "calm", "bored"}
    assert {key.removeprefix("classes.") for key in ENGLISH if key.startswith("classes.")} == words


def test_numbers_are_written_as_the_language_writes_them():
    assert [language(code).number(1_200_300) for code in LANGUAGES] == [
        "1.200.300",
        "1,200,300",
        "1\u202f200\u202f300",
        "1\u202f200\u202f300",
        "12,00,300",
    ]
    assert [language(code).number(2659) for code in LANGUAGES] == ["2.659", "2,659", "2659", "2\u202f659", "2,659"]
    assert language("fr").of_100(0.9996) == "99,9"


def test_a_language_that_is_not_there_is_answered():
    with pytest.raises(SettingError, match="There is no language 'it'"):
        language("it")
