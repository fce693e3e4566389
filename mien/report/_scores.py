"""How good it is, class by class."""

from __future__ import annotations

from mien import html
from mien.evaluate import Annotators, Averages, ClassScores, Estimate, Scores
from mien.kinds import Kind
from mien.report._certainty import calibration, risk_coverage, sets
from mien.report._headline import baselines
from mien.report._run_files import RunFiles

NARROW = 8  # classes: a confusion matrix of so many fits into half the page


def scores(files: RunFiles) -> html.Section | None:
    """Show all scores; None without scores."""
    test = files.test
    if test is None:
        return None
    parts = [html.columns(_overall(files, test), _recalls(test, files.kind)), _per_class(test, files.kind)]
    pair = [_confusion(test, files.kind), calibration(files, test)]
    parts += [html.columns(*pair)] if len(test.labels) <= NARROW else pair
    parts += [html.columns(sets(files), risk_coverage(files)), _annotators(files)]
    measured = html.count(test.n, f"test {files.kind.one}", f"test {files.kind.many}")
    note = f"On {measured} that took no part in training or in choosing the epoch."
    return html.section("Scores", *parts, note=note)


def _main(found: Scores) -> dict[str, Estimate]:
    return {"accuracy": found.accuracy, "balanced accuracy": found.balanced_accuracy, "macro F1": found.macro.f1}


def _overall(files: RunFiles, test: Scores) -> html.Html:
    names = baselines(files.kind)
    rivals = {names[key]: _main(files.baselines[key]) for key in names if key in files.baselines}
    rows = []
    for name, found in _main(test).items():
        marks = tuple((rival, values[name].value) for rival, values in rivals.items())
        rows.append(html.Estimate(name, found.value, found.low, found.high, marks=marks))
    words = f"Diamond: always the commonest class. Square: copying the {names['nearest_neighbour']}."
    return html.intervals("Overall", rows, about=words if rivals else "")


def _recalls(test: Scores, kind: Kind) -> html.Html:
    rows = [
        html.Estimate(one.label, one.recall.value, one.recall.low, one.recall.high, label=one.label)
        for one in test.classes
    ]
    about = f"Of the {kind.subjects} with this label, how many it recognises. Long bars mean few test {kind.many}."
    return html.intervals("Recognised, class by class", rows, about=about)


def _per_class(test: Scores, kind: Kind) -> html.Html:
    rows = [[html.badge(one.label), *_cells(one), f"{one.support:,}"] for one in test.classes]
    averages = {"macro average": test.macro, "weighted average": test.weighted}
    rows += [[html.escape(name), *_cells(found), f"{test.n:,}"] for name, found in averages.items()]
    columns = ["class", "precision", "recall", "F1", kind.many]
    table = html.table(rows, columns, caption="In per cent, with 95 % intervals", numeric=columns[1:])
    words = (
        f"Precision: of the {kind.subjects} predicted as a class, the share that carry its label. Recall: of the "
        f"{kind.subjects} with that label, the share predicted as it. F1: both in one number. Macro and balanced: "
        f"every class counts the same, however large it is. Weighted: every {kind.one} counts the same."
    )
    return html.block("Class by class", table, html.tag("p", words, class_="note"))


def _cells(found: ClassScores | Averages) -> list[html.Html]:
    return [_cell(one.value, one.low, one.high) for one in (found.precision, found.recall, found.f1)]


def _cell(value: float, low: float, high: float) -> html.Html:
    ends = html.tag("span", f" {html.span(low, high)}", class_="quiet")
    return html.tag("span", html.percent(value, unit=False), ends)


def _confusion(test: Scores, kind: Kind) -> html.Html:
    numbers, labels = test.confusion.tolist(), test.labels
    wrong = [
        (numbers[row][column], labels[row], labels[column])
        for row in range(len(labels))
        for column in range(len(labels))
        if row != column and numbers[row][column]
    ]
    about = f"It made no mistake on the test {kind.many}."
    if wrong:
        most, label, answer = max(wrong, key=lambda one: one[0])
        about = f"Its most frequent mistake: {label} taken for {answer}, {html.count(most, 'time')}."
    return html.matrix("What was taken for what", labels, numbers, about=about)


def _annotators(files: RunFiles) -> html.Html:
    told = files.scores.get("annotators")
    if not told:
        return html.Html("")
    found, many = Annotators.from_dict(told), files.kind.many
    figures = {
        "model agrees with the label": found.label,
        "model with most annotators": found.majority,
        "one annotator with most others": found.person,
        "most annotators with the label": found.agreement,
    }
    rows = [
        html.Estimate(name, one.value, one.low, one.high, baseline=at > 1)
        for at, (name, one) in enumerate(figures.items())
    ]
    about = f"On {found.n:,} {many} that several people voted on. Hollow: people, not the model."
    words = (
        "Labels are what somebody said. The last line is what a model would reach on these labels that always answers "
        "as most annotators do; one that is above it has learnt the habits of those who gave the labels too."
    )
    return html.block(
        "How far the labels can be trusted",
        html.intervals("Who agrees with whom, of 100", rows, about=about),
        html.text(words),
    )
