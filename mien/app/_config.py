"""What the page must know before it can answer: ``mien.json``, made by the server or written by a web export."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mien import faces
from mien.core.answer import good_for
from mien.core.prediction_sets import UNPROMISED, SetRule
from mien.core.types import InputContract
from mien.html import class_colour

FORMAT = 1
DETECTOR = "models/finder.onnx"
CHECK = "models/check.onnx"
_LIMITS = {"bytes": 20_000_000, "pixels": 64_000_000, "faces": 100, "samples": 1, "seconds": 600}


@dataclass(frozen=True)
class PageModel:
    """A model as the page knows it.

    The browser's session cannot read the contract in the file, so it comes beside, bound by the hash (hexadecimal).
    `card` is Markdown, `scores` say how good it was when it was made, `rule` makes its prediction sets.
    """

    name: str
    contract: InputContract
    data: bytes = field(repr=False)
    card: str = field(default="", repr=False)
    scores: Mapping[str, Any] = field(default_factory=dict, repr=False)
    rule: SetRule = field(default=UNPROMISED, repr=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())

    @property
    def file(self) -> str:
        """Where the page finds it, from its own address."""
        return f"models/{self.name}.onnx"

    @property
    def trained_on(self) -> str:
        """What it was trained on, as a run calls it; empty where the file does not say."""
        return str(self.scores.get("trained_on", ""))

    def summary(self) -> dict[str, Any]:
        """Return all but the file, as JSON values."""
        contract = json.loads(self.contract.to_json())
        chosen = {key: contract[key] for key in ("kind", "labels", "size", "margin")}
        where = {"file": self.file, "bytes": len(self.data), "sha256": self.sha256}
        return {
            "name": self.name,
            **chosen,
            "inputs": self.contract.inputs,
            "crop": contract["crop"],  # its earlier name: for the API's clients, and a page that a browser has kept
            **where,
            "contract": contract,
            "card": self.card,
            "sets": dataclasses.asdict(self.rule),
            "trained_on": self.trained_on,
            "said": " ".join(filter(None, (str(self.scores.get("sentence", "")), good_for(self.trained_on)))),
        }


def face_check(models: Sequence[PageModel]) -> bytes | None:
    """Return the file of the face check, which lies at `CHECK`; None where no model takes faces."""
    return faces.check_bytes() if any(one.contract.inputs in ("faces", "both") for one in models) else None


def _check(data: bytes | None) -> dict[str, Any] | None:
    if data is None:
        return None
    return {"file": CHECK, "sha256": hashlib.sha256(data).hexdigest(), "doubts": faces.DOUBTS}


def page_config(
    models: Sequence[PageModel],
    *,
    version: str,
    server: bool,
    detector: bytes | None = None,
    inbox: bool = False,
    key: bool = False,
    limits: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Make what ``mien.json`` holds, as JSON values; the first of the models answers when none is named.

    `server` is False for a web export, `inbox` says whether samples may be given, `key` whether a key is asked for.
    `detector` is the file of ``fcos``; without it the page shows a frame to put the face in. `limits` are ``bytes``,
    ``pixels``, ``faces``, ``samples``, ``seconds``. ``device`` names the smallest model that answers with the first
    one's classes.
    """
    first = models[0]
    answers = first.contract.labels, first.contract.kind
    alike = [one for one in models if (one.contract.labels, one.contract.kind) == answers]
    found = {"name": "fcos", "file": DETECTOR, "sha256": hashlib.sha256(detector).hexdigest()} if detector else None
    return {
        "format": FORMAT,
        "version": version,
        "server": server,
        "inbox": inbox,
        "key": key,
        "limits": {**_LIMITS, **(limits or {})},
        "default": first.name,
        "device": min(alike, key=lambda one: len(one.data)).name,
        "models": [one.summary() for one in models],
        "finder": found,
        "check": _check(face_check(models)),
        "colours": {label: class_colour(label) for one in models for label in one.contract.labels},
    }
