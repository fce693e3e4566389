"""Published data sets that say what each picture shows in a small file of its own."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Mapping

import numpy as np
import polars as pl

from mien.collect._file_names import parse_names
from mien.collect._kinds import are_pictures
from mien.collect._known_tables import AFFECTNET, CK_PLUS
from mien.collect._splits import splits_of_folders
from mien.collect._tree import Tree

_ENOUGH = 0.5  # share of the pictures that must have such a file
_NEARLY_ALL = 0.9  # share of the files that must be of that form
_LAST = 3  # frames of a sequence that show its expression in full, as nearly everyone who uses CK+ takes them
_CK_LABEL = r"(?:^|/)(S\d{3}_\d{3})_\d{8}_emotion\.txt$"
_ARRAY = r"^(.*/)?annotations/(\d+)_exp\.npy$"
_BOX = re.compile(r"(\d+)((?:\s+[-+.\deE]+){4,})\s*$")
Known = tuple[pl.DataFrame, pl.Series]
_LISTED = re.compile(r"\s*(?:-|\d+\s*:)\s*['\"]?(.*?)['\"]?\s*(?:#.*)?$")


def known_layout(tree: Tree, *, raw: bool = False) -> Known | None:
    """Read a data set whose labels lie in files beside the pictures: CK+, AffectNet's arrays, boxes in YOLO's form.

    Also which files were read for it; None where it is none of them.
    """
    found = (read(tree, raw=raw) for read in (_ck_plus, _affectnet, _yolo))
    return next((one for one in found if one is not None), None)


def _ck_plus(tree: Tree, *, raw: bool) -> Known | None:
    labelled = tree.files.select("path", sequence=pl.col("id").str.extract(_CK_LABEL)).drop_nulls()
    if labelled.is_empty():
        return None
    texts = [data.decode("ascii", "replace").strip() for data in tree.read(labelled["path"])]
    numbers = pl.Series(texts, dtype=pl.String).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    known = labelled.select("sequence", label=_in_words(numbers.cast(pl.String), CK_PLUS, raw=raw)).unique("sequence")
    pictures = tree.files.filter(are_pictures(tree.files["id"]))
    frames = pl.concat([pictures, parse_names(pictures["id"], "CK+")], how="horizontal")
    frames = frames.filter(pl.col("person").is_not_null())
    frames = frames.with_columns(sequence=pl.col("person") + "_" + pl.col("sequence"))
    frames = frames.join(known, on="sequence", how="left", maintain_order="left")
    left = pl.len().over("sequence") - pl.col("id").rank("ordinal").over("sequence")  # frames that follow
    peak = left < pl.min_horizontal(pl.lit(_LAST), (pl.len().over("sequence") // 2).clip(lower_bound=1))
    why = pl.when(pl.col("label").is_not_null() & ~peak).then(pl.lit("before the peak of its expression"))
    frames = frames.with_columns(aside=pl.coalesce("aside", why), label=pl.when(peak).then("label"))
    return frames.select("id", "path", "aside", "label", "person", "sequence"), labelled["path"]


def _affectnet(tree: Tree, *, raw: bool) -> Known | None:
    groups = tree.files["id"].str.extract_groups(_ARRAY).struct.rename_fields(["around", "number"]).struct.unnest()
    arrays = pl.concat([tree.files.select("path"), groups], how="horizontal").filter(pl.col("number").is_not_null())
    if arrays.is_empty():
        return None
    arrays = arrays.with_columns(around=pl.col("around").fill_null(""))
    numbers = pl.Series([_scalar(data) for data in tree.read(arrays["path"])], dtype=pl.String)
    key = pl.col("around") + "images/" + pl.col("number")
    label = _in_words(numbers, AFFECTNET, raw=raw)
    known = arrays.select(key=key, label=label, split=splits_of_folders(arrays["around"]))
    pictures = tree.files.filter(are_pictures(tree.files["id"]))
    keyed = pictures.with_columns(key=pl.col("id").str.replace(r"\.[^./]*$", ""))
    found = keyed.join(known, on="key", how="inner", maintain_order="left").drop("key")
    return (found, arrays["path"]) if found.height >= _ENOUGH * pictures.height else None


def _in_words(numbers: pl.Series, codes: Mapping[str, str | None], *, raw: bool) -> pl.Series:
    return numbers if raw else numbers.replace_strict(dict(codes), default=None, return_dtype=pl.String)


def _scalar(data: bytes) -> str | None:
    try:
        return str(int(np.load(io.BytesIO(data), allow_pickle=False).item()))
    except Exception:  # NumPy parses the header as Python: a damaged one ends in TokenError, MemoryError and others
        return None


def _yolo(tree: Tree, *, raw: bool) -> Known | None:
    stem = pl.col("id").str.replace(r"\.[^./]*$", "")
    pictures = tree.files.filter(are_pictures(tree.files["id"]))
    texts = tree.files.filter(tree.files["id"].str.ends_with(".txt")).select(text="path", key=_beside(stem, "labels"))
    keyed = pictures.with_columns(key=_beside(stem, "images"))
    both = keyed.join(texts.unique("key"), on="key", how="left", maintain_order="left")
    there = both.filter(pl.col("text").is_not_null())
    if not there.height or there.height < _ENOUGH * pictures.height:
        return None
    boxes = [_class_of(data) for data in tree.read(there["text"])]
    if sum(box is not None for box in boxes) < _NEARLY_ALL * len(boxes):
        return None
    names, read = _yolo_names(tree)
    rows = [(None, "no label") if box is None else box for box in boxes]
    said = pl.DataFrame(rows, schema=dict.fromkeys(("label", "why"), pl.String), orient="row")
    said = said.with_columns(pl.col("label").replace({} if raw else names), id=there["id"])
    found = both.join(said, on="id", how="left", maintain_order="left")
    why = pl.coalesce("aside", "why")
    split = splits_of_folders(found["id"].str.replace(r"[^/]*$", ""))
    return found.with_columns(aside=why, split=split).drop("why", "text", "key"), pl.concat([there["text"], read])


def _beside(stem: pl.Expr, folder: str) -> pl.Expr:
    """Take the folder that holds pictures or labels out of paths, so that both have the same."""
    return stem.str.replace(rf"(?i)(^|/){folder}/", "${1}")


def _class_of(data: bytes) -> tuple[str | None, str | None] | None:
    """Read the number of a picture's class from its boxes, or why it has none; None where these are no boxes."""
    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    found = [_BOX.match(line) for line in lines]
    if None in found:
        return None
    numbers = {match[1] for match in found if match}
    if len(numbers) > 1:
        return None, "more than one label"
    return (numbers.pop(), None) if numbers else (None, "no label")


def _yolo_names(tree: Tree) -> tuple[dict[str, str], pl.Series]:
    """Read the names of the classes from data.yaml, classes.txt or obj.names; and say from which."""
    known = tree.files.filter(tree.files["id"].str.contains(r"(?i)(?:^|/)(?:[^/]*\.ya?ml|classes\.txt|[^/]*\.names)$"))
    for name, path, data in zip(known["id"], known["path"], tree.read(known["path"]), strict=True):
        text = data.decode("utf-8-sig", "replace")
        names = _yaml_names(text) if name.lower().endswith(("yaml", "yml")) else text.split("\n")
        words = [name.strip() for name in names if name.strip()]
        if len(words) > 1:
            return {str(number): word for number, word in enumerate(words)}, pl.Series([path])
    return {}, known["path"].clear()


def _yaml_names(text: str) -> list[str]:
    """Read the list under ``names:``, in one line or one name a line; a reader of all YAML would be a dependency."""
    _, key, rest = text.partition("names:")
    if not key:
        return []
    inline = re.match(r"\s*[\[{](.*?)[\]}]", rest, re.DOTALL)
    if inline:
        return [re.sub(r"^\s*\d+\s*:", "", part).strip(" '\"\n") for part in inline[1].split(",")]
    lines = rest.split("\n")[1:]
    listed = itertools.takewhile(bool, (_LISTED.match(line) for line in lines))
    return [match[1] for match in listed if match]
