"""One shape for every error: RFC 9457, ``application/problem+json``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mien.core.errors import MediaError, MienError, SettingError, StorageError

if TYPE_CHECKING:
    from starlette.types import Send

MEDIA_TYPE = "application/problem+json"
_MEDIA = {"empty": 400, "unsupported": 415, "bomb": 413}  # by `MediaError.issue`; any other is 422


@dataclass
class ProblemError(Exception):
    """What went wrong with a request: a sentence, a word that a program can compare, and headers of the answer."""

    status: int
    detail: str
    issue: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The answer's body."""
        values: dict[str, Any] = {"type": "about:blank", "title": phrase(self.status), "status": self.status}
        values["detail"] = self.detail
        if self.issue:
            values["issue"] = self.issue
        return json.dumps(values).encode()

    async def send(self, send: Send) -> None:
        """Answer with it, below the level of routes."""
        body = self.body
        headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **self.headers}
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})


def phrase(status: int) -> str:
    """Name a status as RFC 9110 has it."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def from_error(error: MienError) -> ProblemError:
    """Turn one of Mien's errors into an answer: the sentence stays, and the status says whose fault it is."""
    if isinstance(error, MediaError):
        return ProblemError(_MEDIA.get(error.issue, 422), str(error), error.issue)
    if isinstance(error, SettingError):
        return ProblemError(400, str(error), "setting")
    if isinstance(error, StorageError):
        return ProblemError(507, "The sample could not be kept: there is no room for it.", "storage")
    return ProblemError(400, str(error), "request")
