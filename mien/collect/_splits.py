"""The names that data sets give to their ready-made splits, and ours: train, val, test."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import polars as pl

from mien.core.errors import SourceError, did_you_mean

_NAMES = {
    **dict.fromkeys(("train", "training", "trn", "trainval"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "validating", "dev", "devel", "development"), "val"),
    **dict.fromkeys(("test", "testing", "tst", "holdout", "privatetest", "finaltest"), "test"),
    "publictest": "val",
    **dict.fromkeys(("eval", "evaluation"), "val"),
    # German, Spanish, French, Portuguese, Italian; Chinese, Japanese, Korean; all without accents
    **dict.fromkeys(("trainings", "entrenamiento", "entrainement", "apprentissage", "treino", "treinamento"), "train"),
    **dict.fromkeys(("addestramento", "训练", "訓練", "学習", "훈련"), "train"),
    **dict.fromkeys(("validierung", "validierungs", "validacion", "validacao", "validazione"), "val"),
    **dict.fromkeys(("验证", "驗證", "検証", "검증"), "val"),
    **dict.fromkeys(("teste", "tests", "prueba", "pruebas", "prova", "测试", "測試", "テスト", "테스트"), "test"),
}
_LEADERS = frozenset(("publictest", "eval", "evaluation"))  # without a test split beside them, they are it
_LONGEST = 48  # letters of a name that can be a split's
_FILLERS = (
    *("datasets?", "data", "sets?", "splits?", "subsets?", "parts?", "partitions?", "folders?", "dirs?"),
    *("images?", "imgs?", "pictures?", "pics?", "photos?", "faces?", "frames?", "samples?", "files?", "videos?"),
    *("labels?", "annotations?", "metadata", "list", "lists", "class", "classes", "only", "new", "final", "ing", "all"),
    *("small", "full", "clean", "cleaned", "balanced", "aug", "augmented", "resized", "cropped", "aligned"),
    *("processed", "gr[ae]y", "rgb", "raw", "daten", "satz", "datos", "集", "用", "データ"),
)
_FILLER = f"(?:{'|'.join(_FILLERS)})*"
_KEY = re.compile(rf"{_FILLER}?({'|'.join(sorted(_NAMES, key=len, reverse=True))}){_FILLER}")
_BASE = re.compile(rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})(?:set|ing|data)?", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_VERSION = re.compile(r"(?<![^\W_])v(?:er)?[ ._-]?\d+(?:\.\d+)*|\d+ ?x ?\d+|\d+ ?px", re.IGNORECASE)
_SHARD = re.compile(r"-\d{3,}-of-\d{3,}$")


def canonical(names: Iterable[str | None]) -> dict[str, str | None]:
    """Translate the names of ready-made splits; `SourceError` for a name that is none.

    FER2013 calls its splits Training, PublicTest and PrivateTest. With PrivateTest there, PublicTest is what the
    contest chose models on, hence ``val``; alone it is the only test split there is. So it is with ``eval``.
    """
    found: dict[str, str | None] = {}
    for name in names:
        if name is None or not name.strip():
            found.update({} if name is None else {name: None})
        elif (split := split_of(name)) is None:
            came = f"The data has a ready-made split {name!r}"
            expected = "train, val or test (also training, valid, validation, dev, testing, PublicTest, PrivateTest)"
            raise SourceError(came, expected=expected, todo=did_you_mean(name, _NAMES))
        else:
            found[name] = split
    if "test" not in found.values():
        alone = {name for name in found if _key(name) in _LEADERS}
        found.update(dict.fromkeys(alone, "test"))
    return found


def splits_of_folders(folders: pl.Series) -> pl.Series:
    """Give the ready-made split in which each file lies."""
    distinct = folders.unique().to_list()
    named = {folder: next((part for part in folder.split("/") if split_of(part)), None) for folder in distinct}
    splits = canonical(set(named.values()))
    known = {folder: splits[name] if name else None for folder, name in named.items()}
    return folders.replace_strict(known, return_dtype=pl.String)


def split_of(name: str) -> str | None:
    """Return the split that a name, such as ``01_train`` or ``Test_Images``, means when it stands for itself."""
    return _NAMES.get(_key(name))


def parted(name: str) -> tuple[str, str] | None:
    """Part a name as ``happy_train`` into the rest and the split; None without exactly one split, or without a rest."""
    found = [match for match in _WORDS.finditer(name) if _BASE.fullmatch(match[0])]
    if len(found) != 1 or split_of(name):
        return None
    rest = name[: found[0].start()].rstrip("_- .") + " " + name[found[0].end() :].lstrip("_- .")
    split = split_of(found[0][0])
    return (rest.strip(), split) if rest.strip() and split else None


def _key(name: str) -> str:
    """Give the word for a split that a name comes down to; empty where something else stands in it."""
    bare = _VERSION.sub("", _SHARD.sub("", name.strip()))
    unaccented = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", bare))
    plain = re.sub(r"[\W\d_]", "", unicodedata.normalize("NFC", unaccented)).lower()
    found = _KEY.fullmatch(plain) if len(plain) <= _LONGEST else None
    return found[1] if found else ""
