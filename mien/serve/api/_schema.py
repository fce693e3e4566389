"""The shapes of what the server answers, as OpenAPI tells them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

from mien.core.types import Answer, FaceAnswer
from mien.kinds import PICTURE, SOUND
from mien.serve.http import MEDIA_TYPE


def answer_json(answer: Answer) -> dict[str, Any]:
    """Put an answer into the shape of `AnswerOut`; its path is the name that the client gave."""
    values = answer.to_json()
    values["name"] = values.pop("path")
    for one in (values, *values["faces"]):
        one["holds"] = one["prediction_set"]  # its earlier name, which clients may read
    for field in ("reason", "note"):
        values[field] = values[field] and values[field].replace("--inputs ", "inputs=")
    return values


_FACE = FaceAnswer((120, 64, 210, 260), "happy", {"happy": 0.72, "surprise": 0.21, "sad": 0.07})
_ANSWERS = {
    PICTURE: ("face", Answer("photo.jpg", _FACE.label, _FACE.probabilities, (_FACE,), "fcos")),
    SOUND: ("voice", Answer("clip.wav", _FACE.label, _FACE.probabilities)),
}
_DETAILS = {
    PICTURE: "The file is a PDF, not a picture. Save it as JPEG or PNG, or remove it.",
    SOUND: "The M4A is read with PyAV, which is not installed here. Install it: pip install 'mien[av]'; or save the "
    "file as WAV or FLAC.",
}


def examples(served: Collection[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give examples of answers, and of errors, one for each kind that is served and known here, as JSON values."""
    known = [kind for kind in _ANSWERS if kind in served]
    answers = [
        {"model": model, "kind": kind, "answers": [answer_json(answer)]}
        for kind, (model, answer) in ((kind, _ANSWERS[kind]) for kind in known)
    ]
    title = {"type": "about:blank", "title": "Unsupported Media Type", "status": 415}
    return answers, [{**title, "detail": _DETAILS[kind], "issue": "unsupported"} for kind in known]


_PROBABILITIES = "Class to probability, 0..1, summing to 1."

Box = Annotated[list[int], Len(4, 4)]


class VerdictOut(BaseModel):
    """What may be said of probabilities."""

    prediction_set: list[str] = Field(
        description="The classes of which the truth is one `confidence` of the time, the most probable first: those "
        "that reach their thresholds, which come from validation (`sets` of the model says what that promises)."
    )
    sure: bool = Field(description="Whether it is one class alone, and its probability reaches `confidence` too.")
    confidence: float = Field(description="How often the truth is to be in `prediction_set`, 0.5..0.99.")
    holds: list[str] = Field(description="The same as `prediction_set`: its earlier name.", deprecated=True)


class FaceOut(VerdictOut):
    """A face in a picture."""

    box: Box = Field(description="Left, top, width, height, pixels.")
    label: str = Field(description="The most probable class: what it looks like, not what is felt.")
    probabilities: dict[str, float] = Field(description=_PROBABILITIES)
    sentence: str = Field(description="The answer in words: looks, probably, between, or not sure.")
    doubts: list[str] = Field(description="What of the face forbids to be sure: dark, faint, small, blurred, covered.")


class AnswerOut(VerdictOut):
    """What a model says of one sample; with several faces, of the largest."""

    name: str = Field(description="The file's name, or `-`.")
    label: str | None = Field(
        description="The most probable class, of the largest face where faces were looked for; null without one."
    )
    probabilities: dict[str, float] | None = Field(description=_PROBABILITIES)
    sentence: str | None = Field(description="The answer in words; null where the sample could not be read.")
    doubts: list[str] = Field(description="What of the largest face, or the crop, forbids to be sure.")
    summary: str | None = Field(description="All faces in one line, such as `21 of 23 look happy`.")
    faces: list[FaceOut] = Field(description="Of a picture in which faces were looked for, the largest first.")
    detector: str | None = Field(description="The face detector that was used.")
    finder: str | None = Field(description="The same as `detector`: its earlier name.", deprecated=True)
    reason: str | None = Field(description="Why there is no label, in a sentence.")
    error: str | None = Field(description="Why the sample could not be read, in a sentence; the others are answered.")
    note: str | None = Field(description="What to know of the answer, such as that faces were not looked for.")


class PredictOut(BaseModel):
    """The answers to one request, in the order of its samples."""

    model: str
    kind: str
    answers: list[AnswerOut]


class ExplainOut(BaseModel):
    """What part of a sample spoke for its answer."""

    model: str
    label: str
    grid: list[list[float]] = Field(
        description="Rows by columns over `image`, -1..1: how much probability the label loses with that part hidden; "
        "below 0 it spoke against the label."
    )
    box: Box | None = Field(description="The face's box in the picture.")
    image: str = Field(description="What the model saw, as a data: address.")


class SetsOut(BaseModel):
    """What makes the prediction sets of a model, where no other confidence is asked for."""

    confidence: float = Field(description="How often the truth is to be in the set.")
    thresholds: dict[str, float] | None = Field(
        description="From which probability a class is in the set; the most probable one always is. Null: the fewest "
        "classes whose probabilities together reach `confidence`."
    )
    holds: str = Field(description="What that is promised for: each class, all together, or nothing.")


class ModelOut(BaseModel):
    """A model that can be asked."""

    name: str
    kind: str
    labels: list[str]
    size: int = Field(description="Of an input: a picture's side in pixels, a clip's length in samples of 16 kHz.")
    inputs: str
    crop: str = Field(description="The same as `inputs`, under its earlier name: face for faces.", deprecated=True)
    margin: float
    file: str
    bytes: int
    sha256: str
    contract: dict[str, Any]
    card: str = Field(description="The model card, Markdown.")
    sets: SetsOut
    said: str = Field(description="How good it is, and for what, in sentences.")
    trained_on: str = Field(description="Such as photos, drawn faces or clips; empty where the file does not say.")


class ModelsOut(BaseModel):
    """The models that can be asked."""

    default: str
    models: list[ModelOut]


class KeptOut(BaseModel):
    """Whether a sample was kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stored": True}]})

    stored: bool = Field(description="False: it was there already.")


class HealthOut(BaseModel):
    """Whether the server is well."""

    status: str


class ProblemOut(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What came, what was expected, what to do.")
    issue: str | None = Field(None, description="A word that a program can compare.")


_WHY = {
    400: "The request cannot be understood.",
    401: "The key is missing or invalid.",
    403: "A page of another origin sent it.",
    404: "There is no such model.",
    408: "It did not arrive in time.",
    413: "It is too large.",
    415: "The sample is of a kind that is not read here.",
    422: "The sample is damaged, or a parameter is out of range.",
    429: "The client asks too often.",
    503: "There is too much to do; see Retry-After.",
    507: "The inbox is full.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route, for FastAPI's `responses`."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {status: {"description": _WHY[status], "content": content} for status in statuses}
