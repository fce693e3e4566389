"""What corruptions do to a model, as a page and as a part of a report."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mien import html
from mien.core.errors import StorageError
from mien.evaluate._basis import interval_of
from mien.evaluate._robustness import Corrupted, Robustness
from mien.kinds import STRENGTHS, Preview

if TYPE_CHECKING:
    from mien.kinds import Kind

SIDE = 144  # CSS pixels
LIMITS = (
    "Corruptions are made by programs: they say how a model bears what they imitate, not how it fares in your light, "
    "with your camera or in your room. A model that keeps much here may still fail on people who are not in the data."
)
COVERED = " What is covered nobody can read: a mask over the mouth takes away part of what the label was made of."

Place = Callable[[Preview, str], html.Html]


@dataclass(frozen=True)
class Illustration:
    """One sample, as it is and corrupted, and what the model says of each.

    Parameters
    ----------
    name : str
        Of the corruption.
    strength : int
        1..5.
    label : str
        What the sample is labelled.
    answers : tuple of str
        Of the clean sample and of the corrupted one.
    shares : tuple of float
        The answers' probabilities, 0..1.
    clean, corrupted : Preview
        To look at, or to play.
    """

    name: str
    strength: int
    label: str
    answers: tuple[str, str]
    shares: tuple[float, float]
    clean: Preview
    corrupted: Preview

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values; files as base64."""
        words = {"name": self.name, "strength": self.strength, "label": self.label}
        both = {"answers": list(self.answers), "shares": list(self.shares)}
        return {**words, **both, "clean": _text(self.clean), "corrupted": _text(self.corrupted)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Illustration:
        """Read what `to_dict` wrote; `StorageError` if it is none."""
        try:
            first, second = (str(one) for one in values["answers"])
            before, after = (float(one) for one in values["shares"])
            words = str(values["name"]), int(values["strength"]), str(values["label"])
            return cls(
                *words, (first, second), (before, after), _preview(values["clean"]), _preview(values["corrupted"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StorageError("An illustration of a corruption is damaged", todo="Measure it anew") from error


def _text(preview: Preview) -> dict[str, str]:
    data, sound = (base64.b64encode(one).decode() for one in (preview.data, preview.sound))
    return {"data": data, "media_type": preview.media_type, "sound": sound}


def _preview(values: Mapping[str, str]) -> Preview:
    data, sound = (base64.b64decode(values[name], validate=True) for name in ("data", "sound"))
    return Preview(data, str(values["media_type"]), sound)


def robustness_page(found: Robustness, shown: Sequence[Illustration], kind: Kind, model: str, note: str = "") -> str:
    """Write what corruptions do to a model as one self-contained page.

    Parameters
    ----------
    found : Robustness
        From `robustness`.
    shown : sequence of Illustration
        Of what hurts most.
    kind : Kind
        Of the samples.
    model : str
        What the model is called.
    note : str
        What else must be known, such as what was left out.

    Returns
    -------
    str
        HTML that needs no other file and makes no request.
    """
    ends = html.span(found.kept.low, found.kept.high)
    number = html.number(html.percent(found.kept.value, unit=False), found.sentence, interval=ends, of="of 100 kept")
    table, *worst = robustness_parts(found, shown, kind)
    covered = any(one.group == "covered" for one in found.corruptions)
    words = " ".join(filter(None, (note, interval_of(found.basis, found.n, found.units))))
    return html.page(
        f"Under corruption: {model}",
        html.section("What it keeps", number, html.tag("p", words, class_="note")),
        html.section("Every corruption, in every strength", table),
        *([html.section("What hurts most", *worst)] if worst else []),
        html.section("What it does not say", LIMITS + (COVERED if covered else "")),
        footer="This page is one file; it loads nothing and sends nothing.",
    )


def robustness_parts(
    found: Robustness, shown: Sequence[Illustration], kind: Kind, place: Place | None = None
) -> list[html.Html]:
    """Make the pieces that page and report share: the table, and what hurts most.

    Parameters
    ----------
    found, shown, kind
        As for `robustness_page`.
    place : callable, optional
        Puts a preview, with words for those who cannot see it, on the page.

    Returns
    -------
    list of Html
        The table, and where something is shown, the cards.
    """
    strengths = [str(strength) for strength in STRENGTHS]
    last = ["kept of 100", *(["errors beside the baseline's"] if found.baseline else []), "what it is"]
    parts = [[one for one in found.corruptions if one.further == further] for further in (False, True)]
    rows = [[_row(one, beside=bool(found.baseline)) for one in part] for part in parts]
    heading: list[tuple[object, list[float], list[object]]] = (
        [("further ones, averaged apart", [], [])] if all(rows) else []
    )
    caption = (
        f"Right answers of 100, by strength; {html.percent(found.clean.value, unit=False)} as they are "
        f"({html.span(found.clean.low, found.clean.high)}). The darker, the more is lost."
    )
    table = html.heat(
        [*rows[0], *heading, *rows[1]], ("corruption", strengths, last), caption=caption, whole=found.clean.value
    )
    if not shown:
        return [table]
    cells = [_card(one, kind, place or _placed(kind)) for one in shown]
    about = f"{kind.many.capitalize()} as they are, and corrupted"
    return [table, html.grid(cells, about=about, wide=True, broad=kind.wide > 1)]


def _row(one: Corrupted, *, beside: bool) -> tuple[object, list[float], list[object]]:
    ends = html.tag("span", f" {html.span(one.kept.low, one.kept.high)}", class_="quiet")
    kept = html.tag("span", html.percent(one.kept.value, unit=False), ends)
    error = [html.percent(one.error)] if beside else []
    return one.title, [cell.value for cell in one.accuracy], [kept, *error, one.about]


def _placed(kind: Kind) -> Place:
    def place(preview: Preview, words: str) -> html.Html:
        return html.media(preview.data, preview.media_type, words, size=(SIDE * kind.wide, SIDE), sound=preview.sound)

    return place


def _card(one: Illustration, kind: Kind, place: Place) -> html.Html:
    title = one.name.replace("_", " ")
    sides = zip((one.clean, one.corrupted), ("as it is", f"{title}, strength {one.strength}"), strict=True)
    answers = zip(one.answers, one.shares, strict=True)
    cells = []
    for (preview, words), (answer, share) in zip(sides, answers, strict=True):
        said = html.join([html.badge(answer, before=kind.appears), html.percent(share)], " ")
        cells.append(html.card(place(preview, f"{words}: {kind.appears} {answer}"), words, said))
    pair = html.pair(*cells, about=f"The same {kind.one} as it is and under {title}")
    return html.wide_card(pair, html.tag("p", html.badge(one.label, before="labelled"), class_="said"))
