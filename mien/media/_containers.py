"""What holds the samples: an archive or a table, by content. What cannot be read is called by its name."""

from __future__ import annotations

import re
from pathlib import Path

from mien.core.errors import MediaError, SourceError
from mien.media._archives import BROKEN, unpacked
from mien.media._files import open_regular, real_path
from mien.media._inside import open_data, split_path
from mien.media._others import describe_file, describe_picture
from mien.media._sniff import sniff
from mien.media._text import is_wide

_HEAD = 4096
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_PICKLES = (b"\x80\2", b"\x80\3", b"\x80\4", b"\x80\5")  # protocols 2 to 5
_GIVE = "Give a folder, a .zip, a .tar, a .csv, a .json or a .parquet"
_UNPACK = "Unpack it, and give the folder"

# What people bring that holds samples and is not read: its first bytes, its name, what to do.
_NAMED = (
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", _UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 file", _UNPACK),
    (b"\x1f\x9d", "a file of the program compress", _UNPACK),
    (b"LZIP", "an Lzip file", _UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel or other Office file", "Save the sheet as CSV UTF-8"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "Write its pictures into a Parquet table, or into class folders"),
    (b"MATLAB 5.0", "a MATLAB file", "Write its pictures into class folders"),
    (b"\x93NUMPY", "a NumPy array", "Write its pictures into a Parquet table, or into class folders"),
    (b"ARROW1", "an Arrow file", "Write it as Parquet"),
    (b"FEA1", "a Feather file", "Write it as Parquet"),
    (b"\xff\xff\xff\xff", "an Arrow stream, as save_to_disk of Hugging Face writes it", "Write it with to_parquet"),
    (b"SQLite format 3\0", "an SQLite database", "Write the table as CSV or Parquet"),
    (_PICKLES, "a Python pickle, which could run any program", "Write it as CSV or Parquet"),
)


def container_kind(path: Path | str) -> str:
    """Say by content what holds the samples: ``zip``, ``tar``, ``parquet``, ``json`` (also JSON lines) or ``csv``.

    A .tar may be compressed with gzip, bzip2 or xz, and so may text alone, of which all but JSON is ``csv``; a table
    may lie in an archive through which its path goes. `SourceError` for an empty or unreadable file, and for any other.
    """
    head, packed = _head(str(path))
    if not head and not packed:
        raise SourceError(f"'{path}' is empty", expected="an archive or a table with pictures")
    if head[:4] in (b"PK\3\4", b"PK\5\6", b"PK\7\x08"):
        kind = "zip"
    elif head[:4] == b"PAR1":
        kind = "parquet"
    elif head[257:262] == b"ustar" or (packed and b"\0" in head and not is_wide(head)) or (packed and not head):
        return "tar"
    else:
        return _text_kind(path, head)
    if packed:  # a zip or a Parquet file that was packed once more can only be read from beginning to end
        raise SourceError(f"'{path}' is a compressed {kind} file", todo=_UNPACK)
    return kind


def _head(path: str) -> tuple[bytes, bool]:
    """Read the first bytes, unpacked where they can be, and say whether they were packed."""
    file, member = split_path(path)
    try:
        if member is not None:
            with open_data(path) as inside:
                return inside.read(_HEAD), False
        with open_regular(real_path(file)) as raw:
            head = raw.read(_HEAD)
            if not head.startswith(_PACKED):
                return head, False
            raw.seek(0)
            try:
                return unpacked(raw).read(_HEAD), True
            except BROKEN:  # damaged: whoever walks through it says how
                return b"", True
    except OSError as error:
        came = f"'{path}' cannot be read ({error.strerror})"
        raise SourceError(came, todo="Check the path and its rights") from error
    except MediaError as error:
        raise SourceError(str(error)) from error


def _text_kind(path: Path | str, head: bytes) -> str:
    named = next(((what, todo) for mark, what, todo in _NAMED if head.startswith(mark)), None)
    if named:
        raise SourceError(f"'{path}' is {named[0]}", expected=_GIVE[5:], todo=named[1])
    if sniff(head) not in (None, "pixels"):
        raise SourceError(f"'{path}' is one picture, not a data set", todo="Give the folder that it stands in")
    if b"\0" in head and not is_wide(head):
        kind = describe_file(head) or describe_picture(head) or "a file of another kind"
        raise SourceError(f"'{path}' is {kind}, not a data set", todo=_GIVE)
    start = re.sub(rb"[\s\0]|\xef\xbb\xbf|\xff\xfe|\xfe\xff", b"", head[:64])[:2]
    return "json" if start[:1] == b"{" or start in (b"[{", b"[]") else "csv"
