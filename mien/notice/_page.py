"""The page that people must be shown before they are read."""

from __future__ import annotations

from mien import html
from mien.notice._deployment import Deployment
from mien.notice._facts import Facts, mistaken
from mien.notice._language import Language, language
from mien.notice._law import line

_FACTS = ("purpose", "operator", "contact")
_SHOWN = ("tell", "ban")  # lines of law: the rest stands on the page of law


def notice_page(facts: Facts, deployment: Deployment, date: str) -> str:
    """Write the page: one file in the language of the deployment, which asks nothing of anybody."""
    words = language(deployment.language)
    who = deployment.operator
    oppose = [words.say("notice.object", contact=deployment.contact), words.say("notice.rights")]
    kept = words.say("notice.kept", operator=who, retention=deployment.retention)
    keep = [kept, words.of_kind(facts.kind, "kept_by_software")]
    return html.page(
        words.of_kind(facts.kind, "title"),
        _what(facts, deployment, words, date),
        html.section(words.say("notice.h_feelings"), words.say("notice.feelings"), words.say("notice.unknown")),
        html.section(words.say("notice.h_object"), *oppose),
        html.section(words.say("notice.h_kept"), *keep),
        _good(facts, words),
        _decide(deployment, words),
        html.section(words.say("notice.h_law"), *(line(words, name) for name in _SHOWN)),
        lead=words.of_kind(facts.kind, "lead", operator=who),
        footer=words.say("notice.footer", file=facts.file, operator=who),
        words=html.PageWords(deployment.language, words.say("notice.skip"), words.say("notice.contents")),
    )


def _what(facts: Facts, deployment: Deployment, words: Language, date: str) -> html.Section:
    names = [words.label(label) for label in facts.labels]
    count = words.number(len(names))
    read = words.of_kind(facts.kind, "read", count=count, classes=words.listing(names))
    rows = [(words.say(f"notice.{name}"), value) for name, value in deployment.typed().items() if name in _FACTS]
    rows += [(words.say("notice.software"), facts.file), (words.say("notice.date"), date)]
    return html.section(words.say("notice.h_what"), read, html.facts(rows))


def _good(facts: Facts, words: Language) -> html.Section:
    heading, figures = words.say("notice.h_good"), facts.figures
    right, wrong, measured = facts.right(words)
    groups = words.of_kind(facts.kind, "groups")
    if figures is None:
        return html.section(heading, right, groups)
    ends = f"{words.of_100(figures.low)}\N{EN DASH}{words.of_100(figures.high)}"
    span = words.say("notice.range", low=words.of_100(figures.low), high=words.of_100(figures.high))
    guess = words.say("notice.guess", guess=words.of_100(figures.guess)) if figures.guess is not None else ""
    means = " ".join(filter(None, (right, wrong, guess)))
    number = html.number(words.of_100(figures.right), means, interval=ends, of="/ 100")
    parts = [number, f"{span} {measured}", *_classes(facts, words)]
    return html.section(heading, *parts, words.say("notice.conditions"), groups)


def _classes(facts: Facts, words: Language) -> list[object]:
    """Say for which classes it is often wrong, in sentences and as a table, the weakest first."""
    figures = facts.figures
    if figures is None or figures.worst is None:
        return []
    worst = figures.worst
    told = [words.say("notice.worst", label=words.label(worst.label), wrong=mistaken(words, worst.share))]
    if figures.confused:
        share, truth, answer = figures.confused
        named = {"truth": words.label(truth), "answer": words.label(answer), "share": words.of_100(share)}
        told.append(words.say("notice.confused", **named))
    names = [words.say(f"notice.col_{name}") for name in ("class", "right", "range", "n")]
    rows = [
        [
            words.label(one.label),
            words.of_100(one.share),
            f"{words.of_100(one.low)}\N{EN DASH}{words.of_100(one.high)}",
            words.number(one.n),
        ]
        for one in sorted(figures.classes, key=lambda one: one.share)
    ]
    table = html.table(rows, names, caption=words.say("notice.table"), numeric=names[1:])
    return [html.text(*told), table]


def _decide(deployment: Deployment, words: Language) -> html.Section:
    said = [words.say("notice.decide", operator=deployment.operator)]
    if deployment.exception:
        claim = words.say(f"notice.exception_{deployment.exception}", operator=deployment.operator)
        said.append(html.text(html.severity("warning", claim)))
    return html.section(words.say("notice.h_decide"), *said)
