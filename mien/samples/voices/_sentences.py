"""Twelve sentences of five to nine syllables; four of them mean nothing, so that only the voice can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.samples._tables import tables

SENTENCES: Mapping[str, str] = tables("voices")["sentence"]
PAUSE = "|"


@dataclass(frozen=True)
class Syllable:
    """One syllable of a sentence."""

    phones: tuple[str, ...]
    stressed: bool
    pause: bool  # whether a pause may follow


def syllables(sentence: str) -> tuple[Syllable, ...]:
    """Read one of `SENTENCES`.

    Examples
    --------
    >>> syllables("rain")[1]
    Syllable(phones=('s', 'eh', 'd'), stressed=True, pause=True)
    """
    words = SENTENCES[sentence].split()
    after = [*words[1:], ""]
    return tuple(
        Syllable(tuple(word.lstrip("'").split("-")), word.startswith("'"), following == PAUSE)
        for word, following in zip(words, after, strict=True)
        if word != PAUSE
    )
