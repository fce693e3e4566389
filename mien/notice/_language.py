"""The sentences of the papers in one language: a file each, held to the same keys by a test."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mien import html
from mien.core.answer import adjective
from mien.core.errors import SettingError, did_you_mean

_FOLDER = Path(__file__).with_name("languages")
LANGUAGES = ("de", "en", "es", "fr", "hi")
KINDS = ("picture", "sound")  # for which there are sentences of their own; others share those of ``other``


@dataclass(frozen=True)
class Language:
    """One language: its sentences by key, such as ``notice.purpose``, and the words of prohibited purposes."""

    code: str
    texts: Mapping[str, str]
    banned: Mapping[str, Sequence[str]]

    def say(self, key: str, **values: object) -> str:
        """Fill a sentence's places, such as ``{operator}``."""
        return self.texts[key].format_map(values)

    def of_kind(self, kind: str, key: str, **values: object) -> str:
        """Fill a sentence that differs by what is read."""
        return self.say(f"kinds.{kind if kind in KINDS else 'other'}.{key}", **values)

    def number(self, value: int) -> str:
        """Write a count as the language groups it; four digits of Spanish and all but three of Hindi stay together.

        >>> [language(code).number(1234567) for code in ("en", "de", "hi")], language("es").number(2659)
        (['1,234,567', '1.234.567', '12,34,567'], '2659')
        """
        if self.code == "es" and value < 10_000:
            return str(value)
        if self.code == "hi" and value >= 100_000:
            thousands, rest = divmod(value, 1000)
            groups: list[str] = []
            while thousands:
                thousands, two = divmod(thousands, 100)
                groups.insert(0, f"{two:02d}" if thousands else str(two))
            return self.texts["language.group"].join([*groups, f"{rest:03d}"])
        return f"{value:,}".replace(",", self.texts["language.group"])

    def of_100(self, share: float) -> str:
        """Write a share, 0..1, as so many of 100.

        >>> language("de").of_100(0.653), language("de").of_100(0.9996)
        ('65', '99,9')
        """
        return html.percent(share, unit=False).replace(".", self.texts["language.decimal"])

    def label(self, name: str) -> str:
        """Say a class as an adjective; one that is no known expression stays as it is.

        >>> language("fr").label("fear"), language("fr").label("Mask")
        ('effrayé', 'Mask')
        """
        return self.texts.get(f"classes.{adjective(name)}", name)

    def listing(self, names: Sequence[str]) -> str:
        """Write names one after the other."""
        return html.listing([*names], self.texts["language.and"])


@cache
def language(code: str) -> Language:
    """Read a language; a code that is none of `LANGUAGES` is a `SettingError`."""
    if code not in LANGUAGES:
        came = f"There is no language '{code}' for a notice"
        raise SettingError(came, expected=f"one of {', '.join(LANGUAGES)}", todo=did_you_mean(code, LANGUAGES))
    found = tomllib.loads((_FOLDER / f"{code}.toml").read_text("utf-8"))
    banned = found.pop("banned")
    return Language(code, dict(_flat(found, "")), banned)


def _flat(values: Mapping[str, object], before: str) -> list[tuple[str, str]]:
    """List key and text; beside a text stands its back-translation, which no paper needs."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((before + name, str(value[0] if isinstance(value, list) else value)))
    return found
