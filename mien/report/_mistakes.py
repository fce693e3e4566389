"""The samples it gets wrong, those it is least sure of, and what it goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien import explain, html, media
from mien.core import artifacts
from mien.kinds import Kind, Preview
from mien.report._run_files import RunFiles
from mien.report._selection import Answer, Selection
from mien.report._thumbnails import Thumbnails

MOST_BARS = 4


def mistakes(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Show the worst mistakes and the least sure answers; None without predictions."""
    if files.predictions is None or not len(files.predictions):
        return None
    parts = []
    if selection.worst:
        cells = [_card(one, files.kind, thumbnails) for one in selection.worst]
        note = f"{html.count(selection.wrong, 'wrong answer')} in total; shown are the {len(cells)} it was most certain"
        note += " of. Often the label is what is wrong."
        parts.append(html.block("Worst mistakes", html.grid(cells, about="Worst mistakes", wide=True), note=note))
    else:
        parts.append(html.text(f"It made no mistake on the test {files.kind.many}."))
    if selection.unsure:
        cells = [_card(one, files.kind, thumbnails, verdict=True) for one in selection.unsure]
        note = "Where its two best answers are closest together: here it is nearest to guessing."
        parts.append(html.block("Least sure", html.grid(cells, about="Least sure answers", wide=True), note=note))
    return html.section("Mistakes", *parts)


def _card(answer: Answer, kind: Kind, thumbnails: Thumbnails, *, verdict: bool = False) -> html.Html:
    name = thumbnails.name(answer.id)
    alt = f"{name}: labelled {answer.label}, answered {answer.predicted}"
    mark = html.severity("good", "right") if answer.right else html.severity("error", "wrong")
    lines = [
        html.tag("p", html.badge(answer.predicted, before=kind.appears), mark if verdict else None, class_="said"),
        html.tag("p", html.badge(answer.label, before="labelled"), class_="said"),
        html.bars(answer.probabilities[:MOST_BARS], about="Probability of each class"),
        html.tag("p", html.tag("bdi", name, class_="path"), class_="quiet file"),
    ]
    return html.wide_card(thumbnails.picture(answer.id, alt), *lines)


def explained(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Show samples with what moved the answer in them, and what named features are worth; None without either."""
    kind, worth = files.kind, _features(artifacts.read_feature_report(files.run), files.kind)
    if not selection.explained:
        return html.section(f"What it {kind.attention}", *worth) if worth else None
    read = [artifacts.read_explanation(files.run, name) for _, name in selection.explained]
    shown = zip(selection.explained, read, strict=True)
    cells = [_map(kind, one, found, selection.answers.get(one), thumbnails) for (one, _), found in shown]
    grid = html.grid(cells, about=f"{kind.many.capitalize()}, and what moved the answer", broad=kind.wide > 1)
    note = " ".join(filter(None, (kind.map_note, str(read[0].values.get("note", "")))))
    checked = _faithful([found.values for found in read], kind)
    return html.section(f"What it {kind.attention}", explain.key(), grid, *checked, *worth, note=note)


def _features(values: Mapping[str, Any], kind: Kind) -> list[html.Html]:
    """Say what each group of named features is worth; nothing for a network."""
    if not values:
        return []
    found = explain.FeatureReport.from_dict(values)
    rows = [
        [one.name, html.count(one.columns), html.points(one.lost), f"{html.points(one.low)} to {html.points(one.high)}"]
        for one in found.groups
    ]
    columns = ["features", "numbers", "cost, of 100", "interval of 95 %"]
    shown = html.table(rows, columns, caption="What shuffling each group costs", numeric=columns[1:])
    return [html.block("By named features", shown, note=found.sentence(f"validation {kind.many}"))]


def _faithful(read: list[Mapping[str, Any]], kind: Kind) -> list[html.Html]:
    """Say in one line what hiding in the maps' order costs; nothing for runs of before, where it was not measured."""
    found = [values["faithfulness"] for values in read if isinstance(values.get("faithfulness"), Mapping)]
    found = [one for one in found if one.get("moves")]
    if not found:
        return []
    before, after, random = (sum(one[name] for one in found) / len(found) for name in ("before", "after", "random"))
    better = sum(one["after"] < one["random"] for one in found)
    many = kind.count(len(found))
    fall = f"takes the answer from {html.percent(before)} to {html.percent(after)}"
    lots = f"hiding as much at random leaves {html.percent(random)}"
    means = f"Means of {many} whose maps passed the check; in {better} the map's fifth cost more."
    return [html.text(f"Hiding the fifth that a map marks first {fall}; {lots}. {means}")]


def _map(kind: Kind, one: str, found: artifacts.Explained, answer: Answer | None, thumbnails: Thumbnails) -> html.Html:
    drawing, values, sound = found
    file, sentence = thumbnails.name(one), str(values.get("sentence", ""))
    lines = [] if answer is None else [html.badge(answer.predicted, before=kind.appears)]
    said = html.join([*lines, html.percent(answer.confidence)], " ") if answer is not None else ""
    if sentence:  # with axes and a key of its own
        height, width = media.decode(drawing).shape[:2]
        picture = thumbnails.place(Preview(drawing, sound=sound), f"{file}: {sentence}", size=(width // 2, height // 2))
        path = html.tag("p", html.tag("bdi", file, class_="path"), class_="quiet file")
        return html.wide_card(picture, html.tag("p", said, class_="said"), html.text(sentence), path)
    plain = thumbnails.picture(one, f"{file}, as it is")
    drawn = thumbnails.place(Preview(drawing), f"{file}, with what moved the answer in colour")
    both = html.pair(plain, drawn, about=f"The {kind.one}, and what moved the answer")
    return html.tag("figure", both, html.tag("figcaption", said), class_="heat") if said else html.tag("div", both)
