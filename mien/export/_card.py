"""The model card: what the file is, how good, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mien import kinds
from mien.core.types import InputContract
from mien.kinds import Kind

_NOT_FOR = (
    "Not for deciding about people. The label says what a {} {} to annotators, not what a person feels. In the "
    "European Union, reading emotions at work and in education is banned with few exceptions, and elsewhere it is "
    "high-risk and must be disclosed (AI Act, articles 5 and 50, annex III)."
)


REMEMBERS = (
    "This file holds a fingerprint of each picture that it was trained or chosen on, so that `mien evaluate` can leave "
    "them out. Whoever holds the file can test with them whether a picture they have was among those; the pictures "
    'themselves cannot be got back. `lineage = "none"` in the recipe leaves the fingerprints out.'
)
FORGETS = (
    "This file does not say what it was trained on, so it cannot be known whether a picture that it is measured on was "
    "among it."
)


FOREIGN = "that Mien did not make"
UNMEASURED = "nobody has measured it with Mien. `mien evaluate FILE DATA` does, on pictures with known answers."
_TWICE = {"whole": "", "faces": "", "both": ", twice: the face, black where there is none, above the whole picture"}


@dataclass(frozen=True)
class ModelInfo:
    """What rides in a model file: card (Markdown), scores (JSON), and `Lineage.to_text`, empty where not told."""

    card: str = ""
    scores: Mapping[str, Any] = field(default_factory=dict)
    lineage: str = ""


def card(
    contract: InputContract, *, family: str, data: str, sentence: str, good_for: str = "", lineage: bool = False
) -> str:
    """Write the model card that travels inside the file, in Markdown.

    `sentence` says with an interval how good it is, `good_for` (from `core.answer`) on what its answers hold, and
    `lineage` whether the file says what the model has seen. Without a `family` Mien did not make the model.
    """
    kind = kinds.kind(contract.kind)
    what = "An expression classifier" if kind.faces else f"A classifier of {kind.many}"
    origin, maker = ("made with Mien", f"Family: {family}") if family else (FOREIGN, "Made by: unknown")
    family = f"{maker}. Says which of {', '.join(contract.labels)} a {kind.subject} {kind.verb}."
    takes = f"Takes: {_takes(kind, contract)}. Trained on: {data}."
    people = _NOT_FOR.format(kind.subject, kind.verb) if kind.of_people else ""
    limits = [
        words for words in (good_for, people, f"Not for: {_lower(kind.caution)}" if kind.caution else "") if words
    ]
    seen = (REMEMBERS if lineage else FORGETS).replace("picture", kind.one)
    parts = [f"# {what} {origin}", f"{family}\n{takes}", f"How good: {sentence}", *limits, seen]
    return "\n\n".join(parts) + "\n"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _takes(kind: Kind, contract: InputContract) -> str:
    if not kind.faces:
        return kind.described(contract)
    return f"{contract.size} x {contract.size} px RGB bytes{_TWICE[contract.inputs]}"
