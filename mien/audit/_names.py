"""Who may be meant by the names of files and folders: patterns that part the samples as persons would."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

_TOKEN, _JOIN = r"[^/ _.-]+", r"[ _.-]+"
_REST = r"[ _.-][^/]*\.[^./]+$"  # something has to follow: what a name ends with is a running number
_COPY = r"^(.+)(?:[ _-]?\(\d+\)|[ _-](?:[A-Za-z]|\d{1,2}))\.[^./]+$"
_MOST_TOKENS, _MOST_FOLDERS = 3, 4
_ENOUGH, _HALF = 0.9, 0.5  # shares of the samples
_LARGEST = 0.8  # of the samples, in one group
_LARGE = 20  # samples of one group of copies, usually at most
_LOOKED_AT = 2000
_DATE = r"(?:^|\D)(?:19|20)\d\d[-_. ]?(?:0\d|1[0-2])[-_. ]?[0-3]\d(?:\D|$)"
_COUNTERS = (
    r"(?i)^(?:im|img|image|imagen|pic|picture|photo|foto|bild|frame|dsc|dscn|dscf|file|sample|scan|screenshot|page|crop"
    r"|face|no|nr|num|number|item|example|data|row|id|index|idx)\d+$"
)
_PERSON = r"(?i)^(?:person|actor|subject|sub|subj|speaker|participant|model|id|s|p)$"
_PARTS = (
    r"(?i)^(?:(?:part|batch|chunk|fold|set|split|group|folder|dir|train|training|trn|test|testing|val|valid|validation"
    r"|dev|eval|images?|pictures?|photos?|faces?|crops?|cropped|aligned|original|raw|augmented|aug)[\W_]*\d*|\d{1,2})$"
)
# Shape of a code, what of a pattern stands for it, the fewest persons, and whether one must show a class several times.
_SHAPES = (
    (r"^[A-Za-z]{1,12}\d{1,4}$", r"[A-Za-z]+\d+", 2, False),
    (r"^\d{1,4}$", r"\d+", 3, True),
    (r"^[A-Za-z]{2,20}$", r"[A-Za-z]+", 5, False),
)


def codes_in_names(ids: pl.Series, labels: pl.Series) -> str | None:
    """Find a code in the files' names that goes across classes as a person does: s01_happy_03.jpg.

    Returns a pattern whose first group is the code, or None, as in running numbers and hashes.
    """
    names = ids.str.replace(r"^.*/", "")
    some = names.head(_LOOKED_AT)
    dated = some.str.contains(_DATE).sum() / max(1, len(some))
    before: pl.Series | None = None
    for place in range(_MOST_TOKENS):
        ahead = f"(?:{_TOKEN}{_JOIN}){{{place}}}" if place else ""
        token = names.str.extract(f"^{ahead}({_TOKEN}){_REST}", 1)
        if token.count() < _ENOUGH * len(ids):
            return None
        for shape, written, fewest, several in _SHAPES:
            fits = token.str.contains(shape)
            fits = fits if several else fits & ~token.str.contains(_PARTS)  # set1_02.jpg
            code = token.set(~fits, None)
            counts = several or bool(code.str.contains(_COUNTERS).any())
            bare = several and (dated > _HALF or not _tells_persons(before))  # a number by itself may count anything
            if not bare and _are_persons(code, labels, fewest, several=counts):
                return _shortest(ids, code, ahead, _same_letters(code) or written)
        before = token
    return None


def _tells_persons(before: pl.Series | None) -> bool:
    return before is None or bool(before.str.contains(_PERSON).fill_null(value=True).all())


def _same_letters(code: pl.Series) -> str | None:
    letters = code.drop_nulls().str.extract(r"^([A-Za-z]+)\d+$", 1).unique()
    return f"{letters[0]}\\d+" if len(letters) == 1 and letters[0] else None


def _are_persons(code: pl.Series, labels: pl.Series, fewest: int, *, several: bool) -> bool:
    """Say whether a code parts the samples as persons do: some samples each, and most in more than one class."""
    frame = pl.DataFrame({"code": code, "label": labels}).drop_nulls()
    groups = frame.group_by("code").agg(samples=pl.len(), classes=pl.col("label").n_unique())
    if len(frame) < _ENOUGH * len(code) or len(groups) < fewest or len(groups) * 2 > len(frame):
        return False
    across = groups.filter(pl.col("classes") > 1)["samples"].sum()
    cells = frame.group_by("code", "label").len()["len"].median()
    enough = not several or (isinstance(cells, float) and cells >= 2)
    return bool(enough and across >= _HALF * len(frame) and groups["samples"].max() <= _LARGEST * len(frame))  # type: ignore[operator]


def _shortest(ids: pl.Series, code: pl.Series, ahead: str, written: str) -> str | None:
    """Write the plainest pattern that finds just these codes in the whole paths."""
    start = "^" if not ids.str.contains("/", literal=True).any() else "/"
    joins = [mark for mark in "_- ." if mark in "".join(ids.head(_LOOKED_AT))]
    ends = [*(mark.replace(".", r"\.") for mark in joins), r"[ _.-][^/]*$", _REST]
    starts = (start, r"(?:^|/)") if start == "/" else (start,)
    tried = (f"{first}{ahead}({written}){end}" for end in ends for first in starts)
    return next((pattern for pattern in tried if ids.str.extract(pattern, 1).equals(code)), None)


def copies_in_names(ids: pl.Series, labels: pl.Series) -> str | None:
    """Find names that are the same but for a letter or a number at their end: happy_12_a.jpg, happy_12_b.jpg.

    Returns a pattern whose first group is what they share; None where that would be a class, or a running number's
    name.
    """
    shared = ids.str.extract(_COPY, 1)
    groups = pl.DataFrame({"shared": shared, "label": labels}).drop_nulls().group_by("shared").len()
    groups = groups.filter(pl.col("len") > 1)
    usual = groups["len"].median()
    many = groups.height >= 3 * labels.n_unique() and groups["len"].sum() >= _HALF * len(ids)
    return _COPY if many and isinstance(usual, float) and usual <= _LARGE else None


def folders_inside(ids: pl.Series, labels: pl.Series) -> str | None:
    """Find folders that go across classes, or part them further: happy/anna/1.jpg.

    Returns a pattern whose first group is the folder, or None.
    """
    for pattern in _folder_patterns():
        folder = ids.str.extract(pattern, 1)
        if folder.count() < _ENOUGH * len(ids):
            return None
        if folder.drop_nulls().str.contains(_PARTS).sum() > _HALF * folder.count():
            continue
        if _are_persons(folder, labels, 3, several=False):
            return pattern
    return None


def _folder_patterns() -> Iterator[str]:
    yield r"^([^/]+)/"
    yield r"^[^/]+/([^/]+)/"
    for depth in range(2, _MOST_FOLDERS):
        yield rf"^(?:[^/]+/){{{depth}}}([^/]+)/"
