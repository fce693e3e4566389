"""A request's body that is no form: a sample's bytes, or the ways in which clients wrap them."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from mien.core.errors import MediaError
from mien.kinds import Kind
from mien.serve.http import ProblemError

FIELD = "sample"
QUERY = ("model", "labels", "inputs", "crop", "confidence", "face")  # parameters that stand in the address
_URLENCODED = "application/x-www-form-urlencoded"
_MOST_FIELDS = 64
_JSON = re.compile(rb'\s*[{["]')
_JSON_TYPES = {type(None): "null", dict: "an object", list: "a list", bool: "a truth value"}


def call(path: str, what: Kind, *, form: bool = False) -> str:
    """Show in a sentence with a command how an address is asked, with a form for who sent one."""
    if path == "/v1/samples":
        return f"Send a form, as in: curl -F {FIELD}=@{what.example} -F label=happy -F consent=true SERVER{path}"
    if form:
        return f"Send files, as in: curl -F {FIELD}=@{what.example} SERVER{path}"
    return f"Send the bytes, as in: curl --data-binary @{what.example} SERVER{path}"


def unwrap(data: bytes, kind: str, path: str, what: Kind) -> list[bytes]:
    """Take the samples out of a body: itself, its base64 text, or the field ``sample`` of a JSON object or form.

    What the bytes are decides; their content type, in lower case, tells mistakes apart. `ProblemError` where such a
    field is missing, `MediaError` where base64 text is damaged.
    """
    if what.sniff(data) is not None or not data:
        return [data] if data else []
    if kind.startswith("multipart/"):
        came = "The form names no boundary, so it cannot be read. Leave its content type to what sends it"
        raise ProblemError(400, f"{came}. {call(path, what)}.", "form")
    if _JSON.match(data):
        return _from_json(data, path, what)
    if kind.startswith(_URLENCODED):
        return _from_form(data, path, what)
    return [what.unwrap(data)]


def check_fields(names: list[str], path: str, what: str) -> None:
    """Refuse fields that belong in the address and would be ignored without a word."""
    lost = next((name for name in names if name in QUERY), None)
    if lost:
        came = f"The {what} has a field '{lost}', which belongs in the address: {path}?{lost}=..."
        raise ProblemError(400, came, "form")


def other_field(name: str, path: str, what: Kind, body: str = "form") -> ProblemError:
    """Return the error for a sample under another name."""
    came = f"The {body} has a field '{name[:80]}'. Expected: {FIELD}"
    return ProblemError(400, f"{came}. {call(path, what, form=body == 'form')}.", "form")


def _from_json(data: bytes, path: str, what: Kind) -> list[bytes]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, f"The body begins as JSON does, and is none. {call(path, what)}.", "json") from error
    if not isinstance(content, dict):
        came = f'JSON came without a field. Expected: {{"{FIELD}": "base64 text"}}'
        raise ProblemError(400, f"{came}. {call(path, what)}.", "json")
    if FIELD not in content:
        raise other_field(next(iter(content), "nothing"), path, what, "JSON")
    check_fields(list(content), path, "JSON")
    texts = content[FIELD] if isinstance(content[FIELD], list) else [content[FIELD]]
    return [_from_text(text, path, what) for text in texts]


def _from_form(data: bytes, path: str, what: Kind) -> list[bytes]:
    """Read what a web form, or `curl -d`, sends where no file is asked for."""
    text = what.unwrap(data)
    if text is not data:
        return [text]
    try:
        fields = parse_qsl(
            data.decode("ascii"), strict_parsing=True, keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:  # a file, whatever the client calls it
        return [data]
    samples = [value for name, value in fields if name == FIELD]
    if not samples:
        raise other_field(fields[0][0], path, what)
    check_fields([name for name, _ in fields], path, "form")
    return [_from_text(value.replace(" ", "+"), path, what) for value in samples]  # a plus that nobody wrote as %2B


def _from_text(text: Any, path: str, what: Kind) -> bytes:  # noqa: ANN401 - of any JSON
    if isinstance(text, str) and text.isascii():
        raw = text.encode("ascii")
        content = what.unwrap(raw)
        if content is not raw:
            return content
    if isinstance(text, str) and text.startswith(("http://", "https://")):
        came = f"The field {FIELD} holds an address, and nothing is fetched here"
        raise ProblemError(400, f"{came}. {call(path, what)}.", "json")
    value = f"'{text[:40]}'" if isinstance(text, str) else _JSON_TYPES.get(type(text), "a number")
    came = f"The field {FIELD} holds {value}. Expected: a {what.one} in base64"
    raise ProblemError(400, f"{came}. {call(path, what)}.", "json")


def explain_damage(error: MediaError, kind: str, path: str, what: Kind) -> MediaError | ProblemError:
    """Say what may have damaged a sample on its way, if it came as `curl -d` sends a file."""
    if not kind.startswith(_URLENCODED) or error.issue not in ("unreadable", "truncated"):
        return error
    came = f"{error} It may be curl -d that damaged it: it drops line ends and zeros from a file"
    return ProblemError(422, f"{came}. {call(path, what)}.", error.issue)
