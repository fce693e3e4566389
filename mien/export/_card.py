"""The model card: one writer for every model, with the sections of Mitchell et al. 2019, and what a hub reads of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mien import kinds
from mien.core.errors import SettingError
from mien.core.terms import Terms
from mien.core.types import InputContract
from mien.core.validation_answers import ValidationAnswers
from mien.export._front_matter import front_matter
from mien.export._markdown import class_table, confused, lowered
from mien.kinds import Kind

SECTIONS = (
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
)
"""Of a model card, in their order (Mitchell et al. 2019, "Model Cards for Model Reporting", figure 1)."""

_NOT_FOR = (
    "Not for deciding about people. The label says what a {} {} to annotators, not what a person feels. In the "
    "European Union, reading emotions at work and in education is banned with few exceptions, and elsewhere it is "
    "high-risk and must be disclosed (AI Act, articles 5 and 50, annex III). `mien notice` writes what people must be "
    "shown."
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
_UNMEASURED = "Not measured."
_SEEN = {
    "new": "the model has seen none of them",
    "people": "new ones, but of people that it was trained on",
    "unknown": "whether the model has seen some of them is not known",
}


@dataclass(frozen=True)
class ModelInfo:
    """What rides in a model file, empty or None where it is not known.

    Card, Markdown; scores, JSON; `Lineage.to_text`; `Terms.to_json`; and what prediction sets are made of.
    """

    card: str = ""
    scores: Mapping[str, Any] = field(default_factory=dict)
    lineage: str = ""
    terms: str = ""
    validation: ValidationAnswers | None = None


@dataclass(frozen=True)
class CardFacts:
    """What a card says beyond a sentence; what is not known is left empty, and the card says so.

    Parameters
    ----------
    name : str
        What a hub calls the model.
    scores : mapping
        As `evaluate.Scores.to_dict` writes them.
    terms : Terms
        What the model is bound to.
    source : str
        What its data came from, without the folders around it.
    counts : str
        Markdown: how many samples of each class, on which split.
    groups : str
        Columns by which accuracy was measured, such as ``sex, light``.
    """

    name: str = "model"
    scores: Mapping[str, Any] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    source: str = ""
    counts: str = ""
    groups: str = ""


def card(
    contract: InputContract,
    *,
    family: str,
    data: str,
    sentence: str,
    good_for: str = "",
    lineage: bool = False,
    facts: CardFacts = CardFacts(),
) -> str:
    """Write the model card that travels inside the file: Markdown, under the front matter that a hub reads.

    `sentence` says with an interval how good it is, `good_for` (from `core.answer`) on what its answers hold, and
    `lineage` whether the file says what the model has seen. Without a `family` Mien did not make the model.
    """
    kind = kinds.kind(contract.kind)
    what = "An expression classifier" if kind.faces else f"A classifier of {kind.many}"
    origin, maker = ("made with Mien", f"Family: {family}") if family else (FOREIGN, "Made by: unknown")
    people = _NOT_FOR.format(kind.subject, kind.verb) if kind.of_people else ""
    seen = (REMEMBERS if lineage else FORGETS).replace("picture", kind.one)
    details = f"{maker}. Says which of {', '.join(contract.labels)} a {kind.subject} {kind.verb}."
    sections = {
        "Model details": [details, f"Takes: {_takes(kind, contract)}.", _terms(facts.terms)],
        "Intended use": [_meant(kind), good_for, f"Not for: {lowered(kind.caution)}" if kind.caution else ""],
        "Factors": [_factors(facts.groups)],
        "Metrics": [_metrics(facts.scores)],
        "Evaluation data": [_basis(facts.scores)],
        "Training data": [f"Trained on: {data}.", facts.counts, seen],
        "Quantitative analyses": [f"How good: {sentence}", class_table(facts.scores), confused(facts.scores)],
        "Ethical considerations": [people],
        "Caveats and recommendations": [_caveats(kind)],
    }
    held = f"{facts.source}, held out" if facts.source else ""
    front = front_matter(facts.name, kind.hub_task, facts.terms, facts.scores, data=held)
    joined = {name: "\n\n".join(filter(None, parts)) for name, parts in sections.items()}
    return compose_card(front, f"{what} {origin}", joined)


def compose_card(front: str, title: str, sections: Mapping[str, str], *, about: str = "") -> str:
    """Put a card together; each of `SECTIONS` must be there, and one that says nothing says so.

    Parameters
    ----------
    front : str
        From `front_matter`.
    title : str
        The heading.
    sections : mapping
        Heading to Markdown; another heading, or one that is missing, is a `SettingError`.
    about : str
        Markdown under the title.
    """
    if set(sections) != set(SECTIONS):
        came = f"The sections of a card are {', '.join(sorted(set(sections) ^ set(SECTIONS)))} too many or too few"
        raise SettingError(came, expected=", ".join(SECTIONS))
    told = [f"## {name}\n\n{sections[name].strip() or _UNMEASURED}" for name in SECTIONS]
    return front + "\n\n".join(filter(None, [f"# {title}", about.strip(), *told])) + "\n"


def _takes(kind: Kind, contract: InputContract) -> str:
    if not kind.faces:
        return kind.described(contract)
    return f"{contract.size} x {contract.size} px RGB bytes{_TWICE[contract.inputs]}"


def _meant(kind: Kind) -> str:
    return f"To say which of these {kind.classes} a {kind.subject} {kind.verb}, as people who label {kind.many} would."


def _terms(terms: Terms) -> str:
    """Answer whether it may be used commercially."""
    return f"May it be used commercially: {terms.commercial}. {terms.why}"


def _factors(groups: str) -> str:
    if groups:
        return f"Accuracy was also measured by {groups}: the figures stand in the run's report."
    return "Accuracy was not measured by groups of people, such as age, sex or origin."


def _metrics(scores: Mapping[str, Any]) -> str:
    if not scores:
        return _UNMEASURED
    basis = scores.get("basis", {})
    units = int(scores.get("units", scores["n"]))
    unit = basis.get("unit", "samples") if units != scores["n"] else "samples"
    return (
        "Accuracy is the share of right answers; recall of a class is the share of its samples that are recognised, "
        "precision the share of answers with its name that hold. Calibration error is how far stated certainty is from "
        f"the share of right answers. Ranges are 95 % intervals, drawn over {units:,} {unit}."
    )


def _basis(scores: Mapping[str, Any]) -> str:
    if not scores:
        return _UNMEASURED
    basis = scores.get("basis", {})
    rounds = f", in {basis['rounds']} rounds, each by a model that learnt from the rest" if basis.get("rounds") else ""
    return (
        f"{scores['n']:,} {basis.get('what', 'samples')}{rounds}; {_SEEN.get(basis.get('seen', ''), _SEEN['unknown'])}."
    )


def _caveats(kind: Kind) -> str:
    return (
        f"Figures hold for {kind.many} like those measured on. With other people, places or devices it can be wrong "
        "more often: measure it on your own with `mien evaluate`. It answers also where it cannot know."
    )
