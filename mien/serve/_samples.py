"""What a request brings: samples, raw or in a form, in memory alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from mien.serve._problem import ProblemError

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from mien.serve._settings import Settings

FIELD = "sample"
WORDS = 16  # other fields in a form
WORD = 4096  # bytes in each


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40  # what people send never touches the disk; its size is bounded before it gets here


@dataclass(frozen=True)
class Given:
    """A sample that was sent.

    Parameters
    ----------
    name : str
        Its file's name, or ``-``.
    data : bytes
        Its content.
    """

    name: str
    data: bytes


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


async def sent(request: Request, settings: Settings) -> Sent:
    """Read a request's body.

    Parameters
    ----------
    request : Request
        Raw bytes, or ``multipart/form-data`` with fields named ``sample``.
    settings : Settings
        The limits.

    Returns
    -------
    Sent
        What came.

    Raises
    ------
    ProblemError
        If there is none, there are too many, one is too large, or the form is damaged.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        found = await _form(request, settings)
    else:
        data = await request.body()
        found = Sent([Given("-", data)] if data else [], {})
    if not found.samples:
        raise ProblemError(400, f"There came no sample. Send its bytes, or a form with a file named {FIELD}.", "empty")
    if any(len(one.data) > settings.max_bytes for one in found.samples):
        raise ProblemError(413, f"A sample is larger than {settings.max_bytes:,} bytes.", "bomb")
    return found


async def _form(request: Request, settings: Settings) -> Sent:
    parser = _InMemory(
        request.headers, request.stream(), max_files=settings.max_samples, max_fields=WORDS, max_part_size=WORD
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise ProblemError(400, f"The form cannot be read: {error.message}", "form") from error
    except (KeyError, ValueError, UnicodeError) as error:
        raise ProblemError(400, "The form cannot be read: its head is damaged.", "form") from error
    try:
        return await _taken(form)
    finally:
        await form.close()


async def _taken(form: FormData) -> Sent:
    samples: list[Given] = []
    words: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name != FIELD:
                raise ProblemError(400, f"The form has a file named '{_plain(name)}'. Expected: {FIELD}.", "form")
            samples.append(Given(_plain(value.filename or "-"), await value.read()))
        else:
            words[name] = value
    return Sent(samples, words)


def _plain(name: str) -> str:
    """Return the last part of a path, of either system, without what cannot be shown."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = re.sub(r"[\x00-\x1f\x7f]", "", last).encode("utf-8", "replace").decode()
    return shown[:200] or "-"
