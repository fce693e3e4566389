"""Twelve sentences of five to nine syllables; four of them mean nothing, so that only the voice can tell.

The four are of the kind used by R. Banse, K. Scherer, "Acoustic profiles in vocal emotion expression", JPSP 70, 1996,
and by T. Bänziger, M. Mortillaro, K. Scherer, "Introducing the Geneva Multimodal Expression corpus", Emotion 12, 2012.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Phones in ARPAbet joined by "-"; a stressed syllable begins with "'"; "|" is where a speaker may pause.
SENTENCES: Mapping[str, str] = {
    "boat": "'k-ah-m ax-n-d 's-iy m-ay | 'n-uw 'b-ow-t",
    "home": "sh-iy w-ih-l b-iy 'h-ow-m | b-ax 'f-ao-r 's-eh v-ax-n",
    "table": "'l-iy-v ih-t ao-n ax 't-ey b-ax-l | 'n-ih-r m-iy",
    "apple": "w-iy h-ae-d 'ae p-ax-l 'p-ay | ax 'g-eh-n",
    "dogs": "'d-ao-g-z aa-r 's-ih t-ih-n | b-ay m-ay 'd-ao-r",
    "umbrella": "'p-iy t-er t-uh-k ax 'r-eh-d | ax-m 'b-r-eh l-ax",
    "rain": "j-uw 's-eh-d | ih-t w-ah-z 'r-ey n-ih-n",
    "nobody": "'n-ow b-ax d-iy 's-ao | 'b-ih l-iy 'g-ow",
    "hat": "h-ae-t 's-ah-n d-ih-g | p-r-ao-n n-j-uw 'v-eh-n s-iy",
    "fee": "'f-iy g-ao-t 'l-ey-sh | k-aa-n k-ih-l 'g-ao s-t-er",
    "kalibam": "n-eh k-aa l-ih 'b-aa-m | s-uw-d 'm-ow l-eh-n",
    "mina": "'k-aw-n s-eh 'm-iy n-aa | l-ow-d b-eh 'l-aa-m",
}
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
