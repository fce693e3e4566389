"""What a file is by its name alone, where that is all that layout needs: a sample, a table, an archive, or a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from mien import kinds, media
from mien.core.errors import SourceError

# Endings of what lies beside samples and is none. What is not here may be a sample, whatever its ending.
_NOTES = (
    *("txt", "md", "rst", "rtf", "tex", "bib", "log", "pdf", "doc", "docx", "odt", "ppt", "pptx", "xls", "xlsx", "ods"),
    *("csv", "tsv", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "toml", "ini", "cfg", "html", "htm", "names"),
    *("py", "ipynb", "r", "m", "js", "ts", "sh", "bat", "c", "cpp", "h", "java", "css", "lock", "sql"),
    *("pt", "pth", "ckpt", "onnx", "keras", "h5", "hdf5", "pb", "tflite", "joblib", "pkl", "pickle", "mat"),
    *("npy", "npz", "parquet", "arrow", "feather", "tfrecord", "db", "sqlite", "lst", "list", "tab", "pts"),
    *("zip", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "7z", "rar", "zst", "exe", "dll", "so", "apk", "iso"),
    *("license", "gitignore", "gitattributes", "sha256", "md5", "tmp", "bak"),
)
_TABLES = ("csv", "tsv", "tab", "txt", "lst", "list", "json", "jsonl", "ndjson", "parquet")
_ARCHIVES = ("zip", "tar", "tgz", "tbz2", "txz", "tar.gz", "tar.bz2", "tar.xz", "7z", "rar", "zst", "gz", "bz2", "xz")
_NAMES = ("readme", "license", "licence", "copying", "makefile", "changelog", "notice", "authors", "citation")
_STRAY = 0.02  # share of the files up to which those of another kind are strays: the audit says that they are
_LOOKED_AT = 20  # files of a kind whose content is looked at


def _ends(names: pl.Series, endings: Sequence[str]) -> pl.Series:
    if not endings:
        return pl.repeat(value=False, n=len(names), dtype=pl.Boolean, eager=True)
    return names.str.contains(rf"(?i)\.(?:{'|'.join(endings)})$")


def may_be_samples(names: pl.Series, endings: Sequence[str] = ()) -> pl.Series:
    """Say which files may be samples: all but notes, tables and programs by name, and all with one of `endings`."""
    notes = _ends(names, _NOTES) | names.str.contains(rf"(?i)(?:^|/)(?:{'|'.join(_NAMES)})$")
    return ~notes | _ends(names, endings)


def have_ending(names: pl.Series) -> pl.Series:
    """Say which files have the ending of any kind of sample; null where there is no name."""
    return _ends(names.str.strip_chars(), [ending for name in kinds.names() for ending in kinds.kind(name).endings])


def are_pictures(names: pl.Series) -> pl.Series:
    """Say which files have a picture's ending; null where there is no name."""
    return _ends(names.str.strip_chars(), media.PICTURE_ENDINGS)


def are_tables(names: pl.Series, endings: Sequence[str] = ()) -> pl.Series:
    """Say which files may be tables by their endings; what has one of `endings` is a sample."""
    packed = names.str.replace(r"(?i)\.(?:gz|bz2|xz)$", "")
    notes = names.str.contains(rf"(?i)(?:^|/)(?:{'|'.join(_NAMES)}|requirements)[^/]*$")
    return _ends(packed, _TABLES) & ~notes & ~_ends(names, endings)


def are_archives(names: pl.Series) -> pl.Series:
    """Say which files are archives by their endings."""
    return _ends(names, _ARCHIVES) & ~are_tables(names)


def kind_of(source: str, files: pl.DataFrame, read: Callable[[Iterable[str]], list[bytes]]) -> str:
    """Say of which kind the samples among some files are: by endings, and of others than pictures by content too.

    `files` has the columns ``id`` and ``path``; `read` gives the content of paths. Where no file has an ending of any
    kind, content alone decides.
    """
    counts = {}
    names = kinds.names()
    for name in names if len(names) > 1 else ():
        named = files.filter(_ends(files["id"].str.strip_chars(), kinds.kind(name).endings).fill_null(value=False))
        if named.height and (name == kinds.PICTURE or _hold(name, named, read)):
            counts[name] = named.height
    refuse_mixed(source, counts)
    if not counts and files.height:
        counts = _by_content(files.filter(may_be_samples(files["id"])), read)
        refuse_mixed(source, counts, counted=False)
    return max(counts, key=lambda name: counts[name], default=kinds.PICTURE)


def refuse_mixed(source: str, counts: Mapping[str, int], *, counted: bool = True) -> None:
    """Refuse samples of several kinds, by how many there are of each; a few strays are for the audit.

    Where they are not `counted`, but some files were looked at, no numbers are given.
    """
    first, *others = sorted(counts, key=lambda name: -counts[name]) or [kinds.PICTURE]
    mixed = [name for name in others if counts[name] > _STRAY * sum(counts.values())]
    if mixed:
        words = (kinds.kind(name).count(counts[name]) if counted else kinds.kind(name).many for name in (first, *mixed))
        todo = "Put each kind into a folder of its own, and give one of them"
        raise SourceError(f"'{source}' holds {' and '.join(words)}", expected="samples of one kind", todo=todo)


def _by_content(files: pl.DataFrame, read: Callable[[Iterable[str]], list[bytes]]) -> dict[str, int]:
    """Count the kinds of some files spread over all, by what stands in them."""
    some = read(files["path"].gather_every(max(1, files.height // _LOOKED_AT)).head(_LOOKED_AT))
    found = Counter(name for data in some if data and (name := kinds.detect([data], kinds.names())))
    return dict(found)


def _hold(name: str, files: pl.DataFrame, read: Callable[[Iterable[str]], list[bytes]]) -> bool:
    """Look into some files spread over all: a table of labels is no table of numbers, though both end in .csv."""
    step = max(1, files.height // _LOOKED_AT)
    return kinds.detect(read(files["path"].gather_every(step).head(_LOOKED_AT)), [name]) is not None
