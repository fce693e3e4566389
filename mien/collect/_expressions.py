"""Words for expressions, to tell a folder of a class from a folder of a person or a camera; and Mien's own words."""

from __future__ import annotations

import re

ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL, CONTEMPT, CALM, BOREDOM = (
    *("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt", "calm", "boredom"),
)
"""What a data set's numbers and letters become: the words of FER2013, which the model in the box knows too."""

_OTHER = "other"
_FORMS = {
    ANGRY: "angry anger ang angriness mad rage furious annoyed annoyance irritated frustrated frustration",
    DISGUST: "disgust disgusted dis disgusting",
    FEAR: "fear fearful fea afraid scared fright frightened terrified anxious anxiety",
    HAPPY: "happy happiness hap happily joy joyful smile smiling laugh laughing laughter cheerful glad",
    SAD: "sad sadness sadly crying sorrow unhappy depressed depression melancholy",
    SURPRISE: "surprise surprised sur surprising astonished astonishment amazed amazement shocked",
    NEUTRAL: "neutral neutrality neu normal",
    CONTEMPT: "contempt contemptuous scorn",
    CALM: "calm relaxed peaceful",
    BOREDOM: "bored boredom",
    _OTHER: "confused confusion excited excitement sleepy tired pain painful embarrassed embarrassment "
    "proud pride shame ashamed guilty interest interested hate hatred love wink disappointed worried nervous "
    "stressed ahegao sarcastic serious thinking yawn yawning",
}
_WORDS = {form: word for word, forms in _FORMS.items() for form in forms.split()}
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def expression_in(name: str) -> str | None:
    """Find the one expression that a name speaks of; None where there is none, or more than one."""
    found = [match[0] for match in _TOKEN.finditer(name) if match[0].lower() in _WORDS]
    return found[0] if len(found) == 1 else None


def is_expression(name: str) -> bool:
    """Say whether a name is an expression and nothing else."""
    return re.sub(r"[\W\d_]", "", name).lower() in _WORDS


def meaning(name: str) -> str | None:
    """Say an expression in Mien's own word, as happy for joyful; None where a name speaks of none, or Mien has none."""
    found = expression_in(name)
    word = _WORDS[found.lower()] if found else None
    return None if word == _OTHER else word
