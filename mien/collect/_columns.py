"""Which column of a table says what: by its name, or where names say nothing, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from mien.collect._expressions import expression_in
from mien.collect._kinds import have_ending
from mien.collect._label_words import as_numbers
from mien.collect._splits import split_of
from mien.collect._votes import votes_of
from mien.core.errors import SourceError, did_you_mean

_LABEL = (
    *("label", "emotion", "class", "target", "labels", "emotions", "classes", "category", "expression", "classname"),
    *("classlabel", "labelname", "emotionlabel", "emotionname", "categories", "expressions"),
    *("targets", "facialexpression"),
    *("y", "sentiment", "mood", "feeling", "expr", "dominantemotion", "groundtruth", "gt", "tag", "annotation"),
    *("classid", "labelid", "emotionid", "expressionid"),
    *("klasse", "kategorie", "gef\u00fchl", "etiqueta", "etiquette", "\u00e9tiquette", "clase", "classe", "categoria"),
)
_PATH = (
    *("path", "image", "file", "filename", "imagepath", "filepath", "img", "imgpath", "imagename", "imgname"),
    *("picture", "photo", "imagefile", "imagefilename", "images", "files", "filenames", "paths", "pth", "relativepath"),
    *("relpath", "subdirectoryfilepath", "imageid", "pic", "frame", "video", "audio", "src", "url"),
    *("bild", "datei", "dateiname", "pfad", "imagen", "archivo", "fichier", "ruta", "imagem", "arquivo"),
)
_PERSON = (
    *("person", "actor", "subject", "speaker", "participant", "personid", "actorid", "subjectid", "speakerid"),
    *("participantid", "identity", "identityid", "personname", "subjectname"),
)
_SPLIT = ("split", "usage")
_PERHAPS_SPLIT = ("subset", "partition", "set", "phase", "datasplit", "splitname", "fold", "purpose", "part")
_LOOKED_AT = 500
_MOSTLY = 0.8


@dataclass(frozen=True)
class Roles:
    """The columns of a table that Mien knows, by their names there."""

    label: str | None  # the class; None where each class has a column of its own
    path: str | None  # the file; None where the pictures stand in the table
    # person, split: None where there is none
    person: str | None
    split: str | None
    # Column to class, where each class has a column; else empty
    classes: Mapping[str, str] = field(default_factory=dict)
    riding: bool = False  # whether those columns say more than the label, as votes do, and ride along
    number: str | None = None  # the column that says the same as `label`, in numbers


def find_roles(table: pl.DataFrame, source: str, *, has_pixels: bool, label: str | None = None) -> Roles:
    """Find what the columns say; `SourceError` where none says what is shown, or where the pictures are."""
    columns = table.columns
    path = None if has_pixels else find_path(table)
    if path is None and not has_pixels:
        raise _absent("where the pictures are", "path, or pixels", source, columns, _PATH[:6])
    person, split = find_person(table), _find(columns, _SPLIT) or _perhaps_split(table)
    votes, found = votes_of(table), _find(columns, _LABEL) or label
    if votes and found is None:
        return Roles(None, path, person, split, votes, riding=True)
    if found is not None and found != path:
        words, number = _in_words(table, found)
        return Roles(words, path, person, split, number=number)
    rest = table.select(name for name in columns if name not in {path, person, split})
    classes, riding = _class_columns(rest)
    if not classes:
        found = _only_label(rest)
        if found is None:
            raise _absent("what the pictures show", "label, or one column for each class", source, columns, _LABEL[:4])
    return Roles(found, path, person, split, classes, riding)


def plain(name: str) -> str:
    """Write a column's name as it is compared: in lower case, without blanks and joining marks."""
    return "".join(letter for letter in name.lower() if letter not in " _-.#\ufeff\"'")


def _called(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """Give the columns that are called so, in the order of the names."""
    lowered = {plain(name): name for name in reversed(columns)}
    return [lowered[name] for name in names if name in lowered]


def _find(columns: Sequence[str], names: Sequence[str]) -> str | None:
    return next(iter(_called(columns, names)), None)


def find_path(table: pl.DataFrame) -> str | None:
    """Find the column of files: the first in which pictures are named, of those with a known name, or else of all."""
    named = _called(table.columns, _PATH)
    nameless = [name for name in table.columns if name.startswith("column ") and _are_distinct(table[name])]
    pictures = (name for name in [*named, *table.columns] if _names_pictures(table[name]))
    return next(pictures, next(iter([*named, *nameless]), None))


def _are_distinct(column: pl.Series) -> bool:
    return column.dtype == pl.String and column.n_unique() == len(column)


def find_person(table: pl.DataFrame) -> str | None:
    """Find the column that says who is to be seen; None where no column is called so."""
    return _find(table.columns, _PERSON)


def is_person(name: str) -> bool:
    """Say whether a column is called so as to name persons."""
    return plain(name) in _PERSON


def _names_pictures(column: pl.Series) -> bool:
    some = column.drop_nulls().head(_LOOKED_AT) if column.dtype == pl.String else column.head(0)
    return len(some) > 0 and have_ending(some).sum() >= _MOSTLY * len(some)


def _perhaps_split(table: pl.DataFrame) -> str | None:
    """Take a column for the split whose name may mean other things, or is none, if all that stands in it are splits."""
    nameless = [name for name in table.columns if name.startswith("column ")]
    return next(
        (name for name in (*_called(table.columns, _PERHAPS_SPLIT), *nameless) if _holds_splits(table[name])), None
    )


def _holds_splits(column: pl.Series) -> bool:
    values = column.drop_nulls().unique() if column.dtype == pl.String else column.clear()
    return 0 < len(values) < 10 and all(map(split_of, values))


def _in_words(table: pl.DataFrame, label: str) -> tuple[str, str | None]:
    """Take class_name for class or class_id, where each number has one name; and give the column of numbers too."""
    stem = plain(label).removesuffix("name").removesuffix("id")
    alike = [name for name in table.columns if name != label and plain(name) in {stem, f"{stem}id", f"{stem}name"}]
    for other in alike:
        number, word = (label, other) if table[label].dtype.is_integer() else (other, label)
        if table[number].dtype.is_integer() and table[word].dtype == pl.String:
            pairs = table.select(number, word).drop_nulls().unique()
            if pairs.height == pairs[number].n_unique() == pairs[word].n_unique() > 0:
                return word, number
    return label, None


def _class_columns(rest: pl.DataFrame) -> tuple[dict[str, str], bool]:
    """Find one column a class: 0 and 1 with a single 1 in a row, or numbers under the names of expressions."""
    numbers = pl.DataFrame([held for name in rest.columns if (held := as_numbers(rest[name])) is not None])
    spoken = [name for name in numbers.columns if expression_in(name)]
    marked = [name for name in numbers.columns if numbers[name].drop_nulls().is_in([0.0, 1.0]).all()]
    for names in ([name for name in spoken if name in marked], marked):
        single = numbers.select(names).sum_horizontal() == 1 if len(names) > 1 else pl.Series([], dtype=pl.Boolean)
        if len(single) and single.sum() > _MOSTLY * len(single):
            return _without_prefix(names), False
    positive = len(spoken) > 1 and all((numbers[name].drop_nulls() >= 0).all() for name in spoken)
    return ({name: name for name in spoken}, True) if positive else ({}, False)


def _without_prefix(names: Sequence[str]) -> dict[str, str]:
    """Name the classes of label_happy and label_sad, as pandas writes them, happy and sad."""
    starts = {re.split(r"(?<=[_\- .])", name)[0] for name in names}
    prefix = starts.pop() if len(starts) == 1 else ""
    return {name: name.removeprefix(prefix) if plain(prefix) in _LABEL else name for name in names}


def _only_label(rest: pl.DataFrame) -> str | None:
    """Take what is left for the label: the only column of expressions, or of few different values if it is alone."""
    few = [name for name in rest.columns if 1 <= rest[name].drop_nulls().n_unique() <= max(2, rest.height // 2)]
    spoken = [name for name in few if rest[name].dtype == pl.String and _are_expressions(rest[name])]
    if len(spoken) == 1:
        return spoken[0]
    alone = few[0] if len(few) == 1 and rest.width == 1 else ""
    nameless = re.fullmatch(r"(?:column )?\d+", alone)  # numbers under a name may be anything
    return alone if alone and (nameless or rest[alone].dtype == pl.String) else None


def _are_expressions(column: pl.Series) -> bool:
    return all(map(expression_in, column.drop_nulls().unique().head(_LOOKED_AT)))


def _absent(what: str, wanted: str, source: str, columns: Sequence[str], names: Sequence[str]) -> SourceError:
    came = f"No column of '{source}' says {what}; it has {', '.join(map(repr, columns)) or 'none'}"
    closest = [did_you_mean(name, columns) for name in names if columns]
    close = next((guess for guess in closest if guess.startswith("Did")), "")
    return SourceError(came, expected=f"a column {wanted}", todo=close or "Rename one of them")
