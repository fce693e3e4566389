"""The page: the verdict, then what was compared, then over time."""

from __future__ import annotations

from pathlib import Path

from mien import html
from mien.core.answer import adjective
from mien.core.answer_counts import ANSWERS, CONFIDENCE, SETS, SURE
from mien.core.files import write_text
from mien.core.run import environment
from mien.watch._changes import Change
from mien.watch._drift import Drift, Period
from mien.watch._reference import NOTHING
from mien.watch._words import of_change, ranked, title

MOST_PERIODS = 24  # in the chart over time, the last ones
_HEADINGS = {
    ANSWERS: "Which classes are answered",
    SURE: "How sure the words are",
    SETS: "How many classes stay open",
    CONFIDENCE: "How probable the answer is",
}


def write_page(found: Drift, path: Path | str) -> Path:
    """Write what was found as one page for people.

    Parameters
    ----------
    found : Drift
        From `drift`.
    path : path
        The HTML file. It loads nothing and sends nothing.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    MienError
        If it cannot be written.
    """
    version = environment()["versions"].get("mien", "(a copy that is not installed)")
    parts = [_verdict(found), _answers(found), _quality(found), _over_time(found), _how(found)]
    page = html.page(
        "Has the world changed?",
        *(part for part in parts if part is not None),
        lead=_lead(found),
        footer=f"Made with Mien {version}. This page is one file; it loads nothing and sends nothing.",
    )
    return write_text(path, page)


def _lead(found: Drift) -> html.Html:
    counts = sum(one.counts.n for one in found.periods)
    what = f"{html.count(counts, 'answer')} in {found.source}, beside what {found.model} answered on its {found.basis}."
    begin, end = found.periods[0].begin, found.periods[-1].end
    return html.tag("p", what + (f" From {begin[:10]} to {end[:10]}." if begin else ""))


def _verdict(found: Drift) -> html.Section:
    first, *rest = found.sentences()
    if found.changed:
        shown, means, lines = ranked(found.judged)[0], first, rest
        mark = html.severity("warning", "a change")
    else:
        shown, lines = next(one for one in found.judged.changes if one.name == SURE), [first, *rest]
        means = f"{title(shown, found.kind)}; when the model was made {html.percent(shown.was, unit=False)}."
        mark = html.severity("good", "no change was found")
    value, ends = html.percent(shown.value, unit=False), html.span(shown.low, shown.high)
    number = html.number(value, means[0].upper() + means[1:], interval=ends, of="of 100", sure=found.changed)
    words = [html.text(mark), number, *(html.text(line) for line in lines)]
    return html.section("What was found", html.columns(html.tag("div", *words), _shares(found)))


def _shares(found: Drift) -> html.Html:
    """Draw each share that sentences speak of, and where it was then."""
    rows = [_row(title(one, found.kind), one) for one in found.judged.changes]
    about = "Dots are now, with the 95 % interval, hollow where it may be chance; diamonds when the model was made."
    return html.intervals("Then and now, of 100", rows, about=about)


def _row(name: str, change: Change) -> html.Estimate:
    return html.Estimate(
        name, change.value, change.low, change.high, marks=(("then", change.was),), baseline=not change.found
    )


def _answers(found: Drift) -> html.Section:
    named = {one.name: one for one in found.judged.changes}
    blocks = [_block(named[name], heading, found) for name, heading in _HEADINGS.items() if name in named]
    return html.section("The answers", *blocks, note=_population(found))


def _quality(found: Drift) -> html.Section | None:
    rest = [one for one in found.judged.changes if one.name not in (*_HEADINGS, NOTHING)]
    units = {one.name: one.about for one in found.kind.qualities}
    blocks = [_block(one, one.name.capitalize(), found, f" ({units[one.name]})") for one in rest]
    return html.section(f"The {found.kind.counted[1]} themselves", *blocks) if blocks else None


def _block(change: Change, heading: str, found: Drift, unit: str = "") -> html.Html:
    named = [adjective(one) for one in change.categories] if change.name == ANSWERS else [*change.categories]
    rows = []
    for name, label, was, now in zip(named, change.categories, change.before, change.now, strict=True):
        if was or now:
            ends = share_ends(now, change.n)
            colour = label if change.name == ANSWERS else ""
            rows.append(html.Estimate(name, now, *ends, marks=(("then", was),), label=colour))
    told = of_change(change, found.kind) if change.found else "No more than chance would move it."
    return html.intervals(heading + unit, rows, about=told)


def share_ends(share: float, count: int) -> tuple[float, float]:
    """Put the 95 % interval around a share of so many answers."""
    from mien.evaluate import wilson

    ends = wilson(share, count)
    return ends.low, ends.high


def _population(found: Drift) -> str:
    people = found.population
    if people is None:
        return ""
    told = [
        f"{adjective(name)} {html.percent(share)} ({html.span(low, high)})"
        for name, (share, low, high) in people.shares.items()
    ]
    fits = "and then nothing else has changed" if people.explains else "but then more than that has changed"
    return f"Shares of the classes that would bring these answers, {fits}: {html.listing(told)}."


def _over_time(found: Drift) -> html.Section | None:
    compared = [one for one in found.periods if one.changes][-MOST_PERIODS:]
    if len(compared) < 2:
        return None
    rows = [_period(one) for one in compared]
    about = "Unsure answers, of 100, in each period; diamonds when the model was made."
    table = html.table(
        [[_name(one), f"{one.counts.n:,}", _found(one, found)] for one in compared],
        ["period", "answers", "what has changed"],
        caption="The periods",
        numeric=["answers"],
    )
    return html.section("Over time", html.intervals("Unsure answers", rows, about=about), table)


def _period(period: Period) -> html.Estimate:
    words = next(one for one in period.changes if one.name == SURE)
    was, now = (sum(shares[2:]) for shares in (words.before, words.now))
    return html.Estimate(_name(period), now, *share_ends(now, period.counts.n), marks=(("then", was),))


def _name(period: Period) -> str:
    first, last = period.begin[:10], period.end[:10]
    words = first if first == last else f"{first} to {last[5:]}"
    return words.replace("-", "\N{NON-BREAKING HYPHEN}")


def _found(period: Period, found: Drift) -> str:
    changed = [title(one, found.kind) for one in period.changes if one.found]
    return html.listing(changed) if changed else "nothing"


def _how(found: Drift) -> html.Section:
    rows = []
    for one in found.judged.changes:
        p = "below 0.001" if one.p < 0.001 else f"{one.p:.3f}"
        shares = [html.percent(one.was), html.percent(one.value), html.span(one.low, one.high)]
        rows.append([title(one, found.kind), *shares, html.points(one.moved), p, html.points(one.least)])
    columns = ["share", "then", "now", "95 % interval", "moved, of 100", "chance", "would show, of 100"]
    figures = html.table(rows, columns, caption="What was compared", numeric=columns[1:])
    doubt = (
        "Chance is how often a difference this large or larger comes where nothing has changed, corrected for all that "
        "was compared: one page in twenty calls a change where there is none. Each answer is taken as a witness of its "
        "own: many samples of one person, one room or one camera can look like a change. That the answers look the "
        "same is no proof that they are right: labelled samples are."
    )
    return html.section("How it was compared", figures, html.tag("p", doubt, class_="note"))
