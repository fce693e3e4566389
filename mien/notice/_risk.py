"""A draft of the impact assessment that GDPR, article 35, asks for: what is known filled in, the rest marked."""

from __future__ import annotations

from mien.notice._deployment import Deployment
from mien.notice._facts import Facts
from mien.notice._language import Language, language
from mien.notice._markdown import plain

# Heading, then what is known, then what only the operator can answer
_PARTS = (
    (
        "h_description",
        ("purpose", "operator", "retention", "software", "terms"),
        ("q_people", "q_flow", "q_basis"),
    ),
    ("h_need", ("need_known",), ("q_need", "q_told")),
    (
        "h_risks",
        ("risk_wrong", "risk_groups", "risk_meaning", "risk_drift", "risk_leak", "risk_chill"),
        ("q_risks",),
    ),
    ("h_measures", ("measure_told", "measure_decide", "measure_log", "measure_local"), ("q_measures",)),
    ("h_advice", (), ("q_advice",)),
    ("h_decision", (), ("q_decision",)),
)


def risk_assessment(facts: Facts, deployment: Deployment, date: str) -> str:
    """Write the draft, Markdown."""
    words = language(deployment.language)
    values = {name: plain(value) for name, value in deployment.typed().items()}
    values |= {"file": plain(facts.file), "digest": facts.digest, "terms": plain(_terms(facts))}
    values |= {"figures": " ".join(filter(None, facts.right(words))), "groups": words.of_kind(facts.kind, "groups")}
    mark = f"**{words.say('risk.todo')}**"
    parts = [f"# {words.say('risk.title')}", f"{words.say('notice.date')}: {date}"]
    parts += [f"{words.say('risk.intro', **values)} {mark}", f"*{words.say('risk.warning')}*"]
    for heading, known, questions in _PARTS:
        parts.append(f"## {words.say(f'risk.{heading}')}")
        listed = [words.say(f"risk.{name}", **values) for name in known]
        if heading == "h_description":
            listed += _exception(words, deployment)
        parts += ["\n".join(f"- {text}" for text in listed)] if listed else []
        parts += [f"{mark}: {words.say(f'risk.{name}', **values)}" for name in questions]
    return "\n\n".join(parts) + "\n"


def _exception(words: Language, deployment: Deployment) -> list[str]:
    if not deployment.exception:
        return []
    return [words.say(f"notice.exception_{deployment.exception}", operator=plain(deployment.operator))]


def _terms(facts: Facts) -> str:
    """Name the data sets with their licences, which are the same words in every language, or what is known instead."""
    named = ", ".join(facts.terms.data)
    return f"{named} ({facts.terms.why})" if named else facts.terms.why
