"""What a request brings: samples, raw or in a form, in memory alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from mien.serve.api._body import FIELD, call, check_fields, other_field, unwrapped
from mien.serve.http import ProblemError
from mien.serve.inference import Given

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from mien.serve._settings import Settings

WORDS = 16  # other fields in a form
WORD = 4096  # bytes in each


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40  # what people send never touches the disk; its size is bounded before it gets here


@dataclass(frozen=True)
class Sent:
    """A request's body.

    Parameters
    ----------
    samples : list of Given
        At least one.
    words : dict of str to str
        The form's other fields.
    """

    samples: list[Given]
    words: dict[str, str]


async def sent(request: Request, settings: Settings, most: int | None = None) -> Sent:
    """Read a request's body.

    Parameters
    ----------
    request : Request
        Raw bytes, their base64 text, a JSON object with it, or ``multipart/form-data`` with files; fields are named
        ``sample``.
    settings : Settings
        The limits.
    most : int, optional
        Samples that the address takes; what `settings` allows by default.

    Returns
    -------
    Sent
        What came.

    Raises
    ------
    ProblemError
        If there is none, there are too many, one is too large, or the body is of another shape.
    MediaError
        If base64 text is damaged.
    """
    kind, path = request.headers.get("content-type", "").lower(), request.scope["path"]
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise ProblemError(415, f"The body is packed with {coding[:40]}. Send it as it is.", "coding")
    if kind.startswith("multipart/") and "boundary=" in kind:
        found = await _form(request, settings)
    else:
        data = await request.body()
        samples = await run_in_threadpool(unwrapped, data, kind, path)  # base64 of megabytes takes its time
        found = Sent([Given("-", one) for one in samples], {})
    if not found.samples:
        raise ProblemError(400, f"There came no sample. {call(path)}.", "empty")
    most = most or settings.max_samples
    if len(found.samples) > most:
        raise ProblemError(400, f"{len(found.samples)} samples came, and {path} takes {most}.", "many")
    if any(len(one.data) > settings.max_bytes for one in found.samples):
        raise ProblemError(413, f"A sample is larger than {settings.max_bytes:,} bytes.", "bomb")
    return found


async def _form(request: Request, settings: Settings) -> Sent:
    path = request.scope["path"]
    parser = _InMemory(
        request.headers, request.stream(), max_files=settings.max_samples, max_fields=WORDS, max_part_size=WORD
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise _damaged(error.message, path) from error
    except (KeyError, ValueError, UnicodeError) as error:
        raise _damaged("its head is damaged.", path) from error
    try:
        return await _taken(form, path)
    finally:
        await form.close()


def _damaged(why: str, path: str) -> ProblemError:
    return ProblemError(400, f"The form cannot be read: {why} {call(path, form=True)}.", "form")


async def _taken(form: FormData, path: str) -> Sent:
    samples: list[Given] = []
    words: dict[str, str] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            words[name] = value
        elif name != FIELD:
            raise other_field(_plain(name), path, "form")
        else:
            samples.append(Given(_plain(value.filename or "-"), await value.read()))
    if FIELD in words:
        came = f"The form's {FIELD} is text, '{_plain(words[FIELD])[:40]}'. Expected: a file"
        raise ProblemError(400, f"{came}. {call(path, form=True)}.", "form")
    check_fields(list(words), path, "form")
    return Sent(samples, words)


def _plain(name: str) -> str:
    """Return the last part of a path, of either system, without what cannot be shown."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = re.sub(r"[\x00-\x1f\x7f]", "", last).encode("utf-8", "replace").decode()
    return shown[:200] or "-"
