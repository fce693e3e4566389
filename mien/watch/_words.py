"""What has changed, in plain sentences: the same in the terminal, on the page and in JSON."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mien.core.answer import adjective
from mien.core.answer_counts import ANSWERS, CONFIDENCE, SETS, SURE, TABLES
from mien.html import count, listing, percent, points
from mien.watch._reference import NOTHING

if TYPE_CHECKING:
    from mien.kinds import Kind
    from mien.watch._changes import Change
    from mien.watch._drift import Drift, Period
    from mien.watch._population import Population

MADE = "than when the model was made"
_TITLES = {
    ANSWERS: "the answers",
    SURE: "unsure answers",
    SETS: "several classes open",
    CONFIDENCE: "no class with half",
}
_USUAL = {
    SURE: "answers are unsure",
    SETS: "answers leave several classes open",
    CONFIDENCE: "answers give no class half of the probability",
}
_SINGLE = {
    SURE: "answers are {}",
    SETS: "prediction sets hold {}",
    CONFIDENCE: "answers have a probability of {}",
}
_MOST, _MOST_CLASSES = 4, 3  # changes, and classes, in sentences; the table has all


def sentences(found: Drift) -> list[str]:
    """Say whether anything has changed, what that may mean, and what to do next."""
    period = found.judged
    if not found.changed:
        return [_unchanged(found, period), *_remarks(found)]
    changes = ranked(period)
    first, *others = [of_change(one, found.kind) for one in changes[:_MOST]]
    told = [f"{_when(period)}{first}" if not period.begin else f"{_when(period)}{first[0].lower()}{first[1:]}", *others]
    later = [one for one in found.periods if one.changes][-1]
    if later is not period:
        told.append(f"Later, from {_day(later.begin)} on, no change was found any more.")
    return [*told, *_meaning(found), _next(found), *_remarks(found)]


def ranked(period: Period) -> list[Change]:
    """Order what has changed, what says most to people first."""
    first, last = (SURE, ANSWERS, NOTHING), (CONFIDENCE, SETS)
    places = {name: number for number, name in enumerate([*first, "", *last])}
    found = (one for one in period.changes if one.found)
    return sorted(found, key=lambda one: (places.get(one.name, len(first)), -one.moved))


def of_change(change: Change, kind: Kind) -> str:
    """Say what has changed, with both shares and the interval of that of now."""
    more = "More" if change.value > change.was else "Fewer"
    ends = f"{percent(change.low, unit=False)} to {percent(change.high, unit=False)}"
    figures = f"{percent(change.value)} instead of {percent(change.was)} ({ends})"
    return f"{_subject(change, kind, more)} {MADE}: {figures}."


def title(change: Change, kind: Kind) -> str:
    """Name the share that a row of a table shows."""
    if change.name == NOTHING:
        return f"{kind.many} without a {kind.subject}"
    if change.name in _TITLES and len(change.share) > 1:
        return _TITLES[change.name]
    told = adjective(change.share[0]) if change.name == ANSWERS else change.share[0]
    return f"{ {SURE: 'answers', SETS: 'sets', CONFIDENCE: 'probability'}.get(change.name, change.name) }: {told}"


def _subject(change: Change, kind: Kind, more: str) -> str:
    only = change.share[0]
    if change.name == NOTHING:
        return f"{more} {kind.many} are without a {kind.subject}"
    if change.name == ANSWERS:
        return f"{more} answers are {adjective(only)}"
    if change.name in _USUAL:
        words = _USUAL[change.name] if len(change.share) > 1 else _SINGLE[change.name].format(only)
        return f"{more} {words}"
    return f"{change.name.capitalize()}: {more.lower()} {kind.counted[1]} count as {only}"


def _unchanged(found: Drift, period: Period) -> str:
    compared = [one for one in found.periods if one.changes]
    answers = sum(one.counts.n for one in compared)
    times = f" and {count(len(compared), 'period')}" if len(compared) > 1 else ""
    unsure = next(one for one in period.changes if one.name == SURE)
    what = title(unsure, found.kind)
    return (
        f"The answers look as they did when the model was made: {count(answers, 'answer')}, compared in "
        f"{count(len(period.changes), 'way')}{times}. A change by {points(unsure.least, places=0)} of 100 in {what} "
        f"({percent(unsure.value)} now, {percent(unsure.was)} then) would have been found four times of five."
    )


def _when(period: Period) -> str:
    if not period.begin:
        return ""
    first, last = _day(period.begin), _day(period.end)
    return f"On {first}, " if first == last else f"From {first} to {last}, "


def _day(moment: str) -> str:
    return moment[:10]


def _meaning(found: Drift) -> list[str]:
    """Say whether another population would explain it."""
    if not any(one.found and one.name in TABLES for one in found.judged.changes):
        return ["The answers themselves look as they did."]
    if found.population is None:
        return [
            "Validation has too few samples of a class to tell whether other shares of the classes would explain it."
        ]
    told = _shares(found.population)
    if found.population.explains:
        fits = f"Other shares of the classes would explain it: {told}."
        return [f"{fits} The model may then be as good as it was, on other people or other moods; only labels tell."]
    return [f"Other shares of the classes do not explain it by themselves (they would be {told})."]


def _shares(population: Population) -> str:
    before = population.before
    gaps = {name: abs(share[0] - before.get(name, 0)) for name, share in population.shares.items()}
    parts = []
    for name in sorted(gaps, key=lambda name: -gaps[name])[:_MOST_CLASSES]:
        share, low, high = population.shares[name]
        was = f" instead of {percent(before[name])}" if before else ""
        ends = f"{percent(low, unit=False)} to {percent(high, unit=False)}"
        parts.append(f"about {percent(share)} {adjective(name)}{was} ({ends})")
    return listing(parts)


def _next(found: Drift) -> str:
    model = shlex.quote(found.model)
    return (
        f"Next: look at some of the new {found.kind.many}, label a hundred or more, and measure whether it is still "
        f"right as often: mien evaluate {model} LABELLED/. If it is not, train again with them among the data."
    )


def _remarks(found: Drift) -> list[str]:
    told = []
    waiting = found.periods[-1].counts.n if not found.periods[-1].changes else 0
    if waiting:
        told.append(f"{count(waiting, 'more answer')} of the last days wait until they are 200.")
    counts = found.judged.counts
    names = {one.name for one in found.judged.changes}
    if counts.nothing and NOTHING not in names:
        share = percent(counts.nothing / (counts.n + counts.nothing))
        told.append(
            f"{share} of the {found.kind.many} had no {found.kind.subject}; how many had none then is not known."
        )
    if counts.unreadable:
        told.append(f"{count(counts.unreadable, 'more file')} could not be read.")
    if not names & {one.name for one in found.kind.qualities} and found.kind.qualities:
        what = listing([one.name for one in found.kind.qualities])
        told.append(f"{what.capitalize()} could not be compared: the {found.basis} do not lie beside the model.")
    if not found.shares_known:
        told.append(
            "The model file does not say how frequent the classes were, so how frequent each answer is was not "
            "compared. A file that is exported anew says it."
        )
    if found.damaged:
        told.append(
            f"{count(found.damaged, 'line')} of the log {'is' if found.damaged == 1 else 'are'} damaged, and left out."
        )
    return told
