"""The faces, how many there are, what the audit found, and the proof of the split."""

from __future__ import annotations

from mien import audit, html, split
from mien.core.types import SPLITS, Manifest
from mien.report._run_files import RunFiles
from mien.report._selection import CLASSES, Selection, issues
from mien.report._thumbnails import Thumbnails
from mien.report._usual import usual

SIDES = {"train": "training", "val": "validation", "test": "test"}
MOST_NAMES = 6


def faces(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Show some pictures of each class with their labels; None without a manifest."""
    if not selection.samples or files.manifest is None:
        return None
    used, kind = files.manifest.used.frame["label"], files.kind
    one, many = kind.subject.capitalize(), kind.subjects.capitalize()
    rows = []
    for label, ids in selection.samples.items():
        number = kind.count(int((used == label).sum()))
        alts = {id_: f"{one} labelled {label}: {thumbnails.name(id_)}" for id_ in ids}
        cells = [html.card(thumbnails.picture(id_, alt)) for id_, alt in alts.items()]
        heading = html.tag("h3", html.badge(label), " ", html.tag("span", number, class_="quiet small"))
        rows.append(html.tag("div", heading, html.grid(cells, about=f"{many} labelled {label}"), class_="strip"))
    more = len(files.manifest.labels) - len(selection.samples)
    if more > 0:
        words = f"{html.count(more, 'more class', 'more classes')} not shown: the page shows {CLASSES}."
        rows.append(html.tag("p", words, class_="strip note"))
    note = "Chosen at random. Would you have given the same labels? What you doubt here, the model cannot know either."
    return html.section(f"The {kind.subjects}", html.tag("div", *rows, class_="strips"), note=note)


def data(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Section | None:
    """Say how many there are, what is wrong with them, and that the split holds; None without a manifest."""
    if files.manifest is None:
        return None
    proof = html.tag("div", _proof(files, files.manifest), usual(files))
    parts = [html.columns(_counts(files, files.manifest), proof), _findings(files, selection, thumbnails)]
    used, everything = len(files.manifest.used), len(files.manifest)
    aside = f"; {html.count(everything - used)} more" if everything > used else ", none"
    return html.section("The data", *parts, note=f"{files.kind.count(used)} in use{aside} set aside.")


def _counts(files: RunFiles, manifest: Manifest) -> html.Html:
    counts = manifest.used.frame.group_by("label", "split").len()
    found = {(label, side): number for label, side, number in counts.iter_rows()}
    rows = {label: [found.get((label, side), 0) for side in SPLITS] for label in files.labels}
    sizes = [sum(row) for row in rows.values() if sum(row)]
    about = "The classes are about equally large."
    if sizes and max(sizes) > 1.5 * min(sizes):
        about = f"The largest class is {max(sizes) / min(sizes):.1f} times the smallest."
    sides = [side for number, side in enumerate(SPLITS) if side != "test" or any(row[number] for row in rows.values())]
    shown = {label: row[: len(sides)] for label, row in rows.items()}  # in rounds nobody is on the test side
    title = f"{files.kind.many.capitalize()} of each class"
    return html.counts(title, shown, [SIDES[side] for side in sides], about=about)


def _proof(files: RunFiles, manifest: Manifest) -> html.Html:
    proof = _proved(files, manifest)
    if proof is None:
        return html.Html("")
    state = html.severity("good", "Nothing leaks") if proof.holds else html.severity("error", "The split does not hold")
    many = files.kind.many
    measured, training = ("measured", "the training of their round") if proof.rounds else ("test", "training")
    rows = [
        (f"{measured} {many} that are also in {training}", f"{proof.shared_content:,}"),
        (f"{measured} {many} of which {training} holds a near copy", f"{proof.shared_copies:,}"),
        (f"{measured} {many} of a person in {training}", f"{proof.shared_person:,}" if proof.people else "not known"),
        (f"validation {many} shared with another side", f"{proof.shared_val:,}"),
    ]
    for reason, number in proof.set_aside.items():
        if number:
            rows.append((f"set aside: {reason.replace('-', ' ').replace('_', ' ')}", f"{number:,}"))
    return html.tag(
        "div",
        html.tag("h3", state),
        html.text(proof.sentence),
        html.text("The sides were fixed before the first training step and never mixed again."),
        html.facts(rows),
    )


def _proved(files: RunFiles, manifest: Manifest) -> split.Proof | None:
    """Take the proof as it was measured; of a run that was not yet, count it from the manifest."""
    if "proof" in files.scores:
        return split.Proof.from_dict(files.scores["proof"])
    if manifest.used.frame["split"].null_count() == len(manifest.used):
        return None
    return split.prove(manifest)


def _findings(files: RunFiles, selection: Selection, thumbnails: Thumbnails) -> html.Html:
    if files.findings is None:
        return html.Html("")
    if not len(files.findings):
        return html.block("What the audit found", html.text(html.severity("good", "Nothing wrong was found.")))
    lines = issues(files.findings, files.kind.name)
    rows = [
        [line.title, html.severity(line.severity, line.severity), f"{line.pictures:,}", f"{line.aside:,}", line.todo]
        for line in lines
    ]
    names = ["finding", "how bad", files.kind.many, "set aside", "what to do"]
    overview = html.table(rows, names, caption=f"A {files.kind.one} can have more than one", numeric=names[2:4])
    shown = [_example(files, line, selection, thumbnails) for line in lines if line.issue in selection.examples]
    return html.block("What the audit found", overview, html.tag("div", *shown, class_="strips"))


def _example(files: RunFiles, line: audit.Tally, selection: Selection, thumbnails: Thumbnails) -> html.Html:
    """Show a few pictures that have the issue: twins side by side, the unreadable by name."""
    ids = selection.examples[line.issue]
    cells = [_cell(files, one, selection, thumbnails) for one in ids if thumbnails.thumbnails.get(one) is not None]
    names = [thumbnails.name(one) for one in ids if thumbnails.thumbnails.get(one) is None]
    parts: list[html.Html] = []
    if cells:
        parts.append(html.grid(cells, about=f"Examples: {line.title}"))
    if names:
        listed = html.join((html.tag("bdi", name, class_="path") for name in names[:MOST_NAMES]), ", ")
        parts.append(html.tag("p", f"No {files.kind.one} to show: ", listed, class_="note"))
    return html.tag("div", html.tag("h4", line.title), *parts, class_="strip")


def _cell(files: RunFiles, one: str, selection: Selection, thumbnails: Thumbnails) -> html.Html:
    first, other = _card(files, one, thumbnails), selection.twins.get(one)
    if other is None:
        return first
    return html.pair(first, _card(files, other, thumbnails), about=f"The same {files.kind.one} twice")


def _card(files: RunFiles, one: str, thumbnails: Thumbnails) -> html.Html:
    frame = files.manifest.frame if files.manifest is not None else None
    label = "" if frame is None else str(frame.filter(frame["id"] == one)["label"].first())
    name = thumbnails.name(one)
    picture = thumbnails.picture(one, f"{name}, labelled {label}")
    return html.card(picture, html.badge(label), html.tag("bdi", name, class_="path quiet"))
