"""A comparison in plain sentences, the same in the terminal, on the page and in JSON."""

from __future__ import annotations

import shlex
from math import floor, log2, log10
from operator import itemgetter
from statistics import stdev
from typing import TYPE_CHECKING

from mien.evaluate import absent_classes
from mien.html import count, listing, percent, points, span
from mien.kinds import kind

if TYPE_CHECKING:
    from mien.compare._comparison import Comparison, Entry, Pair
    from mien.evaluate import Difference, Spread

LEVEL = 0.05  # of all comparisons together: below it a difference is called more than chance
MOST_NAMES = 4  # of a list in a sentence
MOST_SEEDS = 2  # sentences about seeds where there are many runs
FEW_PEOPLE = 30  # persons below which the doubt is spelt out


def of_pair(pair: Pair) -> list[str]:
    """Say how two runs compare."""
    seeds = _over_seeds(pair)
    return [_on_pictures(pair), *([seeds] if seeds else [])]


def _on_pictures(pair: Pair) -> str:
    first, second, found = pair.first, pair.second, pair.figures
    if pair.same:
        what = "nothing but the seed" if pair.same == "recipe" else "nothing that is written down, not even the seed"
        gap = points(found.accuracy.value)
        if found.accuracy.value == 0:
            return f"{first} and {second} differ in {what}, and are right equally often."
        return (
            f"{first} and {second} differ in {what}: the {gap} of 100 between them is how far apart two trainings come "
            "out, and no better model."
        )
    if not (found.only_first or found.only_second):
        return f"{first} and {second} are right on the very same {pair.counted[1]}."
    if pair.told:
        more = f"{_more(pair)} than {second} ({_range(found.accuracy)})"
        return f"{first} is right on {more}: more than chance."
    return f"No difference can be told between {first} and {second}: {_untold(pair)}"


def _untold(pair: Pair) -> str:
    found, first = pair.figures, pair.first
    if found.accuracy.value == 0:
        would = f" A difference of about {points(pair.tellable, places=0)} of 100 would have shown."
        same = f"both are right equally often, though not on the same {pair.counted[1]}."
        return same if pair.hopeless else f"{same}{would}"
    words = f"{first} is right on {_more(pair)}, but that may be chance ({_range(found.accuracy)})."
    if pair.hopeless:
        return f"{words} {too_few(pair)}"
    if found.p < LEVEL and pair.tests > 1:
        return f"{words} Compared alone they would count as different; among {pair.tests:,} comparisons they do not."
    return f"{words} It would take about {_round(pair.needed)} {pair.counted[1]} to tell a difference of this size."


def too_few(pair: Pair) -> str:
    """Say that no difference could have been told."""
    units, tests = pair.figures.units, pair.tests
    witnesses = count(units, *pair.counted) if units == pair.figures.n else count(units, "person", "people")
    least = floor(1 + log2(tests / LEVEL)) + 1  # so that all of them for one model would be enough
    if units >= 6:
        return f"{witnesses} are too few for {tests:,} comparisons: compare fewer runs, or on {least} or more."
    return f"{witnesses} {'is' if units == 1 else 'are'} too few to tell any difference: it takes at least {least}."


def _over_seeds(pair: Pair) -> str:
    if pair.seeds is None:
        return ""
    found = pair.seeds
    first = _alone(f"with the recipe of {pair.first}", found.first)
    second = _alone(f"with that of {pair.second}", found.second)
    both = f"One model alone, over seeds: {first}, {second}"
    gap = _range(found.accuracy)
    if pair.told_over_seeds:
        return f"{both}. So with other seeds, too, {pair.first} is better by more than chance ({gap})."
    if (pair.seeds_p or 0.0) < LEVEL and found.accuracy.high < 0:
        return f"{both}. So over seeds {pair.second} is better by more than chance ({_range(-found.accuracy)})."
    if found.p < LEVEL:
        return f"{both}. Compared alone that would count ({gap}); among so many comparisons it does not."
    return f"{both}. So other seeds may turn it round ({gap})."


def _alone(recipe: str, found: Spread) -> str:
    return f"{points(found.mean)} of 100 {recipe} (give or take {points(found.deviation)}, {found.seeds} seeds)"


def verdict(comparison: Comparison) -> list[str]:
    """Say which run is better, if that can be told."""
    if len(comparison.entries) == 2:
        return of_pair(comparison.pairs[0])
    over_seeds = [of_pair(pair)[1] for pair in comparison.against_best if pair.seeds is not None]
    return [standing(comparison), *over_seeds[:MOST_SEEDS]]


def standing(comparison: Comparison) -> str:
    """Say how the best of several runs stands to the others."""
    best, found = comparison.entries[0].name, comparison.entries[0].scores.accuracy
    share = f"{percent(found.value, unit=False)} of 100 {comparison.counted[1]} ({span(found.low, found.high)})"
    kinds: dict[str, list[str]] = {}
    for pair in comparison.against_best:
        kinds.setdefault(pair.same or ("behind" if pair.told else "near"), []).append(pair.second)
    said = {
        "behind": "It is ahead of {} by more than chance.",
        "near": "No difference can be told from {}.",
        "recipe": "From {} it differs in nothing but the seed.",
        "all": "From {} it differs in nothing at all.",
    }
    words = [said[kind].format(_names(kinds[kind])) for kind in said if kind in kinds]
    words += [too_few(pair) for pair in comparison.against_best[:1] if pair.hopeless]
    return " ".join([f"{best} is right most often: on {share}.", *words])


def of_seeds(comparison: Comparison) -> list[str]:
    """Say what other seeds may change, where that was not measured.

    Empty where every pair with the best run was compared over seeds or differs in nothing else.
    """
    best = comparison.entries[0]
    against = {pair.second for pair in comparison.against_best if pair.seeds is None and not pair.same}
    single = [entry for entry in comparison.entries if len(entry.seeds) == 1 and entry.name in against | {best.name}]
    if not against or not single:
        return []
    were = "was" if len(single) == 1 else "were each"
    doubt = f"{_names([entry.name for entry in single])} {were} trained from one seed, and another may change this."
    known = _known_spread(comparison) or "By how much is not known here."
    return [f"{doubt} {known}", command(single[0])]


def command(entry: Entry) -> str:
    """Say what to type to train the same again from five seeds."""
    source = entry.run.state().source or "SOURCE"
    out = entry.run.folder.with_name(f"{entry.run.folder.name}-seeds")
    parts = ["mien", "run", source, "--recipe", str(entry.run.recipe), "--seeds", "5", "--out", str(out)]
    return " ".join(shlex.quote(part) for part in parts)


def _known_spread(comparison: Comparison) -> str:
    several = [entry for entry in comparison.entries if len(entry.seeds) > 1]
    if several:
        spreads = {entry.name: stdev(accuracy for _, accuracy in entry.seeds) for entry in several}
        name, spread = max(spreads.items(), key=itemgetter(1))
        return f"By seed, the models of {name} differ by give or take {points(spread)} of 100."
    twins = [pair for pair in comparison.pairs if pair.same == "recipe"]
    if not twins:
        return ""
    widest = max(twins, key=lambda pair: pair.figures.accuracy.value)
    gap = points(widest.figures.accuracy.value)
    return f"{widest.first} and {widest.second}, which differ in the seed alone, are {gap} of 100 apart."


def basis(comparison: Comparison) -> list[str]:
    """Say on what was measured, and what was left out."""
    people = f" of {count(comparison.people, 'person', 'people')}" if comparison.people else ""
    words = [f"Compared on {samples(comparison)}{people} that no run was trained or chosen on."]
    words += [absent] if (absent := absent_classes(comparison.commonest)) else []
    if comparison.people:
        doubt = ", and they are few" if comparison.people < FEW_PEOPLE else ""
        words.append(f"Chance is reckoned over persons, not {kind(comparison.kind).many}{doubt}.")
    reasons = [f"{number:,} because {why}" for why, number in comparison.left_out.items()]
    words += [f"Left out: {', '.join(reasons)}."] if reasons else []
    if comparison.other_labels:
        known = listing(list(comparison.labels))
        words.append(f"Not all runs know the same classes, so each had to choose among {known} alone.")
    return [" ".join(words)]


def samples(comparison: Comparison) -> str:
    """Count what the runs were compared on, and say what it is."""
    return count(comparison.n, comparison.what.removesuffix("s"), comparison.what)


def _more(pair: Pair) -> str:
    return f"{points(pair.figures.accuracy.value)} more of 100 {pair.counted[1]}"


def _range(difference: Difference) -> str:
    low, high = points(abs(difference.low)), points(abs(difference.high))
    if difference.low < 0 < difference.high or difference.low < 0 == difference.high:
        return f"{low} fewer to {high} more"
    if difference.low < 0:
        return f"{low} to {high} fewer"
    return f"{low} to {high}"


def _names(names: list[str]) -> str:
    if len(names) <= MOST_NAMES + 1:
        return listing(names)
    return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} others"


def _round(number: int | None) -> str:
    """Write an estimate with two digits: it knows no more."""
    if number is None or number < 1:
        return "endlessly many"
    step = 10 ** max(floor(log10(number)) - 1, 0)
    return f"{-(-number // step) * step:,}"
