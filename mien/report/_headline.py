"""The number first, then what it means, then what it is not for."""

from __future__ import annotations

from pathlib import PurePath

from mien import evaluate, html
from mien.core.answer import MADE_HERE, good_for
from mien.evaluate import Scores
from mien.kinds import Kind
from mien.report._run_files import RunFiles

FEWEST = 6  # units: fewer cannot tell a difference, as `mien compare` counts them


def baselines(kind: Kind) -> dict[str, str]:
    """Name what has to be beaten."""
    return {
        "commonest": "always the commonest class",
        "nearest_neighbour": f"most similar training {kind.one}",
        "box": "the face model in the box",
    }


def lead(files: RunFiles) -> html.Html:
    """Say in a sentence what was made."""
    source = files.state.source
    kind = files.kind
    words = f"A model that says which of these {kind.classes} a {kind.subject} {kind.verb}"
    name = str(source) if str(source).startswith("sample:") else PurePath(str(source)).name
    what = f" ({files.trained_on})" if files.trained_on else ""
    where = [", learnt from ", html.tag("b", name), what] if source else []
    classes = html.tag("ul", *(html.tag("li", html.badge(label)) for label in files.labels), class_="badges")
    return html.join([html.tag("p", words, *where, "."), classes])


def headline(files: RunFiles) -> html.Section | None:
    """Say how often it is right, and what that has to be compared with; None without scores."""
    test = files.test
    if test is None:
        return None
    found = test.accuracy
    value, ends = html.percent(found.value, unit=False), html.span(found.low, found.high)
    rivals = [one.accuracy.value for one in files.baselines.values()]
    about = [evaluate.claim(test), evaluate.compared(test, files.baselines)]
    absent = evaluate.absent_classes(test)
    unit = "person" if test.basis.unit == "people" and test.units == 1 else test.basis.unit
    few = f"{test.units} {unit}" if test.units < FEWEST else ""
    words = [
        html.number(value, html.join(about, " "), interval=ends, of="of 100"),
        _warned("classes missing", absent),
        _warned(files.trained_on, good_for(files.trained_on) if _is_made_here(files) else ""),
        html.text(_verdict(found.value, found.low, rivals, few, many=files.kind.many)),
        html.tag("p", evaluate.interval_note(test), class_="note"),
    ]
    return html.section("How often it is right", html.columns(html.tag("div", *words), _comparison(files, test)))


def _warned(mark: str, sentence: str) -> html.Html:
    return html.text(html.severity("warning", mark), sentence) if sentence else html.Html("")


def _verdict(value: float, low: float, rivals: list[float], few: str = "", *, many: str = "pictures") -> str:
    if not rivals:
        return ""
    both = ("that", "both")[len(rivals) - 1] if len(rivals) < 3 else "them all"
    if value <= max(rivals):
        return "So it is no better than that. Look at the findings and the mistakes below before you use it."
    if few:
        are = "is" if few.startswith("1 ") else "are"
        return f"So it is ahead of {both}, but {few} {are} too few to say whether that is chance."
    if low > max(rivals):
        return f"So it beats {both}, by more than chance explains."
    return f"So it is ahead of {both}, but by so little that it may be chance. More test {many} would tell."


def _comparison(files: RunFiles, test: Scores) -> html.Html:
    rows = [_row("this model", test, baseline=False)]
    names = baselines(files.kind)
    rivals = [key for key in reversed(names) if key in files.baselines]
    rows += [_row(names[key], files.baselines[key], baseline=True) for key in rivals]
    return html.intervals("Right answers, of 100", rows, about="Dots are measured; bars are the 95 % intervals.")


def _row(name: str, scores: Scores, *, baseline: bool) -> html.Estimate:
    found = scores.accuracy
    return html.Estimate(name, found.value, found.low, found.high, baseline=baseline)


def _is_made_here(files: RunFiles) -> bool:
    return files.trained_on in MADE_HERE


def _plainly(verb: str) -> str:
    """Turn ``looks like`` into what several do: ``look like``."""
    first, _, rest = verb.partition(" ")
    return f"{first.removesuffix('s')} {rest}".strip()


def purpose(files: RunFiles) -> html.Section | None:
    """Say what the model is for and what it must not be used for; None where it does not judge people."""
    if not files.kind.of_people:
        return None
    what, example = files.kind, files.labels[0] if files.labels else "happy"
    good = html.block(
        "For",
        f"Sorting {what.many} by what {what.subjects} {_plainly(what.verb)}, research on {what.classes}, art, play, "
        f"and software that answers a {what.subject} that somebody gives it on purpose.",
        *([good_for(files.trained_on)] if files.trained_on and not _is_made_here(files) else []),
        f"Read its answer as “{what.verb.partition(' ')[0]} {example}”: what people who label {what.many} would say.",
    )
    bad = html.block(
        "Not for",
        f"Deciding anything about a person. A {what.subject} does not tell what somebody feels, and the label does "
        "not either.",
        *([what.caution] if what.caution else []),
        "In the European Union, reading emotions at work and in education is banned with few exceptions; elsewhere it "
        "counts as high-risk and the people concerned must be told (AI Act, articles 5 and 50, annex III).",
    )
    return html.section("What it is for", html.columns(good, bad))
