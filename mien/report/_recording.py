"""A recording's time line as a page: what `mien predict --show` writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mien import html
from mien.core.answer import adjective

if TYPE_CHECKING:
    from mien.html import Html
    from mien.predict import Recording, Stretch

_NAMED = 60  # letters of a path in the title
_LISTED = 400  # stretches in the table, those with most speech
_WORDS = (
    "A label says what a voice sounds like to those who labelled the training clips, not what a person feels. Where "
    "nobody speaks, nothing is said: silence, noise and music get no emotion."
)


def recording_page(recording: Recording, name: str) -> str:
    """Write the page of a recording that was heard to its end: HTML that needs no other file; `name` is its path."""
    title = name if len(name) <= _NAMED else "\u2026" + name[-_NAMED:]
    whole = recording.answer(name).verdict
    spoken = f"{html.duration(recording.speech)} of speech in {html.duration(recording.seconds)}."
    if whole is None:
        return html.page(title, lead=f"No speech was found in {html.duration(recording.seconds)}.", footer=_WORDS)
    parts = [html.section("What it sounds like", _overall(recording), _chart(recording), note=spoken)]
    parts.append(html.section("Stretch by stretch", _table(recording), note=_note(recording)))
    return html.page(title, *parts, lead=f"On the whole: {whole.words}. {recording.end}".strip(), footer=_WORDS)


def _overall(recording: Recording) -> Html:
    known = sorted((recording.probabilities or {}).items(), key=lambda pair: -pair[1])
    return html.bars([(adjective(label), share) for label, share in known], about="On average over all of its speech")


def _chart(recording: Recording) -> Html:
    known = recording.probabilities or {}
    names = [adjective(label) for label in sorted(known, key=lambda label: -known[label])]
    pieces = list(_pieces(recording))
    rows = [(html.clock(begin), *(html.percent(shares[name]) for name in names)) for begin, _, shares in pieces]
    numbers = html.table(rows, ["from", *names], caption="Probabilities over time", numeric=["from", *names])
    about = f"One strip a class: the stronger the colour, the more probable. A piece is {recording.step:.3g} seconds."
    return html.strips("Over time", pieces, names, about=about, end=recording.seconds, numbers=numbers)


def _pieces(recording: Recording) -> Iterator[tuple[float, float, dict[str, float]]]:
    for place in sorted(recording.bins):
        begin = place * recording.step
        shares = {adjective(label): share for label, share in recording.mean(place).items()}
        yield begin, min(begin + recording.step, recording.seconds), shares


def _table(recording: Recording) -> Html:
    longest = sorted(recording.stretches, key=lambda one: -one.speech)[:_LISTED]
    rows = [_row(one) for one in sorted(longest, key=lambda one: one.start)]
    columns = ["from", "to", "speech", "on average", "most probable"]
    caption = f"{html.count(len(rows), 'stretch', 'stretches')} in which the voice sounds alike"
    return html.table(rows, columns, caption=caption, numeric=["from", "to", "speech"])


def _row(one: Stretch) -> tuple[object, ...]:
    share = html.percent((one.probabilities or {}).get(one.label or "", 0.0))
    badge = html.join([html.badge(adjective(one.label or "")), f" {share}"])
    return html.clock(one.start), html.clock(one.end), html.duration(one.speech), one.sentence, badge


def _note(recording: Recording) -> str:
    more = len(recording.stretches) + recording.left_out - _LISTED
    return f"{more:,} shorter stretches are left out." if more > 0 else ""
