"""The page of a search: the number first, then the recipe, what mattered, how it went, and every trial."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from mien import html
from mien.core.files import write_text
from mien.tune._importance import ENOUGH, Importance, importances
from mien.tune._plots import progress, setting, word
from mien.tune._result import CURSE, changes, luck, plain, sentence, tally
from mien.tune._trial import DONE, FAILED, INTERRUPTED, PRUNED, RUNNING, Trial

if TYPE_CHECKING:
    from mien.tune._study import Study

FINE = "What explains much decides the score: search it more finely. What explains little can stay as it came."
RANGES = (
    "It is said of the ranges that were tried, not of the setting as such: a range that is narrow, or good all over, "
    "explains nothing."
)
POINTS = (
    "In the drawings below, each point is a trial: its value across, its score upwards. Hollow ones were given up "
    "early, with the best that they had reached; wedges at the edge lie below it."
)
SHOWN = 60  # trials in the open table; more are folded
STATES = {DONE: "done", PRUNED: "given up", FAILED: "failed", INTERRUPTED: "interrupted", RUNNING: "running"}


def write_page(study: Study) -> Path:
    """Write what came of a search as ``tune.html``, for people: one file, which makes no request."""
    found = importances(study)
    parts = [_headline(study), _recipe(study), _mattered(study, found), _course(study), _trials(study)]
    page = html.page(
        f"Search: {study.folder.resolve().name}",
        *(part for part in parts if part is not None),
        lead=_lead(study),
        footer=f"Made with Mien {study.store.note('mien')}. This page is one file; it loads nothing and sends nothing.",
    )
    return write_text(study.page, page)


def _lead(study: Study) -> html.Html:
    source = study.run.state().source
    name = source if source.startswith("sample:") else PurePath(source).name
    words = f"Settings for {study.recipe.model}, tried out on "
    return html.tag("p", words, html.tag("b", name), f": {tally(study)}.")


def _headline(study: Study) -> html.Section | None:
    best = study.best
    if best is None or best.score is None:
        return None
    low, high = interval(best.score, study.units)
    about = html.join([sentence(study), luck(study)], " ")
    number = html.number(html.percent(best.score, unit=False), about, interval=html.span(low, high), of="of 100")
    doubt = html.tag(
        "p",
        f"{CURSE} The range in brackets is a 95 % interval: of ranges made in this way, 95 in 100 hold the true share.",
        class_="note",
    )
    return html.section("How good it gets", html.columns(html.tag("div", number, doubt), _comparison(study, best)))


def _comparison(study: Study, best: Trial) -> html.Html:
    rows = [_row(f"the best: trial {best.number}", best.score, study)]
    rows += [_row(f"the same, other seed {number}", score, study) for number, score in enumerate(study.again, 1)]
    first = study.first
    if first is not None and first.number != best.number:
        rows.append(_row("the recipe as it came", first.score, study, baseline=True))
    about = "Balanced accuracy on validation. Dots are measured; bars are the 95 % intervals."
    return html.intervals("Right answers, of 100", rows, about=about)


def _row(name: str, score: float | None, study: Study, *, baseline: bool = False) -> html.Estimate:
    low, high = interval(score or 0.0, study.units)
    return html.Estimate(name, score, low, high, baseline=baseline)


def interval(score: float, counts: Sequence[int]) -> tuple[float, float]:
    """Put a 95 % interval around a balanced accuracy, of the units that each class has.

    By the normal approximation, taking every class to be as hard as the average one: the variance of a mean of recalls
    (Brodersen et al. 2010 treat it class by class).
    """
    there = [count for count in counts if count]
    if not there:
        return score, score
    spread = 1.96 * (score * (1 - score) * sum(1 / count for count in there)) ** 0.5 / len(there)
    return max(score - spread, 0.0), min(score + spread, 1.0)


def _mattered(study: Study, found: Sequence[Importance]) -> html.Section | None:
    names = [one.name for one in found] + [name for name in study.space if name not in {one.name for one in found}]
    drawn = [plot for name in names if (plot := setting(study, name)) is not None]
    if not drawn:
        return None
    parts: list[object] = []
    if found:
        rows = [html.Estimate(one.name, one.value, one.low, one.high) for one in found]
        about = "Of all differences in score between the trials. Bars: where it falls in 90 of 100 samples of them."
        chart = html.intervals("How much each setting explains, of 100", rows, about=about)
        parts.append(html.columns(chart, html.block("How to read it", FINE, RANGES, POINTS)))
        note = _verdict(found)
    else:
        few = len([trial for trial in study.ended if trial.score is not None])
        note = "With one setting searched, or one score for all, there is nothing to compare."
        if few < ENOUGH:
            note = f"Too few trials to say which setting mattered: {few} of the {ENOUGH} that it takes."
    parts.append(html.columns(*drawn))
    return html.section("What mattered", *parts, note=note)


def _verdict(found: Sequence[Importance]) -> str:
    first = found[0]
    share = html.percent(first.value)
    sure = [one.name for one in found[1:] if one.high >= first.low]
    words = f"{first.name} explains {share} of the differences in score (functional ANOVA over random forests)."
    if sure:
        return f"{words} So few trials leave it open whether {html.listing(sure, 'or')} mattered as much."
    return f"{words} Nothing else that was tried mattered as much."


def _course(study: Study) -> html.Section | None:
    drawn = progress(study)
    if drawn is None:
        return None
    trials = study.ended
    trained = sum(trial.epochs for trial in trials)
    seconds = html.duration(sum(trial.seconds for trial in trials))
    facts = [("trials", tally(study)), ("training", seconds), ("epochs", html.count(trained))]
    pruned = [trial for trial in trials if trial.state == PRUNED]
    whole = sum(int(trial.settings.get("epochs", study.recipe.epochs) or 1) for trial in pruned)
    saved = whole - sum(trial.epochs for trial in pruned)
    if saved > 0:
        facts.append(("epochs saved", f"{saved:,} ({html.percent(saved / (saved + trained))})"))
    return html.section("How the search went", drawn, html.facts(facts))


def _recipe(study: Study) -> html.Section | None:
    import tomli_w

    best = study.best
    if best is None:
        return None
    names = [name for name in study.space if name in best.settings]
    rows = [[name, _shown(getattr(study.recipe, name)), _shown(best.settings[name])] for name in names]
    compared = html.table(rows, ["setting", "as it came", "best"], caption="What the search changed")
    lines = tomli_w.dumps({name: plain(value) for name, value in changes(study, best).items()}).strip()
    command = html.code(f"mien run SOURCE --recipe {study.folder.resolve().name}/{study.best_recipe.name}")
    words = html.text("It is in best.toml, beside this page. To train with it, and to measure on the test side:")
    whole = html.tag("div", html.tag("h3", "As a file"), html.code(lines), words, command)
    return html.section("The best recipe", html.columns(compared, whole))


def _shown(value: Any) -> str | None:  # noqa: ANN401 - values of settings
    return None if value is None else word(value)


def _trials(study: Study) -> html.Section:
    trials, names = study.trials, list(study.space)
    columns = ["trial", "score", *names, "epochs", "time", "how it ended"]
    rows = [_line(trial, names, best=study.best) for trial in trials]
    made = html.table(rows, columns, caption="Every trial; scores in per cent", numeric=columns[:-1])
    if len(trials) > SHOWN:
        made = html.details(f"All {len(trials)} trials", made)
    note = "A trial is one training with settings of its own. Its score is the best balanced accuracy it reached."
    return html.section("All trials", made, note=note)


def _line(trial: Trial, names: Sequence[str], *, best: Trial | None) -> list[object]:
    score = None if trial.score is None else f"{trial.score * 100:.1f}"
    settings = [_shown(trial.settings.get(name)) for name in names]
    end: object = STATES[trial.state]
    if trial.state == FAILED:
        end = html.severity("warning", f"failed: {trial.why}")
    elif best is not None and trial.number == best.number:
        end = html.severity("good", "best")
    time = html.duration(trial.seconds) if trial.seconds else None
    return [str(trial.number), score, *settings, trial.epochs or None, time, end]
