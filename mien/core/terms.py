"""What the data that a model learnt from ask of its users: one register, and one answer for a model.

The register is ``terms.toml`` beside this file, by the published names of data sets, as of a month that it says.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mien.core.errors import SettingError, did_you_mean

COMMERCIAL = ("yes", "unclear", "no")  # from what allows most to what allows least
_REGISTER = Path(__file__).with_name("terms.toml")
_NOBODY_KNOWS = "Mien does not know whose the samples are that it learnt from: ask those in them, and their owner."


@dataclass(frozen=True)
class DataSet:
    """What a published data set asks of those who use it.

    Parameters
    ----------
    name : str
        As it is published.
    licence : str
        An SPDX identifier where `spdx` says so, else words.
    commercial : str
        Whether it may be used commercially: ``yes``, ``no`` or ``unclear``.
    why : str
        The reason, a clause.
    citation : str
        What to name when it is used.
    spdx : bool
        Whether `licence` is an SPDX identifier.
    path : str
        Pattern of the path, or of a column's name, by which it is recognised; empty where its persons alone say it.
    as_of : str
        The month, ``YYYY-MM``, when this was true.
    """

    name: str
    licence: str
    commercial: str
    why: str
    citation: str
    spdx: bool = False
    path: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Terms:
    """Whether a model may be used commercially, and why.

    Parameters
    ----------
    commercial : str
        ``yes``, ``no`` or ``unclear``: the least that any of its data allow.
    why : str
        A few sentences.
    license : str
        An SPDX identifier that the file is to be taken as bound by; empty where there is none, or more than one.
    data : tuple of str
        Names of the data sets, as far as they are known.
    note : str
        What is said with each answer: a sentence where the terms forbid something, else empty.
    as_of : str
        The month, ``YYYY-MM``, when this was true; empty where it is not known.
    """

    commercial: str = "unclear"
    why: str = _NOBODY_KNOWS
    license: str = ""
    data: tuple[str, ...] = ()
    note: str = ""
    as_of: str = ""

    def to_json(self) -> str:
        """Return JSON, as it stands in a model file under ``mien.terms``."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Terms:
        """Read what `to_json` wrote, here or in another release; a text that is none is taken as the `note`.

        >>> Terms.from_json("").commercial, Terms.from_json("Ask me first.").note
        ('unclear', 'Ask me first.')
        """
        with suppress(ValueError, RecursionError):
            found = json.loads(text)
            if isinstance(found, dict):
                return cls._read(found)
        return cls(note=text)

    @classmethod
    def _read(cls, found: dict[str, object]) -> Terms:
        plain = ("commercial", "why", "license", "note", "as_of")
        words = {name: found[name] for name in plain if isinstance(found.get(name), str)}
        if words.get("commercial") not in COMMERCIAL:
            words.pop("commercial", None)
        listed = found.get("data")
        data = tuple(map(str, listed)) if isinstance(listed, list) else ()
        return cls(**{**words, "data": data})  # type: ignore[arg-type]


@cache
def data_sets() -> dict[str, DataSet]:
    """Read the register: name to what is known, in its own order.

    >>> data_sets()["RAVDESS"].commercial, data_sets()["FER2013"].commercial
    ('no', 'unclear')
    """
    found = tomllib.loads(_REGISTER.read_text("utf-8"))
    return {name: DataSet(name, as_of=found["as_of"], **values) for name, values in found["data"].items()}


def data_set(name: str) -> DataSet:
    """Look up a data set by its published name, in any case; another is a `SettingError`.

    >>> data_set("ravdess").licence
    'CC-BY-NC-SA-4.0'
    """
    known = {one.lower(): found for one, found in data_sets().items()}
    if name.lower() not in known:
        raise SettingError(f"The data set '{name}' is not in the register", todo=did_you_mean(name, data_sets()))
    return known[name.lower()]


def recognised(persons: Iterable[str] = (), names: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the data sets that samples come from, in the register's order.

    Parameters
    ----------
    persons : iterable of str
        As `mien.collect` calls those of known data sets: ``RAVDESS 07``; also names of data sets alone.
    names : iterable of str
        The last parts of the source's path, and the manifest's columns.

    Examples
    --------
    >>> recognised(["RAVDESS 07", "Anna"]), recognised(names=["fer2013.parquet", "ferplus_anger"])
    (('RAVDESS',), ('FER2013', 'FER+'))
    """
    begun, called = set(persons), list(names)
    begun |= {person.rpartition(" ")[0] for person in begun}
    return tuple(
        name
        for name, one in data_sets().items()
        if name in begun or (one.path and any(re.search(one.path, word) for word in called))
    )


def terms_of(names: Sequence[str], *, others: Sequence[Terms] = (), whole: bool = True) -> Terms:
    """Say what holds for a model that learnt from data sets, and from other models.

    Parameters
    ----------
    names : sequence of str
        Data sets of the register.
    others : sequence of Terms
        Of the models that it started from, or learnt to answer like.
    whole : bool
        Whether all of its samples come from these data sets; else nobody knows whose the rest are.

    Returns
    -------
    Terms
        The strictest of all.

    Examples
    --------
    >>> terms_of(["drawn faces"]).commercial, terms_of(["FER2013", "RAVDESS"]).commercial, terms_of([]).commercial
    ('yes', 'no', 'unclear')
    """
    sets = [data_set(name) for name in names]
    data = tuple(dict.fromkeys([*(one.name for one in sets), *(name for other in others for name in other.data)]))
    unknown = not whole or not (sets or others)
    words = [*(one.commercial for one in sets), *(one.commercial for one in others), *["unclear"] * unknown]
    commercial = max(words, key=COMMERCIAL.index)
    why = [f"It learnt from {one.name}, and {one.why}." for one in sets if one.commercial == commercial]
    why += [other.why for other in others if other.commercial == commercial and other.why not in why]
    if unknown and commercial == "unclear":
        why.append(_NOBODY_KNOWS)
    note = f"This model may not be used commercially. {' '.join(why)}" if commercial == "no" else ""
    as_of = next(iter(data_sets().values())).as_of
    return Terms(commercial, " ".join(dict.fromkeys(why)), _license(data, commercial), data, note, as_of)


def _license(names: Sequence[str], commercial: str) -> str:
    """Name the licence of those sets that decide, where they share one that has an SPDX identifier."""
    sets = [one for name, one in data_sets().items() if name in names and one.commercial == commercial]
    shared = {one.licence if one.spdx else "" for one in sets}
    return shared.pop() if len(shared) == 1 else ""
