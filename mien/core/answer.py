"""What a model says of an input, and the one rule by which it is put into words.

The command line, videos, JSON, CSV, pictures, `mien explain` and the server take their words from here. The page has
the same rule in JavaScript (``mien/app/browser/engine/answer.js``), and a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mien.core.deprecated import renamed_attribute
from mien.core.prediction_sets import CONFIDENCE, UNPROMISED, SetRule

LIKELY = 0.5  # from here on a class is probable, if it also has
AHEAD = 2.0  # more than this many times the probability of the next one

NO_FACE, NO_SPEECH = "No face found", "No speech found"
# What a face of a class looks like, where the class is called otherwise.
_ADJECTIVES = {
    "anger": "angry",
    "contempt": "contemptuous",
    "disgust": "disgusted",
    "fear": "afraid",
    "fearful": "afraid",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
}
_KNOWN = {*_ADJECTIVES.values(), "neutral"}


def adjective(label: str) -> str:
    """Say how a face of a class looks, in small letters; a label that is no known expression comes back as it is.

    Examples
    --------
    >>> adjective("fear"), adjective("Happy"), adjective("No mask")
    ('afraid', 'happy', 'No mask')
    """
    name = label.strip().lower()
    return name if name in _KNOWN else _ADJECTIVES.get(name, label)


DRAWN_FACES, SYNTHETIC_VOICES = "drawn faces", "synthetic voices"  # what a run calls samples that Mien has made
MADE_HERE = {DRAWN_FACES: "drawn face", SYNTHETIC_VOICES: "synthetic voice"}  # and one of them
_GOOD_FOR = {
    DRAWN_FACES: "faces drawn like those it was trained on. What it says of photos means nothing",
    SYNTHETIC_VOICES: "voices synthesised like those it was trained on. What it says of people's voices means nothing",
    "photos": "photos, in which it finds the faces",
    "face crops": "faces that are cut out already, and photos, in which it finds them",
    "clips": "clips of one voice at a time, recorded like those it was trained on",
    "pictures": "pictures framed like those it was trained on. It takes them whole and looks for no faces",
}


@dataclass(frozen=True)
class Verdict:
    """What may be said of probabilities.

    `kind` is ``looks`` (sure of one class), ``probably`` (one class has half or more, and more than twice the next),
    ``between`` (two classes close to each other, and no third in the set) or ``not sure``; `confidence` is 0..1; `verb`
    is what is said where it is sure: a face looks happy, a voice sounds so. `doubts`
    say what the sample is too much of to be sure, such as ``dark``.
    """

    kind: str
    prediction_set: tuple[str, ...]
    confidence: float = CONFIDENCE
    verb: str = "looks"
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether one class alone is in the set, and its probability reaches the confidence."""
        return self.kind == "looks"

    @property
    def sentence(self) -> str:
        """The verdict in words, such as ``Looks happy`` or ``Between angry and afraid``."""
        if self.doubts:
            return f"{self._plain_sentence}; it is {_too(self.doubts)} to be sure"
        return self._plain_sentence

    @property
    def _plain_sentence(self) -> str:
        words = [adjective(label) for label in self.prediction_set]
        if self.kind == "not sure":
            return "Not sure"
        if self.kind == "between":
            return f"Between {' and '.join(words)}"
        return f"{(self.verb if self.sure else self.kind).capitalize()} {words[0]}"

    @property
    def words(self) -> str:
        """The same inside a sentence or a cell: in small letters, such as ``probably happy (too dark)``."""
        why = f" ({_too(self.doubts)})" if self.doubts else ""
        return self._plain_sentence[0].lower() + self._plain_sentence[1:] + why

    def to_json(self) -> dict[str, Any]:
        """Return ``prediction_set``, ``sure``, ``confidence`` and ``sentence`` as JSON values."""
        return {
            "prediction_set": [*self.prediction_set],
            "sure": self.sure,
            "confidence": self.confidence,
            "sentence": self.sentence,
        }


def good_for(trained_on: str) -> str:
    """Say what a model's answers are worth, by what a run calls its samples; empty where it is not known."""
    return f"Good for: {_GOOD_FOR[trained_on]}." if trained_on in _GOOD_FOR else ""


def unsaid(confidence: float, sentence: str | None) -> dict[str, Any]:
    """Return what `Verdict.to_json` has where nothing can be said."""
    return {"prediction_set": [], "sure": False, "confidence": confidence, "sentence": sentence}


def verdict(
    probabilities: Mapping[str, float], rule: SetRule = UNPROMISED, *, verb: str = "looks", doubts: Sequence[str] = ()
) -> Verdict:
    """Decide what may be said, by one rule at every door, of probabilities that sum to 1; at least one.

    `rule`, of the model, makes the prediction set. With `doubts` nothing is sure: it is probable at most.

    Examples
    --------
    >>> verdict({"happy": 0.95, "sad": 0.05}).sentence
    'Looks happy'
    >>> verdict({"happy": 0.85, "sad": 0.1, "fear": 0.05}).sentence
    'Probably happy'
    >>> verdict({"angry": 0.55, "fear": 0.42, "sad": 0.03}).sentence
    'Between angry and afraid'
    >>> verdict({"angry": 0.4, "fear": 0.3, "sad": 0.3}).sentence
    'Not sure'
    >>> verdict({"happy": 0.95, "sad": 0.05}, doubts=["dark"]).sentence
    'Probably happy; it is too dark to be sure'
    """
    held = rule.of(probabilities)
    first, second = [*sorted(probabilities.values(), reverse=True), 0.0][:2]
    if len(held) == 1 and first >= rule.confidence:
        kind = "probably" if doubts else "looks"
    elif first >= LIKELY and first > AHEAD * second:
        kind = "probably"
    else:
        kind = "between" if len(held) == 2 else "not sure"
    return Verdict(kind, held, rule.confidence, verb, tuple(doubts))


def _too(doubts: Sequence[str]) -> str:
    """Say what the sample is too much of; that it is covered stands alone."""
    return "covered too much" if "covered" in doubts else f"too {' and '.join(doubts)}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """Sum up in one line what is said of several faces, at least one.

    The two most frequent classes, counting those that look like it and those that probably do; of one face its own
    sentence.

    Examples
    --------
    >>> happy, maybe, sad = (verdict({"happy": one, "sad": 1 - one}) for one in (0.99, 0.8, 0.01))
    >>> summary([happy, happy, happy, maybe, sad])
    '3 of 5 look happy, 1 more probably; 1 looks sad'
    """
    if len(verdicts) == 1:
        return verdicts[0].sentence
    sure = Counter(adjective(one.prediction_set[0]) for one in verdicts if one.kind == "looks")
    probable = Counter(adjective(one.prediction_set[0]) for one in verdicts if one.kind == "probably")
    ranked = sorted({*sure, *probable}, key=lambda word: (-sure[word] - probable[word], -sure[word], word))
    pair, count = len(verdicts) == 2, len(verdicts)
    if not ranked:
        return "Not sure of either face" if pair else f"Not sure of any of the {count} faces"
    if count in {sure[ranked[0]], probable[ranked[0]]}:
        how = "" if sure[ranked[0]] else "probably "
        return f"{'Both' if pair else f'All {count}'} {how}look {ranked[0]}"
    parts = [_counted(word, sure[word], probable[word]) for word in ranked[:2]]
    number, _, rest = parts[0].partition(" ")
    return "; ".join([f"{number} of {count} {rest}", *parts[1:]])


def _counted(word: str, sure: int, probable: int) -> str:
    if not sure:
        return f"{probable} probably {_look(probable)} {word}"
    return f"{sure} {_look(sure)} {word}" + (f", {probable} more probably" if probable else "")


def _look(count: int) -> str:
    return "looks" if count == 1 else "look"


class Worded:
    """What a model says of one face, in words too: the base of dataclasses with `probabilities` and `rule`."""

    verb: ClassVar[str] = "looks"
    probabilities: dict[str, float]
    rule: SetRule
    doubts: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What may be said of it."""
        return verdict(self.probabilities, self.rule, verb=self.verb, doubts=self.doubts)

    def to_json(self) -> dict[str, Any]:
        """Return its fields, and those of its verdict, as JSON values."""
        return {**_plain(vars(self)), **self.verdict.to_json()}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [*value] if name == "doubts" else value for name, value in fields.items() if name != "rule"}


@dataclass(frozen=True)
class FaceAnswer(Worded):
    """What a model says of one face.

    Parameters
    ----------
    box : tuple of int
        Left, top, width, height, pixels of the picture as it is seen (turned as its EXIF says).
    label : str
        The most probable class.
    probabilities : dict of str to float
        Class to probability, 0..1, summing to 1.
    rule : SetRule
        What makes the prediction set of them.
    doubts : tuple of str
        What of the face forbids to be sure: ``dark``, ``faint``, ``small``, ``blurred``, ``covered``.
    """

    box: tuple[int, int, int, int]
    label: str
    probabilities: dict[str, float]
    rule: SetRule = field(default=UNPROMISED, repr=False)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a model says of one input.

    Parameters
    ----------
    path : str
        Where the input came from (``-`` for standard input).
    label : str or None
        The most probable class, of the largest face where faces were looked for; None when the input could not be
        read or shows no face.
    probabilities : dict of str to float, or None
        Class to probability, 0..1, summing to 1.
    faces : tuple of FaceAnswer
        Every face that was found, largest first; empty where none was looked for.
    detector : str or None
        The face detector that looked, a name from ``faces.detectors``; None where nobody did.
    reason : str or None
        Why a picture that could be read has no label, in a sentence.
    error : str or None
        Why the input could not be read, in a sentence.
    note : str or None
        What one should know of the answer, in a sentence: that faces were not looked for.
    rule : SetRule
        What makes the prediction set of the probabilities.
    doubts : tuple of str
        What of the largest face, or of the crop, forbids to be sure.

    Examples
    --------
    >>> answer = Answer("photo.jpg", "happy", {"happy": 0.8, "sad": 0.2})
    >>> answer.sentence, answer.sure, answer.prediction_set
    ('Probably happy', False, ('happy', 'sad'))
    """

    path: str
    label: str | None = None
    probabilities: dict[str, float] | None = None
    faces: tuple[FaceAnswer, ...] = ()
    detector: str | None = None
    reason: str | None = None
    error: str | None = None
    note: str | None = None
    rule: SetRule = field(default=UNPROMISED, repr=False)
    doubts: tuple[str, ...] = ()

    verb: ClassVar[str] = "looks"
    nothing: ClassVar[str] = NO_FACE
    finder = renamed_attribute("finder", "detector")

    @property
    def verdict(self) -> Verdict | None:
        """What may be said of it, of the largest face where there are several; None without probabilities."""
        if not self.probabilities:
            return None
        return verdict(self.probabilities, self.rule, verb=self.verb, doubts=self.doubts)

    @property
    def prediction_set(self) -> tuple[str, ...]:
        """The classes of which the truth is one as often as `rule` promises, 9 times of 10; empty without an answer."""
        return self.verdict.prediction_set if self.verdict else ()

    @property
    def sure(self) -> bool:
        """Whether one class is enough for that, and as probable."""
        return bool(self.verdict and self.verdict.sure)

    @property
    def sentence(self) -> str | None:
        """The answer in words, such as ``Looks happy``; None where the input could not be read."""
        return self.verdict.sentence if self.verdict else None if self.error else self.nothing

    @property
    def summary(self) -> str | None:
        """All its faces in one line, such as ``21 of 23 look happy``; of one face it is the sentence."""
        return summary([face.verdict for face in self.faces]) if self.faces else self.sentence

    def to_json(self) -> dict[str, Any]:
        """Return its fields, its words, and ``finder``, the earlier name of ``detector``, as JSON values."""
        said = self.verdict.to_json() if self.verdict else unsaid(self.rule.confidence, self.sentence)
        faces = [face.to_json() for face in self.faces]
        fields = {**_plain(vars(self)), "faces": faces, **said, "summary": self.summary}
        return {**fields, "finder": self.detector}  # its earlier name, which clients may read


class SpokenAnswer(Answer):
    """What a model says of one clip or recording: the same, in the words for a voice.

    Examples
    --------
    >>> SpokenAnswer("clip.wav", "happy", {"happy": 0.95, "sad": 0.05}).sentence, SpokenAnswer("hum.wav").sentence
    ('Sounds happy', 'No speech found')
    """

    verb = "sounds"
    nothing = NO_SPEECH
