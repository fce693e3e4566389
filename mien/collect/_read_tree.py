"""A folder or an archive to a manifest: class folders, tables among the files, or what the files' names say."""

from __future__ import annotations

import dataclasses
import re

import polars as pl

from mien.collect._companion import add_companions
from mien.collect._file_names import ENOUGH, FEWEST, Names, read_names, words_in_names
from mien.collect._kinds import are_archives
from mien.collect._known_layouts import known_layout
from mien.collect._known_tables import AFFECTNET, FER2013, RAF_DB, is_raf
from mien.collect._label_words import decoded
from mien.collect._layout import BESIDE, Layout, read_layout
from mien.collect._named_samples import with_names
from mien.collect._splits import split_of, splits_of_folders
from mien.collect._tree import Tree
from mien.collect._tree_tables import joined, tables_in
from mien.core.errors import SourceError
from mien.core.types import Manifest
from mien.kinds import PICTURE, kind

UNSAID = "{} of which nothing is said"
OTHERS = "other files"
_NUMBERS = r"^\d+$"
_VAGUE = re.compile(
    r"[\W\d_]*|(?:aligned|original|cropped|crops?|resized|raw|processed|images?|faces?|pictures?|photos?|frames?|data"
    r"|part|batch|fold|set|subset|group|chunk|folder)[\W\d_]*",
    re.IGNORECASE,
)
_TRAILS = (
    (re.compile(r"affect[-_ ]?net", re.IGNORECASE), AFFECTNET),
    (re.compile(r"raf[-_ ]?db", re.IGNORECASE), RAF_DB),
    (re.compile(r"fer[-_ ]?(?:20)?13|fer[-_ ]?plus", re.IGNORECASE), FER2013),
)


def read_tree(tree: Tree, *, raw: bool = False) -> Manifest:
    """List the samples of a folder or an archive."""
    if not tree.files.height:
        todo = "Put one folder for each class into it, such as happy and sad, with pictures in them"
        raise SourceError(f"'{tree.source}' is empty", todo=todo)
    tree = tree.with_kind()
    layout = read_layout(tree)
    if layout and layout.named and len(layout.labels) > 1:
        return _by_folders(tree, layout, raw=raw)
    known = known_layout(tree, raw=raw)
    if known is not None:
        return _manifest(tree.without(tree.files["path"].is_in(known[1].implode())), known[0])
    said = _said_by_files(tree, layout, raw=raw)
    if said is not None:
        return said
    if layout is None or not (len(layout.labels) > 1 or tree.samples.any()):
        raise _nothing_said(tree)
    return _by_folders(tree, layout, raw=raw)


def _said_by_files(tree: Tree, layout: Layout | None, *, raw: bool) -> Manifest | None:
    """Read names of files and tables, which count where the folders are no classes, or part the files otherwise."""
    folders = _labels_of(tree, layout) if layout and len(layout.labels) > 1 else None
    names = _names_of(tree)
    found = None if names is None else _by_names(tree, names)
    if names is not None and found is not None and not _are_classes(folders, found):
        return _manifest(tree, found, notes=names.said)
    if folders is None or all(map(_is_vague, folders["label"].unique())):
        tables = tables_in(tree, raw=raw)
        if tables and not _agree(folders, frame := joined(tables)):
            read = [name for one in tables for name in (one.name, one.votes)]
            return _manifest(tree.without(tree.files["id"].is_in(read)), frame)
    words = None if folders is not None or (layout and layout.named) else _by_words(tree)
    return None if words is None else _manifest(tree, words)


def _is_vague(label: str) -> bool:
    """Say whether a folder's name is hardly a class: a number, or a word for how pictures were made or stored."""
    return bool(_VAGUE.fullmatch(label))


def _agree(folders: pl.DataFrame | None, others: pl.DataFrame) -> bool:
    """Say whether folders and something else part the files alike, each class under one name."""
    if folders is None:
        return False
    pairs = folders.join(others.select("id", other="label"), on="id").drop_nulls()
    distinct = pairs.select("label", "other").unique()
    return distinct.height == distinct["label"].n_unique() == distinct["other"].n_unique()


def _are_classes(folders: pl.DataFrame | None, named: pl.DataFrame) -> bool:
    """Say whether folders sort by what the files' names say is shown, as good and bad do, and not by who shows it."""
    if folders is None or all(map(_is_vague, folders["label"].unique())):
        return False
    pairs = folders.join(named.select("id", other="label"), on="id").drop_nulls()
    most = pairs.group_by("other", "label").len().group_by("other").agg(pl.col("len").max())["len"].sum()
    return pairs["label"].n_unique() > 1 and most >= ENOUGH * pairs.height


def _labels_of(tree: Tree, layout: Layout) -> pl.DataFrame:
    return _with_folders(tree, layout).filter(pl.col("label").is_not_null()).select("id", "label")


def _with_folders(tree: Tree, layout: Layout) -> pl.DataFrame:
    files = tree.files.with_columns(folder=pl.col("id").str.replace(r"/?[^/]*$", ""))
    return files.join(layout.folders, on="folder", how="left", maintain_order="left").drop("folder")


def _by_folders(tree: Tree, layout: Layout, *, raw: bool) -> Manifest:
    """List the files of class folders; their names and the tables beside them may say more."""
    files = _with_folders(tree, layout)
    rows = files.filter(pl.col("label").is_not_null()).drop("reason").rename({"within": "folder"})
    rows = rows if rows["folder"].null_count() < rows.height else rows.drop("folder")
    rows, notes = with_names(rows, tree.kind, raw=raw)
    rows, used = add_companions(tree, rows)
    if not raw:
        rows = _decoded(rows, tree, layout)
    rest = files.filter(pl.col("label").is_null() & ~pl.col("id").is_in(used))
    reasons = rest["reason"].fill_null(BESIDE)
    for reason in sorted(reasons.unique()):
        tree = tree.without(tree.files["id"].is_in(rest["id"].filter(reasons == reason).implode()), reason)
    return _manifest(tree, rows, layout.prefix, notes)


def _decoded(rows: pl.DataFrame, tree: Tree, layout: Layout) -> pl.DataFrame:
    """Give folders that are numbers the words of the data set whose name or whose files' names say which it is."""
    label = rows["label"]
    if not label.str.contains(_NUMBERS).all():
        return rows
    trail = "/".join([*tree.source.split("/")[-2:], layout.prefix])
    codes = RAF_DB if is_raf(rows["id"]) else next((codes for form, codes in _TRAILS if form.search(trail)), {})
    return rows.with_columns(label=decoded(label, codes))


def _names_of(tree: Tree) -> Names | None:
    return read_names(tree.files["id"].filter(tree.samples), tree.kind)


def _by_names(tree: Tree, names: Names) -> pl.DataFrame | None:
    """List files whose names say what is to be seen; None where they do not, or are too few to be trusted."""
    rows, said = tree.files.filter(tree.samples), names.frame
    if said is None or "label" not in said.columns or rows.height < FEWEST or said["label"].drop_nulls().n_unique() < 2:
        return None
    found = pl.concat([rows, said], how="horizontal").filter(pl.col("label").is_not_null())
    return found.with_columns(split=splits_of_folders(found["id"].str.replace(r"[^/]*$", "")))


def _by_words(tree: Tree) -> pl.DataFrame | None:
    """List files that are called after expressions and lie in no folders of classes: happy_01.jpg."""
    rows = tree.files.filter(tree.samples)
    words = words_in_names(rows["id"])
    if words is None or words.n_unique() < 2:
        return None
    return rows.with_columns(words.alias("label"), split=splits_of_folders(rows["id"].str.replace(r"[^/]*$", "")))


def _manifest(tree: Tree, rows: pl.DataFrame, prefix: str | None = None, notes: tuple[str, ...] = ()) -> Manifest:
    """Make a manifest of rows; what of the tree they do not use is passed over by name."""
    if "container" not in rows.columns:
        rows = rows.with_columns(container=pl.lit(tree.container, pl.String))
    if prefix is None:
        rows = _in_order(tree, rows)
        tree = tree.without(~_are_used(tree, rows) & tree.samples, UNSAID.format(kind(tree.kind).many))
        tree = tree.without(~_are_used(tree, rows), OTHERS)
    no_label = pl.when(pl.col("label").is_null()).then(pl.lit("no label"))
    loose = pl.col("container").eq_missing(pl.lit(tree.container, pl.String))  # else it stands in a table itself
    rows = rows.with_columns(
        id=pl.col("id").str.strip_prefix(prefix or ""),
        content=pl.lit(None, pl.String),
        aside=pl.coalesce("aside", no_label),
        kind=pl.when(loose).then(pl.lit(tree.kind)).otherwise(pl.lit(PICTURE)),
    )
    return dataclasses.replace(Manifest.build(rows.to_dict()), skipped=tree.skipped, notes=notes)


def _in_order(tree: Tree, rows: pl.DataFrame) -> pl.DataFrame:
    """Put rows in the order of the tree: a compressed .tar is then read once, and not once for every few files."""
    places = tree.files.select("path").with_row_index(" place")
    placed = rows.join(places, on="path", how="left", maintain_order="left")
    return placed.sort(" place", nulls_last=True, maintain_order=True).drop(" place")


def _are_used(tree: Tree, rows: pl.DataFrame) -> pl.Series:
    """Say which files of a tree are samples, or tables that hold samples."""
    paths = tree.files["path"]
    places = paths if tree.container is None else f"{tree.container}/" + paths
    return paths.is_in(rows["path"].implode()) | places.is_in(rows["container"].implode())


def _nothing_said(tree: Tree) -> SourceError:
    """Say why a tree cannot be read, by what it holds instead."""
    ids = tree.files["id"]
    inside = ids.filter(are_archives(ids))
    if len(inside):
        others = " and others" if len(inside) > 1 else ""
        came = f"'{tree.source}' holds no class folders, but the archive '{inside[0]}'{others}"
        todo = "Unpack it, and give the folder" + ("" if tree.container else ", or give the archive itself")
        return SourceError(came, expected="pictures; archives inside are not opened", todo=todo)
    if tree.container and ids.str.ends_with(".parquet").any():
        came = f"'{tree.source}' holds a Parquet table, which is not read inside an archive"
        return SourceError(came, todo="Unpack it, and give the table or its folder")
    folders = sorted(set(ids.filter(ids.str.contains("/", literal=True)).str.replace(r"/.*$", "")))
    splits = [name for name in folders if split_of(name)]
    if splits and len(splits) == len(folders):
        first = f"{tree.source}/{splits[0]}"
        return _no_classes(first, f"'{first}' holds files but no class folders")
    return _no_classes(tree.source, f"'{tree.source}' holds {len(ids)} files but no class folders", _untrusted(tree))


def _untrusted(tree: Tree) -> str:
    """Say why names that look like a published data set's give no labels; empty where none do."""
    names = _names_of(tree)
    if names is None:
        return ""
    few = "" if names.frame is None else f" They give no labels below {FEWEST} files and 2 classes."
    return " ".join(names.said) + few


def _no_classes(source: str, came: str, why: str = "") -> SourceError:
    expected = f"one folder for each class, such as '{source}/happy' and '{source}/sad'"
    todo = "Sort the files into folders, or give a table with path and label"
    return SourceError(came, expected=expected, todo=f"{todo}. {why.rstrip('.')}" if why else todo)
