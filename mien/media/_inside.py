"""A file by its path, wherever it lies: on the disk, or in an archive through which its path goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from mien.core.errors import MediaError
from mien.media._archives import archive_errors, open_member, unpacked
from mien.media._files import open_regular, real_path

MAX_WHOLE = 1 << 30  # bytes of a table that is read whole


def split_path(path: str) -> tuple[str, str | None]:
    """Part a path at the file on the disk that it goes through; None where it is a file's own, or nothing is there."""
    head, tail = path, ""
    while head and not os.path.lexists(real_path(head)):
        head, _, last = head.rpartition("/")
        tail = f"{last}/{tail}" if tail else last
    if not tail or not os.path.isfile(real_path(head)):  # noqa: PTH113 - a path of the manifest, which is text
        return path, None
    return head, tail


@contextmanager
def open_data(path: str) -> Iterator[IO[bytes]]:
    """Open a file, or a member of an archive, through its compression."""
    file, member = split_path(path)
    if member is None:
        with archive_errors(path), open_regular(real_path(path)) as raw, unpacked(raw) as plain:
            yield plain
    else:
        with open_member(file, member, is_zip=_is_zip(file)) as inside, archive_errors(path), unpacked(inside) as plain:
            yield plain


def read_whole(path: str, limit: int = MAX_WHOLE) -> bytes:
    """Read a file, or a member of an archive (`split_path`), through its compression.

    `MediaError`: ``missing``, ``unreadable``, or ``bomb`` for more bytes than `limit`.
    """
    with open_data(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise MediaError(f"'{path}' is larger than {limit >> 20} MiB", issue="bomb", todo="Cut it into smaller tables")
    return data


def _is_zip(path: str) -> bool:
    with archive_errors(path), open_regular(real_path(path)) as file:
        return file.read(2) == b"PK"
