"""The data card: what a model learnt from and was measured on, by what was counted, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mien import kinds
from mien.core.answer import MADE_HERE
from mien.core.terms import Terms, data_sets
from mien.export._markdown import table

_SPLITS = {"train": "training", "val": "validation", "test": "test"}
_FEW = 30  # samples of a class below which a figure of it says little


@dataclass(frozen=True)
class DataFacts:
    """What was counted of a run's data.

    Parameters
    ----------
    source : str
        What it came from, without the folders around it.
    kind : str
        What samples are, a name of `mien.kinds`.
    terms : Terms
        What it asks of its users.
    counts : mapping
        Class to split (``train``, ``val``, ``test``) to how many samples; in rounds nobody is on ``test``.
    people : mapping
        Split to how many people; empty where nobody says who is in them.
    findings : sequence of tuple
        What the audit found: words, how many samples have it, how many of them are set aside for it.
    aside : int
        Samples that are set aside, for whatever reason.
    proof : str
        Whether the split holds, in a sentence.
    groups : sequence of str
        Columns that say more of the samples, such as ``sex``.
    """

    source: str
    kind: str
    terms: Terms
    counts: Mapping[str, Mapping[str, int]]
    people: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[tuple[str, int, int]] = ()
    aside: int = 0
    proof: str = ""
    groups: Sequence[str] = ()


def count_table(facts: DataFacts) -> str:
    """Write how many samples each class has on each split, and how many people there are, as Markdown."""
    splits = [name for name in _SPLITS if any(row.get(name) for row in facts.counts.values())]
    rows = [(label, *(f"{row.get(name, 0):,}" for name in splits)) for label, row in facts.counts.items()]
    if facts.people:
        rows.append(("people", *(f"{facts.people.get(name, 0):,}" for name in splits)))
    return table(("class", *(_SPLITS[name] for name in splits)), rows)


def data_card(facts: DataFacts) -> str:
    """Write the data card, Markdown: sources and terms, counts, the split, what the audit found, known gaps."""
    kind = kinds.kind(facts.kind)
    total = sum(sum(row.values()) for row in facts.counts.values())
    sections = {
        "Sources and terms": _sources(facts.terms),
        "Counts": f"{kind.count(total)} in use, {facts.aside:,} set aside.\n\n{count_table(facts)}",
        "The split": facts.proof or "Not proven.",
        "What the audit found": _findings(facts, kind.many),
        "Known gaps": "\n".join(f"- {gap}" for gap in _gaps(facts, kind.many)),
    }
    parts = [f"# The data of {facts.source}", *(f"## {name}\n\n{text}" for name, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def _sources(terms: Terms) -> str:
    known = [data_sets()[name] for name in terms.data if name in data_sets()]
    rows = [(one.name, one.licence, one.commercial, one.citation, one.as_of) for one in known]
    listed = table(("data set", "licence", "commercial use", "to cite", "as of"), rows) if rows else ""
    return "\n\n".join(filter(None, [f"May it be used commercially: {terms.commercial}. {terms.why}", listed]))


def _findings(facts: DataFacts, many: str) -> str:
    if not facts.findings:
        return "Nothing wrong was found, or the audit did not run."
    rows = [(words, f"{count:,}", f"{aside:,}") for words, count, aside in facts.findings]
    return table(("finding", many, "set aside"), rows)


def _gaps(facts: DataFacts, many: str) -> list[str]:
    gaps = []
    if not facts.people:
        gaps.append(f"Who is in the {many} is not known, so one person may be on two splits.")
    measured = [name for name in ("test", "val") if any(row.get(name) for row in facts.counts.values())]
    few = [label for label, row in facts.counts.items() if measured and row.get(measured[0], 0) < _FEW]
    if few:
        gaps.append(f"Fewer than {_FEW} {many} measure {', '.join(few)}: figures of these say little.")
    if set(facts.terms.data) <= set(MADE_HERE) and facts.terms.data:
        return [
            *gaps,
            f"Mien made these {many}: they show no people, and what is measured on them says nothing of people.",
        ]
    known = f" but {', '.join(facts.groups)}" if facts.groups else ", such as the age, sex or origin of who is in them"
    gaps.append(f"Nothing else is known of the {many}{known}.")
    gaps.append("Who labelled them, and how often people agree, is not known to Mien.")
    return gaps
