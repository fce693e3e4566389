"""What a file is by its name alone, where that is all that layout needs: a sample, a table, an archive, or a note."""

from __future__ import annotations

import polars as pl

from mien import media

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


def _ends(names: pl.Series, endings: tuple[str, ...]) -> pl.Series:
    return names.str.contains(rf"(?i)\.(?:{'|'.join(endings)})$")


def may_be_samples(names: pl.Series) -> pl.Series:
    """Say which files may be samples: all but those whose names say that they are notes, tables or programs."""
    return ~(_ends(names, _NOTES) | names.str.contains(rf"(?i)(?:^|/)(?:{'|'.join(_NAMES)})$"))


def are_pictures(names: pl.Series) -> pl.Series:
    """Say which files have a picture's ending; null where there is no name."""
    return _ends(names.str.strip_chars(), media.PICTURE_ENDINGS)


def are_tables(names: pl.Series) -> pl.Series:
    """Say which files may be tables by their endings."""
    packed = names.str.replace(r"(?i)\.(?:gz|bz2|xz)$", "")
    return _ends(packed, _TABLES) & ~names.str.contains(rf"(?i)(?:^|/)(?:{'|'.join(_NAMES)}|requirements)[^/]*$")


def are_archives(names: pl.Series) -> pl.Series:
    """Say which files are archives by their endings."""
    return _ends(names, _ARCHIVES) & ~are_tables(names)
