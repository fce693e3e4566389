"""One run against another: differences, counts, and what other seeds may change."""

from __future__ import annotations

from mien import html
from mien.compare._comparison import Comparison, Entry, Pair
from mien.compare._words import of_pair, of_seeds

MOST_PAIRS = 20  # in the chart
MOST_WORDS = 9  # pairs that get their sentence on the page
MOST_SEEDS = 12  # runs in the chart of seeds


def pairs(comparison: Comparison) -> html.Section:
    """Show by how much the best is ahead of each other run."""
    best = comparison.entries[0].name
    shown = comparison.against_best
    same = f"Both answered the same {comparison.counted[1]}"
    note = f"{same}, so only those count on which one is right and the other wrong."
    beside = _four(shown[0]) if len(comparison.entries) == 2 else _sentences(shown)
    tests = html.details("Every count and test", _table(comparison.pairs), _meaning(comparison.pairs[0]))
    return html.section("One against another", html.columns(_chart(best, shown[:MOST_PAIRS]), beside), tests, note=note)


def _chart(best: str, shown: tuple[Pair, ...]) -> html.Html:
    rows = []
    for pair in shown:
        found, unsure = pair.figures.accuracy, bool(pair.same) or not pair.told
        rows.append(html.Estimate(pair.second, found.value, found.low, found.high, baseline=unsure))
    about = "Filled dots: more than chance. Hollow dots: may be chance. Bars are the 95 % intervals."
    title = f"How many more of 100 {shown[0].counted[1]} {best} is right on"
    return html.differences(title, rows, about=about, ends=("it is behind", "it is ahead"))


def _four(pair: Pair) -> html.Html:
    found, total = pair.figures, pair.figures.n
    counts = {
        "both right": found.both,
        f"only {pair.first} right": found.only_first,
        f"only {pair.second} right": found.only_second,
        "both wrong": found.neither,
    }
    rows = [[what, f"{number:,}", html.percent(number / total)] for what, number in counts.items()]
    many = pair.counted[1]
    columns = ["on", many, "share"]
    table = html.table(rows, columns, caption=f"What the two say of the same {many}", numeric=columns[1:])
    chance = f"If the two were equally good, a difference at least as large would show up in {_chance(found.p)} of such"
    return html.tag("div", table, html.tag("p", f"{chance} comparisons.", class_="note"))


def _sentences(shown: tuple[Pair, ...]) -> html.Html:
    lines = [html.tag("p", of_pair(pair)[0]) for pair in shown[:MOST_WORDS]]
    if len(shown) > MOST_WORDS:
        lines.append(html.tag("p", f"And {len(shown) - MOST_WORDS:,} more, in the table below.", class_="note"))
    return html.tag("div", *lines)


def _table(shown: tuple[Pair, ...]) -> html.Html:
    columns = ["runs", "difference", "95 % interval", "balanced", "both right", "only first", "only second"]
    columns += ["both wrong", "McNemar p", "p", "p, corrected"]
    rows, many = [], shown[0].counted[1]
    for pair in shown:
        found = pair.figures
        counts = [f"{count:,}" for count in (found.both, found.only_first, found.only_second, found.neither)]
        chances = [_p(value) for value in (found.mcnemar, found.p, pair.p)]
        gap = found.accuracy
        shares = (gap.value, gap.low, gap.high, found.balanced_accuracy.value)
        value, low, high, balanced = (html.points(share, sign=True) for share in shares)
        rows.append([f"{pair.first}, {pair.second}", value, f"{low} to {high}", balanced, *counts, *chances])
    caption = f"Differences of 100 {many}, counts of {many}, p-values"
    return html.table(rows, columns, caption=caption, numeric=columns[1:])


def _meaning(pair: Pair) -> html.Html:
    tests, (one, many) = pair.tests, pair.counted
    words = (
        "Balanced: the difference in balanced accuracy, where every class counts the same. McNemar p: how often two "
        f"equally good models would differ so much, were every {one} a witness of its own. p: the same with all {many} "
        "of one person swapped together. "
    )
    words += f"Corrected: for {tests:,} comparisons at once (Holm 1979); below" if tests > 1 else "Below"
    return html.tag("p", f"{words} 0.05 it is called more than chance.", class_="note")


def _p(value: float) -> str:
    return "<0.0001" if value < 0.0001 else f"{value:.4f}" if value < 0.1 else f"{value:.2f}"


def _chance(value: float) -> str:
    if value < 0.001:
        return "fewer than 1 in 1,000"
    return f"{value * 100:.1f} of 100" if value < 0.1 else f"{value * 100:.0f} of 100"


def seeds(comparison: Comparison) -> html.Section:
    """Say what other seeds would change."""
    several = [entry for entry in comparison.entries if len(entry.seeds) > 1]
    words = [of_pair(pair)[1] for pair in comparison.against_best if pair.seeds is not None][:MOST_WORDS]
    parts: list[object] = [html.text(line) for line in words] if len(comparison.entries) > 2 else []  # said at the top
    if several:
        parts.append(_spread(several[:MOST_SEEDS]))
    doubt = of_seeds(comparison)
    if doubt:
        parts += [html.text(doubt[0], "To know, train from several seeds and compare again:"), html.code(doubt[1])]
    if not parts:
        parts = [html.text("What is compared here differs in nothing but the seed: see above.")]
    over = f"A test over {comparison.counted[1]} says nothing of another training."
    note = f"{over} The same recipe with another seed is another model."
    return html.section("With other seeds", *parts, note=note)


def _spread(several: list[Entry]) -> html.Html:
    rows = []
    for entry in several:
        found = [accuracy for _, accuracy in entry.seeds]
        name = f"{entry.name} ({len(found)} seeds)"
        rows.append(html.Estimate(name, sum(found) / len(found), min(found), max(found)))
    about = "Each model alone. Dots are means; bars reach from the worst seed to the best."
    return html.intervals("Right answers by seed, of 100", rows, about=about, ends="worst to best seed")
