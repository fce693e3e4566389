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
    note = "Both answered the same faces, so only those count on which one is right and the other wrong."
    beside = _four(shown[0]) if len(comparison.entries) == 2 else _sentences(shown)
    tests = html.details("Every count and test", _table(comparison.pairs), _meaning(comparison.pairs[0].tests))
    return html.section("One against another", html.columns(_chart(best, shown[:MOST_PAIRS]), beside), tests, note=note)


def _chart(best: str, shown: tuple[Pair, ...]) -> html.Html:
    rows = [
        html.Estimate(pair.second, found.value, found.low, found.high, baseline=bool(pair.same) or not pair.told)
        for pair in shown
        for found in (pair.figures.accuracy,)
    ]
    about = "Filled dots: more than chance. Hollow dots: may be chance. Bars are the 95 % intervals."
    title = f"How many more of 100 faces {best} is right on"
    return html.differences(title, rows, about=about, ends=("it is behind", "it is ahead"))


def _four(pair: Pair) -> html.Html:
    found, total = pair.figures, pair.figures.n
    rows = [
        ["both right", f"{found.both:,}", html.percent(found.both / total)],
        [f"only {pair.first} right", f"{found.only_first:,}", html.percent(found.only_first / total)],
        [f"only {pair.second} right", f"{found.only_second:,}", html.percent(found.only_second / total)],
        ["both wrong", f"{found.neither:,}", html.percent(found.neither / total)],
    ]
    table = html.table(
        rows, ["on", "faces", "share"], caption="What the two say of the same faces", numeric=["faces", "share"]
    )
    chance = (
        "If the two were equally good, a difference at least as large would show up in "
        f"{_chance(found.p)} of such comparisons."
    )
    return html.tag("div", table, html.tag("p", chance, class_="note"))


def _sentences(shown: tuple[Pair, ...]) -> html.Html:
    lines = [html.tag("p", of_pair(pair)[0]) for pair in shown[:MOST_WORDS]]
    if len(shown) > MOST_WORDS:
        lines.append(html.tag("p", f"And {len(shown) - MOST_WORDS:,} more, in the table below.", class_="note"))
    return html.tag("div", *lines)


def _table(shown: tuple[Pair, ...]) -> html.Html:
    columns = ["runs", "difference", "95 % interval", "balanced", "both right", "only first", "only second"]
    columns += ["both wrong", "McNemar p", "p", "p, corrected"]
    rows = []
    for pair in shown:
        found = pair.figures
        counts = [f"{count:,}" for count in (found.both, found.only_first, found.only_second, found.neither)]
        chances = [_p(value) for value in (found.mcnemar, found.p, pair.p)]
        ends = f"{html.points(found.accuracy.low, sign=True)} to {html.points(found.accuracy.high, sign=True)}"
        gaps = [
            html.points(found.accuracy.value, sign=True),
            ends,
            html.points(found.balanced_accuracy.value, sign=True),
        ]
        rows.append([f"{pair.first}, {pair.second}", *gaps, *counts, *chances])
    return html.table(rows, columns, caption="Differences of 100 faces, counts of faces, p-values", numeric=columns[1:])


def _meaning(tests: int) -> html.Html:
    words = (
        "Balanced: the difference in balanced accuracy, where every class counts the same. McNemar p: how often two "
        "equally good models would differ so much, were every face a witness of its own. p: the same with all faces of "
        "one person swapped together. "
    )
    many = f"Corrected: for {tests:,} comparisons at once (Holm 1979); below 0.05 it is called more than chance."
    return html.tag(
        "p", words + many if tests > 1 else words + "Below 0.05 it is called more than chance.", class_="note"
    )


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
    note = "A test over faces says nothing of another training. The same recipe with another seed is another model."
    return html.section("With other seeds", *parts, note=note)


def _spread(several: list[Entry]) -> html.Html:
    rows = []
    for entry in several:
        found = [accuracy for _, accuracy in entry.seeds]
        rows.append(
            html.Estimate(f"{entry.name} ({len(found)} seeds)", sum(found) / len(found), min(found), max(found))
        )
    about = "Each model alone. Dots are means; bars reach from the worst seed to the best."
    return html.intervals("Right answers by seed, of 100", rows, about=about, ends="worst to best seed")
