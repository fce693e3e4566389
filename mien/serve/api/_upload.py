"""What a request brings: samples, raw or in a form, in memory alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from mien.serve.api._body import FIELD, call, check_fields, other_field, unwrap
from mien.serve.http import ProblemError
from mien.serve.inference import Upload

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from mien.kinds import Kind
    from mien.serve._settings import Settings

MAX_FIELDS = 16  # other fields in a form
MAX_FIELD_BYTES = 4096  # bytes in each


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40  # what people send never touches the disk; its size is bounded before it gets here


@dataclass(frozen=True)
class RequestBody:
    """A request's samples, at least one, and its form's other fields."""

    samples: list[Upload]
    fields: dict[str, str]


async def read_body(request: Request, settings: Settings, what: Kind, most: int | None = None) -> RequestBody:
    """Read a request's samples: raw bytes, their base64 text, a JSON object with it, or a form with files.

    At most `most` of them, or what `settings` allow; `ProblemError` if there is none, there are too many, one is too
    large, or the body is of another shape; `MediaError` if base64 text is damaged.
    """
    kind, path = request.headers.get("content-type", "").lower(), request.scope["path"]
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise ProblemError(415, f"The body is packed with {coding[:40]}. Send it as it is.", "coding")
    if kind.startswith("multipart/") and "boundary=" in kind:
        body = await _read_form(request, settings, what)
    else:
        data = await request.body()
        samples = await run_in_threadpool(unwrap, data, kind, path, what)  # base64 of megabytes takes its time
        body = RequestBody([Upload("-", one) for one in samples], {})
    if not body.samples:
        raise ProblemError(400, f"The request holds no sample. {call(path, what)}.", "empty")
    most = most or settings.max_samples
    if len(body.samples) > most:
        raise ProblemError(400, f"{len(body.samples)} samples came, and {path} takes {most}.", "many")
    if any(len(one.data) > settings.max_bytes for one in body.samples):
        raise ProblemError(413, f"A sample is larger than {settings.max_bytes:,} bytes.", "bomb")
    return body


async def _read_form(request: Request, settings: Settings, what: Kind) -> RequestBody:
    path = request.scope["path"]
    parser = _InMemory(
        request.headers,
        request.stream(),
        max_files=settings.max_samples,
        max_fields=MAX_FIELDS,
        max_part_size=MAX_FIELD_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise _damaged(error.message, path, what) from error
    except (KeyError, ValueError, UnicodeError) as error:
        raise _damaged("its head is damaged.", path, what) from error
    try:
        return await _from_form(form, path, what)
    finally:
        await form.close()


def _damaged(why: str, path: str, what: Kind) -> ProblemError:
    return ProblemError(400, f"The form cannot be read: {why} {call(path, what, form=True)}.", "form")


async def _from_form(form: FormData, path: str, what: Kind) -> RequestBody:
    samples: list[Upload] = []
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields[name] = value
        elif name != FIELD:
            raise other_field(_display_name(name), path, what)
        else:
            samples.append(Upload(_display_name(value.filename or "-"), await value.read()))
    if FIELD in fields:
        came = f"The form's {FIELD} is text, '{_display_name(fields[FIELD])[:40]}'. Expected: a file"
        raise ProblemError(400, f"{came}. {call(path, what, form=True)}.", "form")
    check_fields(list(fields), path, "form")
    return RequestBody(samples, fields)


def _display_name(name: str) -> str:
    """Return the last part of a path, of either system, without what cannot be shown."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = re.sub(r"[\x00-\x1f\x7f]", "", last).encode("utf-8", "replace").decode()
    return shown[:200] or "-"
