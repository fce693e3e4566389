"""Run by run: every figure, in what the runs differ, and on what they were compared."""

from __future__ import annotations

from mien import html
from mien.compare._comparison import Comparison, Entry, Setting
from mien.evaluate import Estimate
from mien.kinds import kind

MOST_COLUMNS = 8  # runs that stand side by side in a table
SEED_ROWS = ("seed", "seeds")
METHOD = (
    (
        "Intervals: 2,000 resamples of {drawn}, the same for both models (paired bootstrap; Efron & Tibshirani 1993), "
        "a little expanded where there are few (Hesterberg 2015)."
    ),
    (
        "Tests: how often two models would differ so much if their answers were swapped by lot, for {drawn} one by "
        "one: exact, and for single {counted} McNemar's test (McNemar 1947; Dietterich 1998). Several comparisons at "
        "once are corrected after Holm (1979). Only where test and interval agree is a difference called more than "
        "chance."
    ),
    (
        "Seeds: where several models of a recipe are there, {drawn} and seeds are drawn again (Owen 2007), with "
        "Student's t for how few the seeds are."
    ),
    "{Counted} needed: so many that four tests of five would tell a difference of this size (Connor 1987).",
)


def figures(comparison: Comparison) -> html.Section:
    """Show all figures of each run."""
    timed = any(entry.milliseconds is not None for entry in comparison.entries)
    columns = ["run", "accuracy", "balanced", "macro F1", "log loss", "off by", "training", "model file"]
    columns += [f"one {kind(comparison.kind).one}"] if timed else []
    rows = [_row(entry, timed=timed) for entry in comparison.entries]
    table = html.table(rows, columns, caption="Of 100, with 95 % intervals; the best first", numeric=columns[1:])
    words = (
        "Balanced and macro F1: every class counts the same, however common it is. Log loss: how surprised it is by "
        "the truth; lower is better. Off by: how many points of 100 its certainty is wrong on average. Training: how "
        "long it took where it was trained. Model file: what is shipped."
    )
    if timed:
        words += f" One {kind(comparison.kind).one}: median time to answer, on one thread, measured here just now."
    parts = [table, html.tag("p", words, class_="note"), _groups(comparison), _classes(comparison)]
    return html.section("Run by run", *parts)


def _row(entry: Entry, *, timed: bool) -> list[object]:
    found = entry.scores
    shares = [_cell(one) for one in (found.accuracy, found.balanced_accuracy, found.macro.f1)]
    loss = None if found.log_loss is None else f"{found.log_loss:.3f}"
    costs = [
        loss,
        html.percent(found.calibration_error, unit=False),
        None if entry.train_seconds is None else html.duration(entry.train_seconds),
        None if entry.model_bytes is None else html.weight(entry.model_bytes),
    ]
    speed = [None if entry.milliseconds is None else f"{entry.milliseconds:.2f} ms"] if timed else []
    return [entry.name, *shares, *costs, *speed]


def _cell(found: Estimate) -> html.Html:
    ends = html.tag("span", f" {html.span(found.low, found.high)}", class_="quiet")
    return html.tag("span", html.percent(found.value, unit=False), ends)


def _groups(comparison: Comparison) -> html.Html:
    """Show the clearest gap of each run, column by column: what evening groups out brings."""
    shown = comparison.entries[:MOST_COLUMNS]
    names = dict.fromkeys(gap.column for entry in shown for gap in entry.gaps)
    if not names:
        return html.Html("")
    rows = [[name.replace("_", " "), *(_gap(entry, name) for entry in shown)] for name in names]
    columns = ["column", *(entry.name for entry in shown)]
    table = html.table(
        rows, columns, caption="Right of 100 in the worse group of the clearest gap, and the gap in points"
    )
    words = (
        "As each run measured it on its own test samples; a triangle marks what is more than chance explains, "
        "corrected for the columns of that run. The reports have the groups."
    )
    return html.block("Groups", table, html.tag("p", words, class_="note"))


def _gap(entry: Entry, name: str) -> html.Html | None:
    found = next((gap.accuracy for gap in entry.gaps if gap.column == name), None)
    if found is None:
        return None
    ends = f"{html.points(found.gap.low, places=0)} to {html.points(found.gap.high, places=0)}"
    words = f"{html.percent(found.of_worst, unit=False)} ({found.worst}), gap {html.points(found.gap.value, places=0)}"
    marked = html.severity("warning", words) if found.beyond_chance else html.tag("span", words)
    return html.tag("span", marked, html.tag("span", f" ({ends})", class_="quiet"))


def _classes(comparison: Comparison) -> html.Html:
    shown = comparison.entries[:MOST_COLUMNS]
    columns = ["class", *(entry.name for entry in shown), comparison.counted[1]]
    rows = []
    for label in comparison.labels:
        each = [next(row for row in entry.scores.classes if row.label == label) for entry in shown]
        rows.append([html.badge(label), *(_cell(one.recall) for one in each), f"{each[0].support:,}"])
    caption = f"Recognised of 100 {comparison.counted[1]} with this label, with 95 % intervals"
    return html.details("Class by class", html.table(rows, columns, caption=caption, numeric=columns[1:]))


def settings(comparison: Comparison) -> html.Section:
    """Show in what the runs differ."""
    shown = comparison.entries[:MOST_COLUMNS]
    if not comparison.settings:
        return html.section("How they differ", html.text("No recorded setting differs."))
    columns = ["setting", *(entry.name for entry in shown), "what it means"]
    rows = [_setting(row, len(shown)) for row in comparison.settings]
    note = "Settings, data and versions that are not the same in all runs."
    if len(comparison.entries) > len(shown):
        note += f" The {len(shown)} best runs are shown; --json has all."
    alone = all(row.name in SEED_ROWS for row in comparison.settings)
    last = [html.text("Nothing else differs.")] if alone else []
    table = html.table(rows, columns, caption="What differs")
    return html.section("How they differ", table, *last, note=note)


def _setting(row: Setting, shown: int) -> list[object]:
    return [row.name, *(value or None for value in row.values[:shown]), html.tag("span", row.about, class_="quiet")]


def basis(comparison: Comparison) -> html.Section:
    """Say which samples were used, which not, and how chance was reckoned."""
    many = comparison.counted[1]
    rows = [["compared", f"{comparison.n:,}", "in the test side of every run, and new to all of them"]]
    rows += [["left out", f"{count:,}", why] for why, count in comparison.left_out.items()]
    table = html.table(rows, [many, "number", "why"], caption=f"Test {many} of the runs", numeric=["number"])
    parts = [html.text(_persons(comparison))]
    if comparison.other_labels:
        parts.append(html.text(_classes_note(comparison)))
    words = {"drawn": "whole persons" if comparison.people else many, "counted": many, "Counted": many.capitalize()}
    method = [html.text(line.format(**words)) for line in METHOD]
    return html.section("On what they were compared", table, *parts, html.details("How chance was reckoned", *method))


def _persons(comparison: Comparison) -> str:
    if not comparison.people:
        words = f"The data does not say who is in a {kind(comparison.kind).one}. If some are of one person,"
        return f"{words} the intervals are too narrow."
    people = html.count(comparison.people, "person", "people")
    those = f"They are of {people}. {comparison.counted[1].capitalize()} of one person"
    return f"{those} are no independent witnesses, so whole persons were drawn."


def _classes_note(comparison: Comparison) -> str:
    known = html.listing(list(comparison.labels))
    return (
        f"Not all runs know the same classes. Each had to choose among {known}: its probabilities for other classes "
        "were left out, and the rest scaled to add up to 1."
    )
